import { effect, signal } from "@preact/signals";
import { api } from "../api";
import { change, refresh, visit } from "../state";
import { SECTION_OF, type Division } from "../wire.gen";
import { Saving } from "./saving";

/** What saves the note of the visit that is open; null while no note is. */
export const saving = signal<Saving | null>(null);

/** Save everything written so far; true when the server has it. */
export async function flushNote(): Promise<boolean> {
  return (await saving.peek()?.flush()) ?? true;
}

let openId: string | null = null;

effect(() => {
  const encounter = visit.value?.encounter;
  if (!encounter?.note) return;
  if (encounter.id !== openId) {
    openId = encounter.id;
    saving.value = deskOf(encounter.id);
  }
  saving.peek()?.receive();
});

addEventListener("beforeunload", (event) => {
  if ((saving.peek()?.standing.peek() ?? "saved") !== "saved") event.preventDefault();
});

function deskOf(id: string): Saving {
  // The note as this desk saw it last: it is still saved when the page shows another visit by then.
  let last = visit.peek()?.encounter.note ?? null;
  return new Saving({
    note: () => {
      const shown = visit.peek()?.encounter;
      if (shown?.id === id && shown.note) last = shown.note;
      return last;
    },
    send: (body) => api.editNote(id, body),
    take: (note) => {
      last = note;
      const shown = visit.peek()?.encounter;
      if (shown?.id === id && (shown.note?.version ?? 0) <= note.version)
        change(id, () => ({ note }));
    },
    refresh: async () => {
      if (visit.peek()?.encounter.id === id) return refresh();
      last = (await api.encounter(id)).note;
    },
  });
}

/** Something the caret can go into. */
interface Place {
  focus(where: "start" | "end" | { id: string }): void;
}

const ORDER = Object.keys(SECTION_OF) as Division[];

/** Lets the caret walk from one division into the next, as if the note were one text. */
class Neighbours {
  private readonly open = new Map<Division, Place>();

  add(division: Division, place: Place): void {
    this.open.set(division, place);
  }

  remove(division: Division, place: Place): void {
    if (this.open.get(division) === place) this.open.delete(division);
  }

  go(from: Division, direction: -1 | 1): boolean {
    const order = direction > 0 ? ORDER : ORDER.toReversed();
    const next = order.slice(order.indexOf(from) + 1).find((division) => this.open.has(division));
    if (next === undefined) return false;
    this.open.get(next)?.focus(direction > 0 ? "start" : "end");
    return true;
  }

  /** Put the caret into a sentence. */
  into(division: Division, id: string): boolean {
    this.open.get(division)?.focus({ id });
    return this.open.has(division);
  }
}

export const neighbours = new Neighbours();
