import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { Code } from "./factor";
import { t } from "./messages";
import { account } from "./requests";
import { Problem, useRun } from "./run";

/** Change one's own password; every other session of the account ends. */
export function Password({ factor }: { factor: boolean }): JSX.Element {
  const said = useSignal("");
  const { problem, busy, run } = useRun();
  const change = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const field = (name: string) => new FormData(form).get(name) as string;
    said.value = "";
    const code = factor ? field("code") : null;
    const body = { old: field("old"), new: field("new"), code };
    if (!(await run(() => account.changePassword(body)))) return;
    said.value = t("password.changed");
    form.reset();
  };
  return (
    <form class="card" aria-labelledby="password-title" onSubmit={(event) => void change(event)}>
      <h2 id="password-title">{t("password.title")}</h2>
      <label>
        {t("password.old")}
        <input name="old" type="password" autocomplete="current-password" required />
      </label>
      <label>
        {t("password.new")}
        <input name="new" type="password" autocomplete="new-password" minLength={8} required />
      </label>
      {factor && (
        <label>
          {t("factor.code")}
          <Code />
        </label>
      )}
      <Problem of={problem} />
      <p role="status">{said.value}</p>
      <button disabled={busy.value}>{t("password.change")}</button>
    </form>
  );
}
