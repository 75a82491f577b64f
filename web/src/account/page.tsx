import { useSignal, type Signal } from "@preact/signals";
import type { JSX } from "preact";
import { explain } from "../api";
import { session } from "../state";
import { Icon } from "../views/icons";
import "./account.css";
import { Factor } from "./factor";
import { t } from "./messages";
import { Password } from "./password";

/** One's own account: the second factor, and the password. Nothing else opens while a factor must be set up. */
export function Account(): JSX.Element | null {
  const now = session.value;
  if (!now) return null;
  return (
    <main class="account">
      <h1>{t("title")}</h1>
      <p>
        <strong>{now.user.name}</strong> <span class="muted">{now.user.username}</span>
      </p>
      <Factor session={now} />
      {!now.factor_setup && <Password factor={now.second_factor} />}
    </main>
  );
}

export interface Run {
  problem: Signal<string | null>;
  busy: Signal<boolean>;
  /** Do something once at a time, and keep what went wrong; true when it was done. */
  run: (action: () => Promise<unknown>) => Promise<boolean>;
}

export function useRun(): Run {
  const problem = useSignal<string | null>(null);
  const busy = useSignal(false);
  const run = async (action: () => Promise<unknown>) => {
    if (busy.value) return false;
    busy.value = true;
    problem.value = null;
    try {
      await action();
      return true;
    } catch (error) {
      problem.value = explain(error);
      return false;
    } finally {
      busy.value = false;
    }
  };
  return { problem, busy, run };
}

export function Problem({ of }: { of: Signal<string | null> }): JSX.Element | null {
  if (of.value === null) return null;
  return (
    <p class="problem" role="alert">
      <Icon name="alert" /> {of.value}
    </p>
  );
}
