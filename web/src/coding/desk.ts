import { batch, computed, signal } from "@preact/signals";
import { api } from "../api";
import { exchanged, restored, withCode } from "../codes";
import { route } from "../router";
import { attempt, look } from "../state";
import { inTurn } from "../turn";
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

const working = inTurn();
/** Steps and decisions that were asked of the server, and those that are not answered yet. */
let asked = 0;
let answered = 0;
let pending = 0;

/** Ask the server for steps and decisions one after the other; null when it did not do it. */
async function ask<T>(action: () => Promise<T>): Promise<T | null> {
  asked += 1;
  pending += 1;
  const done = await working(() => attempt(action));
  pending -= 1;
  answered += 1;
  return done;
}

let queueReads = 0;

/** Read the queue. An older answer never replaces a newer one. */
export async function loadQueue(): Promise<void> {
  const number = ++queueReads;
  const found = await look(() => requests.queue());
  if (found && number === queueReads) queue.value = found;
}

/** Open a visit. A step that was asked for before may concern it: what was read before its answer is read again. */
export async function open(id: string): Promise<void> {
  batch(() => {
    encounter.value = null;
    coding.value = null;
    place.value = 0;
    shown.value = null;
    asking.value = null;
  });
  wanted = id;
  const read = () => look(() => Promise.all([api.encounter(id), requests.coding(id)]));
  let before = answered;
  let found = await read();
  while (found && answered !== before && wanted === id) {
    before = answered;
    found = await read();
  }
  // Another visit was opened meanwhile.
  if (!found || wanted !== id) return;
  batch(() => {
    [encounter.value, coding.value] = found;
    pick(0);
  });
}

let wanted: string | null = null;

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

/**
 * Decide about a code. The desk shows it at once, so that the next key already finds the desk as it will be; what the
 * server made of it is read when every decision is with it.
 */
export function decide(
  code: CodeView,
  decision: "accepted" | "rejected",
  reason: string | null = null,
): Promise<void> {
  const decided = { ...code, decision, decision_reason: reason };
  return settle(
    (codes) => withCode(codes, decided),
    [code.code],
    (id) => api.decideCode(id, code.code, { decision, reason }),
  );
}

/** Refuse a code for another one. */
export function change(code: CodeView, to: CodeView, reason: string): Promise<void> {
  return settle(
    (codes) => exchanged(codes, code, to, reason),
    [code.code, to.code],
    (id) => requests.change(id, code.code, { to: to.code, reason }),
  );
}

/** Show codes as `decided`, then ask the server to; the codes `named` are as before when it does not. */
async function settle(
  decided: (codes: CodeView[]) => CodeView[],
  named: [string, ...string[]],
  action: (id: string) => Promise<unknown>,
): Promise<void> {
  const visit = encounter.peek();
  if (!visit) return;
  const { id, codes: before } = visit;
  asking.value = null;
  showCodes(id, decided(before), named[0]);
  const done = await ask(() => action(id).then(() => true));
  if (done === null) showCodes(id, restored(encounter.peek()?.codes ?? [], before, named));
  await again(id);
}

/** Show these codes of a visit that is still open, at a code or at the one that was looked at. */
function showCodes(id: string, shown: CodeView[], at = current.peek()?.code): void {
  const visit = encounter.peek();
  if (visit?.id !== id) return;
  batch(() => {
    encounter.value = { ...visit, codes: shown };
    const index = codes.value.findIndex(({ code }) => code === at);
    place.value = Math.max(0, index);
  });
}

/** Steps that are on their way: asked for again, as by a second click, they are not taken twice. */
const steps = new Set<string>();

export async function take(action: ReviewAction, text: string | null = null): Promise<boolean> {
  const id = encounter.peek()?.id;
  const step = `${id}/${action}`;
  if (id === undefined || steps.has(step)) return false;
  steps.add(step);
  const after = await ask(() => requests.step(id, action, { text }));
  steps.delete(step);
  if (after && encounter.peek()?.id === id) {
    batch(() => {
      coding.value = after;
      if (asking.peek() === action) asking.value = null;
    });
  }
  void again(id);
  // Back at the queue by now: it was read while the step was on its way.
  if (route.peek().id === null) void loadQueue();
  return after !== null;
}

export async function prioritise(priority: ReviewView["priority"]): Promise<void> {
  const id = encounter.peek()?.id;
  if (id === undefined) return;
  const after = await ask(() => requests.prioritise(id, { priority }));
  if (after && encounter.peek()?.id === id) coding.value = after;
  void again(id);
}

export async function audit(
  entered: string[],
  level: Complexity | null,
): Promise<AuditedCodes | null> {
  const id = encounter.peek()?.id;
  return id === undefined ? null : attempt(() => requests.audit(id, { codes: entered, level }));
}

/** Read what stands now. Whatever is asked meanwhile reads again after it, so an older answer is dropped. */
async function again(id: string): Promise<void> {
  if (pending > 0 || encounter.peek()?.id !== id) return;
  const before = asked;
  const found = await look(() => Promise.all([api.encounter(id), requests.coding(id)]));
  if (!found || asked !== before || encounter.peek()?.id !== id) return;
  const [visit, view] = found;
  batch(() => {
    showCodes(id, visit.codes);
    [encounter.value, coding.value] = [visit, view];
  });
}
