import { signal } from "@preact/signals";
import { ApiError } from "../api";
import { SECTION_OF, type Division, type Edit, type NoteEdits, type NoteView } from "../wire.gen";
import { Past, editsOf, type Written } from "./edits";

/** A division that is being written in. */
export interface Writing {
  readonly written: Written[];
  receive(sentences: NoteView["sentences"]): void;
}

/** How the note is reached; given from outside so that saving can be tested without a server. */
export interface Desk {
  /** The newest note that this page knows. */
  note(): NoteView | null;
  send(body: NoteEdits): Promise<NoteView>;
  take(note: NoteView): void;
  refresh(): Promise<void>;
}

export type Standing = "saved" | "waiting" | "saving" | "failed";

const PAUSE_MS = 800;
const RETRY_MS = 5_000;
const MOST_CONFLICTS = 4;
const ORDER = Object.keys(SECTION_OF) as Division[];

/**
 * Saves what is written, a moment after the last key.
 *
 * Nothing is ever taken back from the writer: what the server changed meanwhile is merged into the editors
 * first, and only the difference that is left is sent. While the line is down it is tried again.
 */
export class Saving {
  readonly standing = signal<Standing>("saved");
  readonly problem = signal<string | null>(null);
  private readonly open = new Map<Division, Writing>();
  /** Editors that are gone; what they held stays open until the server has it or refuses it. */
  private readonly left = new Map<Division, Writing>();
  private readonly past = new Past();
  private timer: ReturnType<typeof setTimeout> | null = null;
  private running: Promise<boolean> | null = null;

  constructor(private readonly desk: Desk) {}

  attach(division: Division, writing: Writing): void {
    this.open.set(division, writing);
    this.receive();
  }

  /** The editor is gone; what it held is saved all the same. */
  detach(division: Division, writing: Writing): void {
    this.left.set(division, writing);
    void this.flush();
  }

  private forgetLeft(): void {
    for (const [division, writing] of this.left) {
      if (this.open.get(division) === writing) this.open.delete(division);
    }
    this.left.clear();
  }

  /** Something was written: save it when the writer pauses. */
  changed(): void {
    if (this.running === null) this.standing.value = "waiting";
    this.later(PAUSE_MS);
  }

  /** The note is another one now: show it in the editors. */
  receive(): void {
    const note = this.desk.note();
    if (!note) return;
    this.past.record(note);
    for (const [division, writing] of this.open) {
      writing.receive(note.sentences.filter((each) => each.division === division));
    }
  }

  /** Save now. True when the server has everything that was written. */
  flush(): Promise<boolean> {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    this.running ??= this.run().finally(() => (this.running = null));
    return this.running;
  }

  private async run(): Promise<boolean> {
    let conflicts = 0;
    for (;;) {
      this.receive();
      const note = this.desk.note();
      const edits = note ? this.edits(note) : [];
      if (!note || edits.length === 0) {
        this.settle("saved", null);
        this.forgetLeft();
        return true;
      }
      this.standing.value = "saving";
      try {
        this.desk.take(await this.desk.send({ version: note.version, edits }));
      } catch (error) {
        const stale = error instanceof ApiError && error.code === "conflict.version";
        if (stale && ++conflicts < MOST_CONFLICTS && (await this.refreshed())) continue;
        return this.fail(error);
      }
    }
  }

  private async refreshed(): Promise<boolean> {
    return this.desk.refresh().then(
      () => true,
      () => false,
    );
  }

  private fail(error: unknown): false {
    this.settle("failed", error instanceof Error ? error.message : null);
    if (!(error instanceof ApiError) || error.retryable) this.later(RETRY_MS);
    else this.forgetLeft();
    return false;
  }

  private settle(standing: Standing, problem: string | null): void {
    this.standing.value = standing;
    this.problem.value = problem;
  }

  private later(ms: number): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.flush(), ms);
  }

  private edits(note: NoteView): Edit[] {
    let before: string | null = null;
    const edits: Edit[] = [];
    for (const division of ORDER) {
      const base = note.sentences.filter((sentence) => sentence.division === division);
      const writing = this.open.get(division);
      if (writing) edits.push(...editsOf(division, base, writing.written, this.past, before));
      before = base.at(-1)?.id ?? before;
    }
    return edits;
  }
}
