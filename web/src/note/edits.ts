import type { Division, Edit, NoteView, SentenceView } from "../wire.gen";

/** A sentence as it stands in the editor; `id` is null for one that the server does not know yet. */
export interface Written {
  id: string | null;
  text: string;
}

/** The text as the server keeps it: one space between words. */
export function tidy(text: string): string {
  return text.trim().split(/\s+/).join(" ");
}

/** Sentences as earlier versions of the note held them, so that an undone edit gets its evidence back. */
export class Past {
  private readonly seen = new Map<string, { text: string; version: number }[]>();

  record(note: NoteView): void {
    for (const { id, text } of note.sentences) {
      const known = this.seen.get(id) ?? [];
      if (known.at(-1)?.text !== text) known.push({ text, version: note.version });
      this.seen.set(id, known);
    }
  }

  /** The earliest version in which the sentence said this, or anything when no text is given. */
  versionOf(id: string, text?: string): number | null {
    const known = this.seen.get(id) ?? [];
    const match = text === undefined ? known.at(-1) : known.find((each) => each.text === text);
    return match?.version ?? null;
  }
}

/**
 * What makes the `base` of one division, as the server has it, into what is `written`.
 *
 * `before` is the sentence that stands before the division in the note. A text that an earlier version had
 * is restored rather than replaced. An emptied sentence is deleted.
 */
export function editsOf(
  division: Division,
  base: SentenceView[],
  written: Written[],
  past: Past,
  before: string | null,
): Edit[] {
  const lines = written
    .map(({ id, text }) => ({ id, text: tidy(text) }))
    .filter(({ text }) => text);
  const kept = new Set(lines.map(({ id }) => id));
  const known = new Map(base.map((sentence) => [sentence.id, sentence.text]));
  const deletions = base
    .filter(({ id }) => !kept.has(id))
    .map(({ id }): Edit => ({ op: "delete", sentence: id }));
  const changes = lines.flatMap(({ id, text }) =>
    id === null ? [] : changed(id, text, known.get(id), past),
  );
  return [...changes, ...insertions(division, lines, before), ...deletions];
}

function changed(id: string, text: string, now: string | undefined, past: Past): Edit[] {
  if (text === now) return [];
  const exact = past.versionOf(id, text);
  if (exact !== null) return [{ op: "restore", sentence: id, version: exact }];
  const replaced: Edit = { op: "replace", sentence: id, text };
  if (now !== undefined) return [replaced];
  const any = past.versionOf(id);
  return any === null ? [] : [{ op: "restore", sentence: id, version: any }, replaced];
}

/** New sentences, each after the one it follows; the last of a run comes first, so that all land in order. */
function insertions(division: Division, lines: Written[], before: string | null): Edit[] {
  const edits: Edit[] = [];
  let run: Edit[] = [];
  let anchor = before;
  for (const { id, text } of lines) {
    if (id === null) {
      run.unshift({ op: "insert", division, text, ...(anchor !== null && { sentence: anchor }) });
      continue;
    }
    edits.push(...run);
    run = [];
    anchor = id;
  }
  // Without a sentence to follow, each goes to the end of the division: there the first comes first.
  return [...edits, ...(anchor === null ? run.reverse() : run)];
}
