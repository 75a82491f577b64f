import { batch, computed, signal } from "@preact/signals";
import { api } from "../api";
import { attempt } from "../state";
import type {
  AuditedCodes,
  CodeView,
  CodingView,
  Complexity,
  EncounterView,
  QueueItem,
  ReviewView,
} from "../wire.gen";
import { ordered } from "./format";
import { requests } from "./requests";

export type ReviewAction = ReviewView["actions"][number];

/** What the desk asks the coder for: nothing, a reason, another code, or words to a person. */
export type Asking = "reject" | "change" | "add" | "ask" | "return" | null;

export const queue = signal<QueueItem[] | null>(null);
export const encounter = signal<EncounterView | null>(null);
export const coding = signal<CodingView | null>(null);
export const place = signal(0);
export const asking = signal<Asking>(null);
/** Turns to show as evidence, and what they belong to; null before anything was chosen. */
export const shown = signal<{ key: string; turns: number[] } | null>(null);

/** Codes in the order of the desk: what was suggested or decided, then alternatives. */
export const codes = computed(() => ordered(encounter.value?.codes ?? []));
export const current = computed<CodeView | null>(() => codes.value[place.value] ?? null);
/** Whether the coder may decide about codes: the visit is theirs and not finished. */
export const mine = computed(() => {
  const review = coding.value?.review;
  return review?.mine === true && ["coding", "checking", "queried"].includes(review.state);
});

export async function loadQueue(): Promise<void> {
  const found = await attempt(() => requests.queue());
  if (found) queue.value = found;
}

export async function open(id: string): Promise<void> {
  batch(() => {
    encounter.value = null;
    coding.value = null;
    place.value = 0;
    shown.value = null;
    asking.value = null;
  });
  const found = await attempt(() => Promise.all([api.encounter(id), requests.coding(id)]));
  if (!found) return;
  [encounter.value, coding.value] = found;
  pick(0);
}

/** Choose a code and show where it was said. */
export function pick(index: number): void {
  const last = codes.value.length - 1;
  place.value = Math.max(0, Math.min(last, index));
  const code = current.value;
  if (code) {
    show(
      `code-${code.code}`,
      code.evidence.flatMap((each) => each.turns),
    );
  }
}

export function show(key: string, turns: number[]): void {
  shown.value = { key, turns: [...new Set(turns)].sort((a, b) => a - b) };
}

export async function decide(
  code: string,
  decision: "accepted" | "rejected",
  reason: string | null = null,
): Promise<boolean> {
  const id = encounter.peek()?.id;
  if (id === undefined) return false;
  const decided = await attempt(() => api.decideCode(id, code, { decision, reason }));
  if (decided) await again();
  return decided !== null;
}

export async function change(code: string, to: string, reason: string): Promise<boolean> {
  const id = encounter.peek()?.id;
  if (id === undefined) return false;
  const changed = await attempt(() => requests.change(id, code, { to, reason }));
  if (changed) await again();
  return changed !== null;
}

export async function take(action: ReviewAction, text: string | null = null): Promise<boolean> {
  const id = encounter.peek()?.id;
  if (id === undefined) return false;
  const after = await attempt(() => requests.step(id, action, { text }));
  if (after) {
    coding.value = after;
    asking.value = null;
  }
  return after !== null;
}

export async function prioritise(priority: ReviewView["priority"]): Promise<void> {
  const id = encounter.peek()?.id;
  if (id === undefined) return;
  const after = await attempt(() => requests.prioritise(id, { priority }));
  if (after) coding.value = after;
}

export async function audit(
  entered: string[],
  level: Complexity | null,
): Promise<AuditedCodes | null> {
  const id = encounter.peek()?.id;
  return id === undefined ? null : attempt(() => requests.audit(id, { codes: entered, level }));
}

async function again(): Promise<void> {
  const id = encounter.peek()?.id;
  if (id === undefined) return;
  const code = current.peek()?.code;
  const found = await attempt(() => Promise.all([api.encounter(id), requests.coding(id)]));
  if (!found) return;
  batch(() => {
    [encounter.value, coding.value] = found;
    asking.value = null;
    const index = codes.value.findIndex((each) => each.code === code);
    pick(Math.max(0, index));
  });
}
