import { useSignal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { session } from "../state";
import { Icon } from "../views/icons";
import type { AccountView, Role } from "../wire.gen";
import { t } from "./messages";
import { Sure } from "./page";
import { admin } from "./requests";

export const ROLES: readonly Role[] = ["clinician", "coder", "admin"];

/** Do something and say that it is done; true when it was. */
export type Run = (action: () => Promise<unknown>, done: string | null) => Promise<boolean>;

interface Props {
  user: AccountView;
  run: Run;
}

/** One account, and what an administrator can do with it. */
export function Person({ user, run }: Props): JSX.Element {
  const { id, name } = user;
  return (
    <li class="row" aria-label={name}>
      <span class="grow">
        <strong>{name}</strong> <span class="muted">{user.username}</span>
      </span>
      <span class="chip">
        <Icon name={user.role === "admin" ? "lock" : "user"} size={14} /> {t(`role.${user.role}`)}
      </span>
      {user.disabled ? (
        <>
          <span class="muted">
            <Icon name="lock" size={14} /> {t("people.locked")}
          </span>
          <Sure
            ask={t("people.unlockSure", { name })}
            word={t("people.unlock", { name })}
            onSure={() => void run(() => admin.unlock(id), t("people.added", { name }))}
          />
        </>
      ) : (
        <Open user={user} run={run} />
      )}
    </li>
  );
}

/** What can be done with an account that is not locked; nobody locks themselves out. */
function Open({ user, run }: Props): JSX.Element {
  const { id, name } = user;
  const self = session.value?.user.id === id;
  return (
    <>
      {!self && <NewRole user={user} run={run} />}
      <NewPassword user={user} run={run} />
      {user.second_factor && (
        <Sure
          ask={t("people.factorSure", { name })}
          word={t("people.factor", { name })}
          onSure={() => void run(() => admin.removeFactor(id), t("people.factorGone", { name }))}
        />
      )}
      {user.linked && (
        <Sure
          ask={t("people.unlinkSure", { name })}
          word={t("people.unlink", { name })}
          onSure={() => void run(() => admin.unlink(id), t("people.unlinked", { name }))}
        />
      )}
      {!self && (
        <Sure
          ask={t("people.sure", { name })}
          word={t("people.lock", { name })}
          onSure={() => void run(() => admin.lock(id), null)}
        />
      )}
    </>
  );
}

function NewRole({ user, run }: Props): JSX.Element {
  const { name } = user;
  const label = t("people.newRole", { name });
  return (
    <OnDemand
      label={label}
      word={t("people.setRole")}
      onSet={(form) => {
        const role = form.get("role") as Role;
        const values = { name, role: t(`role.${role}`) };
        return run(() => admin.setRole(user.id, role), t("people.roleSet", values));
      }}
    >
      <select name="role" aria-label={label}>
        {ROLES.map((role) => (
          <option key={role} value={role} selected={role === user.role}>
            {t(`role.${role}`)}
          </option>
        ))}
      </select>
    </OnDemand>
  );
}

function NewPassword({ user, run }: Props): JSX.Element {
  const { name } = user;
  const label = t("people.newPassword", { name });
  return (
    <OnDemand
      label={label}
      word={t("people.set")}
      onSet={(form) => {
        const password = form.get("password") as string;
        return run(() => admin.setPassword(user.id, password), t("people.passwordSet", { name }));
      }}
    >
      <input
        name="password"
        type="password"
        autocomplete="new-password"
        required
        aria-label={label}
      />
    </OnDemand>
  );
}

/** A button that opens a field; it closes when what was asked for is done. */
function OnDemand(props: {
  label: string;
  word: string;
  onSet: (form: FormData) => Promise<boolean>;
  children: ComponentChildren;
}): JSX.Element {
  const open = useSignal(false);
  if (!open.value) {
    return (
      <button class="small" onClick={() => (open.value = true)}>
        {props.label}
      </button>
    );
  }
  const set = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    if (await props.onSet(form)) open.value = false;
  };
  return (
    <form class="inline-form" onSubmit={(event) => void set(event)}>
      {props.children}
      <button class="small primary">{props.word}</button>
      <button class="small" type="button" onClick={() => (open.value = false)}>
        {t("people.cancel")}
      </button>
    </form>
  );
}
