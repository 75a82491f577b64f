import { useSignal, type Signal } from "@preact/signals";
import { useCallback, useEffect } from "preact/hooks";
import { explain } from "../api";

/** An answer of the server: not there yet, there, or why not. */
export interface Answer<T> {
  value: Signal<T | null>;
  problem: Signal<string | null>;
  read: () => Promise<void>;
}

/** Ask when the view opens, and again with `read`. What was there stays until the new answer comes. */
export function useAnswer<T>(ask: () => Promise<T>): Answer<T> {
  const value = useSignal<T | null>(null);
  const problem = useSignal<string | null>(null);
  const read = useCallback(async () => {
    try {
      value.value = await ask();
      problem.value = null;
    } catch (error) {
      problem.value = explain(error);
    }
  }, [ask, value, problem]);
  useEffect(() => void read(), [read]);
  return { value, problem, read };
}
