import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { explain } from "../api";
import { Icon } from "../views/icons";
import type { Role } from "../wire.gen";
import { t } from "./messages";
import { Pending } from "./page";
import { Person, ROLES, type Run } from "./person";
import { admin } from "./requests";
import { useAnswer } from "./use-answer";

/** Accounts: who may sign in and as what. */
export function People(): JSX.Element {
  const { value, problem, read } = useAnswer(admin.users);
  const said = useSignal<string | null>(null);
  const failed = useSignal<string | null>(null);
  const run: Run = async (action, done) => {
    said.value = failed.value = null;
    try {
      await action();
      said.value = done;
      await read();
      return true;
    } catch (error) {
      failed.value = explain(error);
      return false;
    }
  };
  if (value.value === null) return <Pending problem={problem.value} />;
  return (
    <>
      <div role="status">{said.value}</div>
      {failed.value !== null && (
        <p class="problem" role="alert">
          <Icon name="alert" /> {failed.value}
        </p>
      )}
      <ul class="rows">
        {value.value.map((user) => (
          <Person key={user.id} user={user} run={run} />
        ))}
      </ul>
      <AddPerson run={run} />
    </>
  );
}

function AddPerson({ run }: { run: Run }): JSX.Element {
  const busy = useSignal(false);
  const add = async (event: SubmitEvent) => {
    event.preventDefault();
    if (busy.value) return;
    const form = event.target as HTMLFormElement;
    const field = (name: string) => new FormData(form).get(name) as string;
    const person = {
      name: field("name"),
      username: field("username"),
      password: field("password"),
      role: field("role") as Role,
    };
    const done = t("people.added", { name: person.name });
    busy.value = true;
    const added = await run(() => admin.add(person), done);
    busy.value = false;
    // The next person may be typed already.
    if (added && field("username") === person.username) form.reset();
  };
  return (
    <form class="card add-person" onSubmit={add} aria-labelledby="add-person">
      <h2 id="add-person">{t("people.add")}</h2>
      <label>
        {t("people.name")}
        <input name="name" required maxLength={200} autocomplete="off" />
      </label>
      <label>
        {t("people.username")}
        <input name="username" required maxLength={100} autocomplete="off" autocapitalize="none" />
      </label>
      <label>
        {t("people.password")}
        <input name="password" type="password" required autocomplete="new-password" />
      </label>
      <label>
        {t("people.role")}
        <select name="role">
          {ROLES.map((role) => (
            <option key={role} value={role}>
              {t(`role.${role}`)}: {t(`role.${role}.says`)}
            </option>
          ))}
        </select>
      </label>
      <button class="primary" disabled={busy.value}>
        {t("people.add")}
      </button>
    </form>
  );
}
