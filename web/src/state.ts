import { batch, computed, effect, signal } from "@preact/signals";
import { api, explain } from "./api";
import { checkAtStop, checkChart, fromChart } from "./launch";
import type { LineState } from "./line";
import { player } from "./player";
import { hearOnClick } from "./preferences";
import { recorder } from "./recorder";
import { START, navigate, route } from "./router";
import { Stream } from "./stream";
import { forgetUndo } from "./undo";
import { apply, clips, isOld, turnsOf, visitOf, type Visit } from "./visit";
import type {
  EncounterState,
  EncounterView,
  SentenceView,
  ServerMessage,
  SessionView,
} from "./wire.gen";

/** `undefined` while it is not known yet whether someone is signed in. */
export const session = signal<SessionView | null | undefined>(undefined);
export const visit = signal<Visit | null>(null);
export const failure = signal<string | null>(null);
/** The encounter that the address names; null on the list. */
export const encounterId = computed(() =>
  route.value.page === "encounters" ? route.value.id : null,
);

const shownEncounter = computed(() => visit.value?.encounter ?? null);

/** What is highlighted: a sentence, finding or code, and the turns it rests on. */
export const selection = signal<{ key: string; turns: number[] } | null>(null);
export const tab = signal<"transcript" | "note" | "findings">("transcript");

/** Which of the selected turns is looked at: the transcript scrolls to it. */
export const lookedAt = signal(0);

export const evidence = computed(() => new Set(selection.value?.turns));
/** Codes can be decided on. */
export const canEdit = computed(() => {
  const shown = visit.value?.encounter;
  return shown?.state === "drafted" && shown.reading_until === null;
});
/** The text can be changed, which only clinicians do. */
export const canWrite = computed(() => canEdit.value && session.value?.user.role === "clinician");

/** The state of the line that watches, while there is one. */
export const watching = signal<LineState | null>(null);
let watcher: Stream | null = null;

/** Start: who is signed in, and what does the address name? */
export async function begin(): Promise<void> {
  api.onSignedOut = () => (session.value = null);
  recorder.onMessage = received;
  effect(() => {
    if (session.value && !session.value.factor_setup) void load(encounterId.value);
    else leave();
  });
  checkAtStop(shownEncounter, (error) => (failure.value = explain(error)));
  try {
    await signedIn(await api.session());
  } catch (error) {
    session.value = null;
    failure.value = explain(error);
  }
}

/** Somebody is signed in, or nobody. Opened from a chart, the page goes to its visit once everything is open. */
export async function signedIn(next: SessionView | null): Promise<void> {
  const before = session.peek();
  session.value = next;
  if (!next || next.factor_setup || before?.factor_setup === false) return;
  const opened = await fromChart();
  if (opened) go(opened);
}

/** Open a visit, or the list of visits. */
export function go(id: string | null): void {
  if (id === null) navigate(START.page);
  else navigate("encounters", id);
}

/** Run an action of the user; say what went wrong. Gives null when it failed. */
export async function attempt<T>(action: () => Promise<T>): Promise<T | null> {
  failure.value = null;
  try {
    return await action();
  } catch (error) {
    failure.value = explain(error);
    return null;
  }
}

/** Read something in the background: what goes wrong is said, but takes no earlier message away. */
export async function look<T>(action: () => Promise<T>): Promise<T | null> {
  try {
    return await action();
  } catch (error) {
    failure.value = explain(error);
    return null;
  }
}

/** How often an answer changed what is shown: an answer that was asked for before may be older than it. */
let answers = 0;
/** What the line said of the visit that the address names, for answers that do not hold it yet. */
let said: ServerMessage[] = [];

/**
 * Show the encounter that the server answers with, as it stands by then: with what the line said meanwhile, and
 * asked for again when another answer was faster. An answer for a visit that was left is dropped.
 */
export async function showAnswer(id: string, ask: () => Promise<EncounterView>): Promise<void> {
  let before = answers;
  let encounter = await ask();
  while (answers !== before && encounterId.peek() === id) {
    before = answers;
    encounter = await api.encounter(id);
  }
  show(encounter);
}

function show(encounter: EncounterView): void {
  if (encounterId.peek() !== encounter.id) return;
  answers += 1;
  const before = visit.peek();
  const shown =
    before?.encounter.id === encounter.id
      ? { ...before, encounter, detail: encounter.problem, progress: null }
      : visitOf(encounter);
  visit.value = said
    .filter((message) => "event" in message && message.event > encounter.last_event)
    .reduce(apply, shown);
}

/** Change what is shown of an encounter; nothing when another is shown by now. An older note changes nothing. */
export function change(
  id: string,
  changes: (shown: EncounterView) => Partial<EncounterView>,
): void {
  const shown = visit.peek();
  if (shown?.encounter.id !== id) return;
  answers += 1;
  const { note, ...others } = changes(shown.encounter);
  const newer = note && note.version >= (shown.encounter.note?.version ?? 0);
  visit.value = {
    ...shown,
    encounter: { ...shown.encounter, ...others, ...(newer && { note }) },
  };
}

/** Read the encounter again from the server. */
export async function refresh(): Promise<void> {
  const id = encounterId.peek();
  if (id !== null) await showAnswer(id, () => api.encounter(id));
}

/** Follow the visit that is shown while it is heard or finished, recorded here or elsewhere. */
export function watch(id: string, lastEvent = 0): void {
  if (encounterId.peek() !== id) return;
  watcher ??= new Stream(
    { encounterId: id, mode: "watch", lastEvent },
    { onMessage: (message) => received(id, message), onState: (state) => (watching.value = state) },
  );
}

/** Read a visit again and follow it; nothing when another is shown by now. */
export async function follow(id: string): Promise<void> {
  await look(() => showAnswer(id, () => api.encounter(id)));
  const shown = visit.peek()?.encounter;
  if (shown?.id === id) watch(id, shown.last_event);
}

/** Record the encounter that is shown, or only send what is held and end it. */
export async function record(id: string, how: "start" | "finish"): Promise<void> {
  if (how === "start" && (await attempt(() => checkChart(id, "start"))) === null) return;
  if (encounterId.peek() === id) unwatch();
  await recorder[how](id);
  const shown = visit.peek()?.encounter;
  if (!recorder.active.peek() && shown?.id === id && shown.state === "recording") watch(id);
}

/** Highlight turns; a second time on the same thing lets go. */
export function select(key: string, turns: number[]): void {
  if (selection.value?.key === key) {
    player.stop();
    selection.value = null;
  } else highlight(key, turns);
}

/** Highlight what the sentence with the caret rests on; typing in it changes nothing more. */
export function choose(sentence: SentenceView | null): void {
  if (!sentence) selection.value = null;
  else if (selection.value?.key !== keyOf(sentence)) highlight(keyOf(sentence), sentence.evidence);
}

/** The key of a sentence in {@link selection}. */
export function keyOf(sentence: Pick<SentenceView, "id">): string {
  return `sentence-${sentence.id}`;
}

/** Look at the next source of what is selected, or the one before; after the last comes the first. */
export function cycle(step: 1 | -1): void {
  const number = selection.value?.turns.length ?? 0;
  if (number > 0) lookedAt.value = (lookedAt.value + step + number) % number;
}

function highlight(key: string, turns: number[]): void {
  player.stop();
  batch(() => {
    lookedAt.value = 0;
    selection.value = { key, turns: turnsOf(turns) };
  });
  if (hearOnClick.value === "on") hear(key, turns);
}

/** Play what was said in `turns`. */
export function hear(key: string, turns: number[]): void {
  const encounter = visit.value?.encounter;
  if (!encounter) return;
  const spans = clips(encounter.turns, turns);
  if (spans.length > 0) player.play(key, encounter.id, spans);
}

/** What goes on for the visit that was shown ends with it. */
function leave(): void {
  unwatch();
  player.stop();
  forgetUndo();
}

async function load(id: string | null): Promise<void> {
  leave();
  said = [];
  batch(() => {
    visit.value = null;
    selection.value = null;
    failure.value = null;
  });
  if (id === null) return;
  try {
    await showAnswer(id, () => api.encounter(id));
  } catch (error) {
    // Of a visit that was left, nobody needs to know.
    if (encounterId.peek() === id) failure.value = explain(error);
  }
  const encounter = visit.peek()?.encounter;
  if (encounter?.id !== id) return;
  tab.value = encounter.note ? "note" : "transcript";
  const here = recorder.active.peek() && recorder.encounterId.peek() === id;
  const { state, last_event } = encounter;
  if (state === "drafted") watch(id, last_event);
  else if (!here && (state === "recording" || state === "finishing")) watch(id);
}

function unwatch(): void {
  watcher?.close();
  watcher = null;
  watching.value = null;
}

function received(id: string, message: ServerMessage): void {
  if (encounterId.peek() === id && "event" in message && message.event > 0) said.push(message);
  const before = visit.peek();
  const shown = before?.encounter.id === id ? before : null;
  if (shown) visit.value = apply(shown, message);
  if (message.type === "status" && !(shown && isOld(shown, message))) {
    void followState(id, message.state, shown?.encounter.state);
  }
  if (message.type === "error" && message.code === "conflict.closed") void askState(id);
}

/** The server may have ended the visit while the line was down: ask where it stands. */
async function askState(id: string): Promise<void> {
  const encounter = await look(() => api.encounter(id));
  if (encounter) void followState(id, encounter.state);
}

/** Past recording the page only watches; from the draft on the server's answer is the truth. */
async function followState(
  id: string,
  state: EncounterState,
  before?: EncounterState,
): Promise<void> {
  if (state === "open" || state === "recording" || state === before) return;
  const { lastEvent } = recorder;
  if (recorder.encounterId.peek() === id) await recorder.settle();
  if (encounterId.peek() !== id) return;
  if (state === "finishing") return watch(id, lastEvent);
  await look(refresh);
  const now = visit.peek()?.encounter;
  if (now?.id !== id) return;
  if (now.state === "drafted") watch(id, lastEvent);
  else if (now.state !== "recording" && now.state !== "finishing") unwatch();
  if (now.state === "drafted" && before !== "drafted") tab.value = "note";
}
