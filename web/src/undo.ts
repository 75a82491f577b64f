import { signal } from "@preact/signals";

/** Something that was just done and can be taken back. */
export interface Undoable {
  /** What was done, in words. */
  said: string;
  undo: () => Promise<unknown>;
}

const SHOWN_MS = 12_000;

/** What the page offers to undo; null after a while. */
export const offered = signal<Undoable | null>(null);
let timer: ReturnType<typeof setTimeout> | undefined;

/** Offer to undo what was just done. A later offer replaces an earlier one. */
export function offerUndo(done: Undoable): void {
  offered.value = done;
  clearTimeout(timer);
  timer = setTimeout(forgetUndo, SHOWN_MS);
}

export function forgetUndo(): void {
  offered.value = null;
}

/** Undo what was offered last. */
export async function undoLast(): Promise<void> {
  const last = offered.value;
  offered.value = null;
  await last?.undo();
}
