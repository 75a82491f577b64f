import { useSignal, type Signal } from "@preact/signals";
import { useCallback, useEffect, useRef } from "preact/hooks";
import { explain } from "../api";

/** An answer of the server: not there yet, there, or why not. */
export interface Answer<T> {
  value: Signal<T | null>;
  problem: Signal<string | null>;
  read: () => Promise<void>;
}

/** Ask when the view opens, and again with `read`. What was there stays until the newest answer comes. */
export function useAnswer<T>(ask: () => Promise<T>): Answer<T> {
  const value = useSignal<T | null>(null);
  const problem = useSignal<string | null>(null);
  const asked = useRef(0);
  const read = useCallback(async () => {
    const number = ++asked.current;
    const newest = () => number === asked.current;
    try {
      const answer = await ask();
      if (newest()) [value.value, problem.value] = [answer, null];
    } catch (error) {
      if (newest()) problem.value = explain(error);
    }
  }, [ask, value, problem]);
  useEffect(() => void read(), [read]);
  return { value, problem, read };
}
