import { describe, expect, it } from "vitest";
import { apply, clips, standing, visitOf, type Visit } from "../src/visit";
import type { EncounterView, FindingView, NoteView, TurnView, WordView } from "../src/wire.gen";

const encounter: EncounterView = {
  id: "e1",
  state: "open",
  patient: { id: "p1", name: "A B", birth_date: null, sex: null },
  ehr_encounter_id: "x",
  created: "2026-01-01T00:00:00Z",
  template: "soap",
  chart: { medications: [], allergies: [], problems: [] },
  consent: null,
  earlier_refusal: null,
  reading_until: null,
  samples: 0,
  turns: [],
  gaps: [],
  doubts: [],
  findings: [],
  note: null,
  codes: [],
  submission: null,
  problem: null,
  last_event: 0,
};

const word = (text: string, start: number): WordView => ({
  text,
  start,
  end: start + 100,
  probability: 1,
});

function turn(index: number, start = index * 1000, end = start + 900): TurnView {
  return { index, speaker: "patient", text: `turn ${index}`, start, end, words: [], voice: null };
}

function finding(id: string, supersedes: string | null = null): FindingView {
  const detail = {} as FindingView["detail"];
  return {
    id,
    kind: "symptom",
    concept: id,
    text: id,
    turns: [0],
    polarity: "present",
    subject: "patient",
    timing: "current",
    detail,
    supersedes,
    division: null,
  };
}

function note(version: number): NoteView {
  return {
    version,
    template: "soap",
    sentences: [],
    not_discussed: [],
    drafter: "rules",
    signed: false,
    aside: [],
    form: null,
    layout: [],
  };
}

function play(...messages: Parameters<typeof apply>[1][]): Visit {
  return messages.reduce(apply, visitOf(encounter));
}

describe("visit", () => {
  it("replaces partial words and keeps committed ones until a turn holds them", () => {
    const talking = play(
      { type: "partial", words: [word("hell", 0)] },
      { type: "words", event: 1, words: [word("hello", 0), word("there", 100)] },
      { type: "partial", words: [word("next", 1000)] },
      { type: "words", event: 2, words: [word("next", 1000)] },
    );
    expect(talking.words.map((each) => each.text)).toEqual(["hello", "there", "next"]);
    expect(talking.partial).toEqual([]);
    const closed = apply(talking, { type: "turn", event: 3, turn: turn(0) });
    expect(closed.words.map((each) => each.text)).toEqual(["next"]);
    expect(closed.encounter.turns).toHaveLength(1);
  });

  it("does not show words again that a closed turn holds", () => {
    const replayed = play(
      { type: "turn", event: 2, turn: turn(0) },
      { type: "words", event: 1, words: [word("hello", 0)] },
    );
    expect(replayed.words).toEqual([]);
  });

  it("revises a speaker in place", () => {
    const revised = play(
      { type: "turn", event: 1, turn: turn(0) },
      { type: "turn", event: 2, turn: turn(1) },
      { type: "turn", event: 3, turn: { ...turn(0), speaker: "clinician" } },
    );
    expect(revised.encounter.turns.map((each) => each.speaker)).toEqual(["clinician", "patient"]);
  });

  it("never goes back to an older note", () => {
    const visit = play(
      { type: "note", event: 1, note: note(3), findings: [] },
      { type: "note", event: 2, note: note(2), findings: [] },
    );
    expect(visit.encounter.note?.version).toBe(3);
  });

  it("shows the assembled note instead of the sentences on their way", () => {
    const sentence = {
      id: "s1",
      division: "plan" as const,
      section: "plan" as const,
      text: "Rest.",
      evidence: [0],
      verdict: "supported" as const,
      origin: "rules" as const,
      findings: [],
      reasons: [],
      stale: false,
    };
    const drafting = play({ type: "sentence", event: 1, sentence });
    expect(drafting.drafting).toHaveLength(1);
    expect(
      apply(drafting, { type: "note", event: 2, note: note(1), findings: [] }).drafting,
    ).toEqual([]);
  });

  it("follows state, progress and trouble", () => {
    const visit = play({
      type: "status",
      event: 1,
      state: "finishing",
      detail: "asr.degraded",
      lag_s: 4,
      progress: 0.5,
    });
    expect(visit.encounter.state).toBe("finishing");
    expect(visit).toMatchObject({ detail: "asr.degraded", lagSeconds: 4, progress: 0.5 });
  });

  it("does not go back to a state that it began after", () => {
    const begun = visitOf({ ...encounter, state: "drafted", last_event: 5 });
    const old = apply(begun, {
      type: "status",
      event: 3,
      state: "no_speech",
      detail: null,
      lag_s: null,
      progress: null,
    });
    expect(old.encounter.state).toBe("drafted");
  });

  it("takes the final transcript as a whole", () => {
    const visit = play(
      { type: "turn", event: 1, turn: turn(0) },
      { type: "turn", event: 2, turn: turn(1) },
      {
        type: "transcript",
        event: 3,
        turns: [turn(0)],
        doubts: [],
        gaps: [{ start: 5, end: 9, reason: "noise" }],
        changed: [0],
      },
    );
    expect(visit.encounter.turns).toHaveLength(1);
    expect(visit.encounter.gaps).toHaveLength(1);
    expect(visit.changed).toEqual([0]);
  });
});

describe("findings", () => {
  it("leave out what a correction replaced", () => {
    const shown = standing([finding("f1"), finding("f2", "f1"), finding("f3")]);
    expect(shown.map((each) => each.id)).toEqual(["f2", "f3"]);
  });
});

describe("clips", () => {
  it("join neighbouring turns and leave out turns without times", () => {
    const turns = [turn(0), turn(1), turn(2), turn(3), turn(4, 0, 0)];
    expect(clips(turns, [3, 0, 1, 4])).toEqual([
      { start: 0, end: 1900 },
      { start: 3000, end: 3900 },
    ]);
    expect(clips(turns, [4])).toEqual([]);
    expect(clips(turns, [9])).toEqual([]);
  });
});
