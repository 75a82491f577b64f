import type { AmendmentForm, AmendmentKind, AmendmentView, Edit, SentenceView } from "../wire.gen";

/** What a clinician has typed so far; `texts` holds the changed words of sentences by id. */
export interface Typed {
  kind: AmendmentKind;
  words: string;
  reason: string;
  texts: Record<string, string>;
}

export const NOTHING: Typed = { kind: "addendum", words: "", reason: "", texts: {} };

/** The note as it stands in the record: the newest replacement that is filed, else what was signed first. */
export function standing(signed: SentenceView[], made: AmendmentView[]): SentenceView[] {
  const newest = made.findLast(
    (each) => each.kind === "replacement" && each.submission?.state === "filed",
  );
  return newest?.sentences ?? signed;
}

/** Changed sentences as edits; one whose words are all gone is deleted. */
export function editsOf(sentences: SentenceView[], texts: Record<string, string>): Edit[] {
  return sentences.flatMap((sentence): Edit[] => {
    const text = texts[sentence.id]?.trim();
    if (text === undefined || text === sentence.text) return [];
    return text === ""
      ? [{ op: "delete", sentence: sentence.id }]
      : [{ op: "replace", sentence: sentence.id, text }];
  });
}

/** The request that says what was typed; null while something is missing. */
export function formOf(typed: Typed, sentences: SentenceView[]): AmendmentForm | null {
  const { kind } = typed;
  const words = typed.words.trim();
  const reason = typed.reason.trim();
  if (kind === "addendum") return words === "" ? null : { kind, text: words };
  if (kind === "retraction") return reason === "" ? null : { kind, reason };
  const edits = editsOf(sentences, typed.texts);
  return edits.length === 0 ? null : { kind, edits, reason };
}

/** Whether the whole note was retracted: nothing can be amended any more. */
export function isRetracted(made: AmendmentView[]): boolean {
  return made.some(
    (each) => each.kind === "retraction" && each.target === 0 && each.submission?.state === "filed",
  );
}

/** The amendment that is signed and not settled; no other can be signed before it is. */
export function unsettled(made: AmendmentView[]): AmendmentView | null {
  const settled = ["filed", "rejected"];
  return made.find((each) => !settled.includes(each.submission?.state ?? "")) ?? null;
}
