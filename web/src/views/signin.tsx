import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { ApiError, api, explain } from "../api";
import { t } from "../messages";
import { recorder } from "../recorder";
import { failure, session } from "../state";
import { clock } from "../words";
import { Icon } from "./icons";
import { Mark } from "./mark";
import { SingleSignOn } from "./single-sign-on";

export function SignIn(): JSX.Element {
  const busy = useSignal(false);
  const problem = useSignal<string | null>(failure.value);
  const needsCode = useSignal(false);
  const first = useRef<HTMLInputElement>(null);
  const code = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => first.current?.focus(), []);
  useLayoutEffect(() => code.current?.focus(), [needsCode.value]);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    const field = (name: string) => form.get(name) as string;
    busy.value = true;
    problem.value = null;
    try {
      session.value = await api.signIn({
        username: field("username"),
        password: field("password"),
        code: needsCode.value ? field("code") : null,
      });
      failure.value = null;
    } catch (error) {
      needsCode.value ||= error instanceof ApiError && error.code === "auth.factor";
      problem.value = explain(error);
    } finally {
      busy.value = false;
    }
  };
  return (
    <main class="signin">
      <form class="card" onSubmit={submit}>
        <h1 class="brand large">
          <Mark /> Sidenote
        </h1>
        {recorder.active.value && (
          <p class="line warn" role="status">
            <Icon name="mic" />{" "}
            {t("signin.recording", {
              time: clock(recorder.samples.value),
              held: clock(recorder.held.value),
            })}
          </p>
        )}
        <p class="muted">{t("signin.says")}</p>
        <label>
          {t("signin.user")}
          <input
            name="username"
            autocomplete="username"
            autocapitalize="none"
            required
            ref={first}
          />
        </label>
        <label>
          {t("signin.password")}
          <input name="password" type="password" autocomplete="current-password" required />
        </label>
        {needsCode.value && (
          <label>
            {t("signin.code")}
            <input
              name="code"
              inputMode="numeric"
              autocomplete="one-time-code"
              maxLength={7}
              required
              ref={code}
            />
          </label>
        )}
        {problem.value !== null && (
          <p class="problem" role="alert">
            <Icon name="alert" /> {problem.value}
          </p>
        )}
        <button class="primary" disabled={busy.value}>
          {busy.value ? t("signin.busy") : t("signin.do")}
        </button>
        <SingleSignOn />
      </form>
    </main>
  );
}
