import { useSignal, type Signal } from "@preact/signals";
import type { JSX } from "preact";
import { explain } from "../api";
import { Icon } from "../views/icons";

/** What is done with a form, and how it went. */
export interface Run {
  problem: Signal<string | null>;
  busy: Signal<boolean>;
  /** Do something once at a time, and keep what went wrong; true when it was done. */
  run: (action: () => Promise<unknown>) => Promise<boolean>;
}

/** Something that a form does. */
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

/** What went wrong, in words. */
export function Problem({ of }: { of: Signal<string | null> }): JSX.Element | null {
  if (of.value === null) return null;
  return (
    <p class="problem" role="alert">
      <Icon name="alert" /> {of.value}
    </p>
  );
}
