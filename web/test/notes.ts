import type { NoteView, SentenceView } from "../src/wire.gen";

export function sentence(id: string, text: string, more: Partial<SentenceView> = {}): SentenceView {
  return {
    id,
    division: "plan",
    section: "plan",
    text,
    evidence: [1],
    verdict: "supported",
    origin: "model",
    findings: [],
    reasons: [],
    stale: false,
    ...more,
  };
}

export function note(version: number, sentences: SentenceView[]): NoteView {
  return {
    version,
    template: "soap",
    sentences,
    not_discussed: [],
    drafter: "rules",
    signed: false,
    aside: [],
    form: null,
    layout: [],
  };
}
