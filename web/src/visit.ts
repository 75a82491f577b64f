import type {
  EncounterView,
  FindingView,
  SentenceView,
  ServerMessage,
  TurnView,
  WordView,
} from "./wire.gen";

/** One encounter as the page knows it: what the server has, and what is still on its way. */
export interface Visit {
  encounter: EncounterView;
  /** Words that may still change. */
  partial: WordView[];
  /** Committed words that no turn holds yet. */
  words: WordView[];
  /** Sentences drafted before the note is assembled. */
  drafting: SentenceView[];
  /** Turns whose words the final pass changed. */
  changed: number[];
  /** How far finishing is, 0 to 1, when that is known. */
  progress: number | null;
  /** Stable code of the last status, such as `asr.degraded`. */
  detail: string | null;
  lagSeconds: number | null;
}

export function visitOf(encounter: EncounterView): Visit {
  return {
    encounter,
    partial: [],
    words: [],
    drafting: [],
    changed: [],
    progress: null,
    detail: encounter.problem,
    lagSeconds: null,
  };
}

/** The visit after a message of the server. Applying a message twice changes nothing. */
export function apply(visit: Visit, message: ServerMessage): Visit {
  const { encounter } = visit;
  switch (message.type) {
    case "welcome":
      return { ...visit, encounter: { ...encounter, state: message.state } };
    case "partial":
      return { ...visit, partial: message.words };
    case "words":
      return { ...visit, partial: [], words: unheld(visit, message.words) };
    case "turn":
      return closeTurn(visit, message.turn);
    case "doubt":
      if (isOld(visit, message)) return visit;
      return withEncounter(visit, { doubts: merge(encounter.doubts, [message.doubt], byStart) });
    case "finding":
      return withEncounter(visit, {
        findings: merge(encounter.findings, [message.finding], byId),
      });
    case "sentence":
      return { ...visit, drafting: merge(visit.drafting, [message.sentence], byId) };
    case "transcript":
      return withEncounter(
        { ...visit, partial: [], words: [], changed: message.changed },
        { turns: message.turns, gaps: message.gaps, doubts: message.doubts },
      );
    case "note":
      if (encounter.note && encounter.note.version > message.note.version) return visit;
      return withEncounter(
        { ...visit, drafting: [] },
        { note: message.note, findings: message.findings },
      );
    case "codes":
      return withEncounter(visit, { codes: message.codes });
    case "status":
      if (isOld(visit, message)) return visit;
      return withEncounter(
        {
          ...visit,
          detail: message.detail,
          progress: message.progress,
          lagSeconds: message.lag_s,
        },
        { state: message.state },
      );
    case "ack":
    case "error":
    case "pong":
      return visit;
  }
}

/** Whether the answer that this visit began with holds the event already. */
export function isOld({ encounter }: Visit, message: { event: number }): boolean {
  return message.event !== 0 && message.event <= encounter.last_event;
}

/** Findings as they stand: what a later correction replaced is left out. */
export function standing(findings: FindingView[]): FindingView[] {
  const replaced = new Set(findings.map((finding) => finding.supersedes));
  return findings.filter((finding) => !replaced.has(finding.id));
}

/** Sentences that a clinician should look at before signing. */
export function toCheck(sentences: SentenceView[]): SentenceView[] {
  return sentences.filter((each) => each.verdict !== "supported" || each.stale);
}

/** Turn indices in order, without repeats. */
export function turnsOf(turns: number[]): number[] {
  return [...new Set(turns)].sort((a, b) => a - b);
}

/** Clips of sound that cover turns: neighbouring turns become one clip. */
export function clips(turns: TurnView[], indices: number[]): { start: number; end: number }[] {
  const spans = turnsOf(indices)
    .flatMap((index) => turns.find((turn) => turn.index === index) ?? [])
    .filter(({ start, end }) => end > start);
  const joined: { start: number; end: number; last: number }[] = [];
  for (const { index, start, end } of spans) {
    const before = joined.at(-1);
    if (before && index - before.last <= 1) Object.assign(before, { end, last: index });
    else joined.push({ start, end, last: index });
  }
  return joined.map(({ start, end }) => ({ start, end }));
}

function closeTurn(visit: Visit, turn: TurnView): Visit {
  const turns = merge(visit.encounter.turns, [turn], (each) => each.index);
  const closed = withEncounter(visit, { turns });
  return { ...closed, words: unheld(closed, []) };
}

/** Committed words that lie after the last turn. */
function unheld(visit: Visit, more: WordView[]): WordView[] {
  const heardTo = Math.max(0, ...visit.encounter.turns.map((turn) => turn.end));
  return merge(visit.words, more, byStart).filter((word) => word.start >= heardTo);
}

function withEncounter(visit: Visit, changes: globalThis.Partial<EncounterView>): Visit {
  return { ...visit, encounter: { ...visit.encounter, ...changes } };
}

const byId = (item: { id: string }) => item.id;
const byStart = ({ start }: { start: number }) => start;

function merge<T>(items: T[], more: T[], key: (item: T) => string | number): T[] {
  const merged = new Map(items.map((item) => [key(item), item]));
  for (const item of more) merged.set(key(item), item);
  return [...merged.values()];
}
