import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { explain } from "../api";
import { session } from "../state";
import { Icon } from "../views/icons";
import type { Role, UserView } from "../wire.gen";
import { t } from "./messages";
import { Pending, Sure } from "./page";
import { admin } from "./requests";
import { useAnswer } from "./use-answer";

const ROLES: Role[] = ["clinician", "coder", "admin"];

/** Accounts: who may sign in and as what. */
export function People(): JSX.Element {
  const { value, problem, read } = useAnswer(admin.users);
  const said = useSignal<string | null>(null);
  const failed = useSignal<string | null>(null);
  const run = async (action: () => Promise<unknown>, done: string | null) => {
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

type Run = (action: () => Promise<unknown>, done: string | null) => Promise<boolean>;

function Person({ user, run }: { user: UserView; run: Run }): JSX.Element {
  const { id, name } = user;
  const self = session.value?.user.id === id;
  return (
    <li class="row">
      <span class="grow">
        <strong>{name}</strong> <span class="muted">{user.username}</span>
      </span>
      <span class="chip">
        <Icon name={user.role === "admin" ? "lock" : "user"} size={14} /> {t(`role.${user.role}`)}
      </span>
      {user.disabled ? (
        <span class="muted">
          <Icon name="lock" size={14} /> {t("people.locked")}
        </span>
      ) : (
        <>
          <NewPassword user={user} run={run} />
          {!self && (
            <Sure
              ask={t("people.sure", { name })}
              word={t("people.lock", { name })}
              onSure={() => void run(() => admin.lock(id), null)}
            />
          )}
        </>
      )}
    </li>
  );
}

function NewPassword({ user, run }: { user: UserView; run: Run }): JSX.Element {
  const open = useSignal(false);
  const { name } = user;
  const set = async (event: SubmitEvent) => {
    event.preventDefault();
    const password = new FormData(event.target as HTMLFormElement).get("password") as string;
    const done = t("people.passwordSet", { name });
    if (await run(() => admin.setPassword(user.id, password), done)) open.value = false;
  };
  if (!open.value) {
    return (
      <button class="small" onClick={() => (open.value = true)}>
        {t("people.newPassword", { name })}
      </button>
    );
  }
  return (
    <form class="inline-form" onSubmit={set}>
      <input
        name="password"
        type="password"
        autocomplete="new-password"
        required
        aria-label={t("people.newPassword", { name })}
      />
      <button class="small primary">{t("people.set")}</button>
      <button class="small" type="button" onClick={() => (open.value = false)}>
        {t("people.cancel")}
      </button>
    </form>
  );
}

function AddPerson({ run }: { run: Run }): JSX.Element {
  const add = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const field = (name: string) => new FormData(form).get(name) as string;
    const person = {
      name: field("name"),
      username: field("username"),
      password: field("password"),
      role: field("role") as Role,
    };
    const done = t("people.added", { name: person.name });
    const added = await run(() => admin.add(person), done);
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
      <button class="primary">{t("people.add")}</button>
    </form>
  );
}
