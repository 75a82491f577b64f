import { signal, type Signal } from "@preact/signals";

/** Something a key does. `id` is stable: a changed key is remembered under it. */
export interface Action {
  id: string;
  /** The default key, as {@link chordOf} writes it: "j", "?", "ctrl+enter". */
  key: string;
  /** What it does and where, in the language of the interface. */
  label: () => string;
  group: () => string;
  run: () => void;
  /** False while the key should do nothing. */
  when?: () => boolean;
}

const MODIFIERS = ["Control", "Shift", "Alt", "Meta"];

/** A key press as text; "" for a modifier alone. Shift shows only where the key itself does not tell it. */
export function chordOf(
  event: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">,
): string {
  if (MODIFIERS.includes(event.key)) return "";
  const named = event.key.length > 1;
  const key = event.key === " " ? "space" : event.key.toLowerCase();
  const shift = event.shiftKey && (named || /[a-z]/.test(key));
  return [(event.ctrlKey || event.metaKey) && "ctrl", event.altKey && "alt", shift && "shift", key]
    .filter(Boolean)
    .join("+");
}

/** Which key does what: the defaults of the actions that are on the page, and what the user changed. */
export class Keymap {
  readonly changed: Signal<Record<string, string>>;
  readonly on: Signal<boolean>;
  private sources: (() => Action[])[] = [];

  constructor(private readonly storage: Pick<Storage, "getItem" | "setItem">) {
    const kept = JSON.parse(storage.getItem(CHANGED) ?? "{}") as Record<string, string>;
    const named = Object.entries(kept).map(([id, key]) => [RENAMED[id] ?? id, key] as const);
    this.changed = signal(Object.fromEntries(named));
    this.on = signal(storage.getItem(ON) !== "off");
  }

  /** What can be done by key right now. */
  get actions(): Action[] {
    return this.sources.flatMap((source) => source());
  }

  /** Add actions; call the answer to take them away again. */
  register(source: () => Action[]): () => void {
    this.sources = [...this.sources, source];
    return () => {
      this.sources = this.sources.filter((each) => each !== source);
    };
  }

  keyOf(action: Action): string {
    return this.changed.value[action.id] ?? action.key;
  }

  /** Give an action another key. Gives the action that has the key already; nothing changes then. */
  change(action: Action, key: string): Action | null {
    const taken = this.actions.find((each) => each.id !== action.id && this.keyOf(each) === key);
    if (taken) return taken;
    this.keep({ ...this.changed.value, [action.id]: key });
    return null;
  }

  reset(): void {
    this.keep({});
  }

  turn(on: boolean): void {
    this.on.value = on;
    this.storage.setItem(ON, on ? "on" : "off");
  }

  /** The action that a key press means here, if any. Later registered actions win over earlier ones. */
  find(key: string, typing: boolean): Action | null {
    if (!this.on.value || key === "") return null;
    if (typing && !/^(ctrl|alt)\+/.test(key)) return null;
    const means = (each: Action) => this.keyOf(each) === key && each.when?.() !== false;
    return this.actions.findLast(means) ?? null;
  }

  private keep(changed: Record<string, string>): void {
    this.changed.value = changed;
    this.storage.setItem(CHANGED, JSON.stringify(changed));
  }
}

/** Ids that actions had before: a key that is remembered under one still holds. */
const RENAMED: Record<string, string> = { "desk.back": "desk.previous" };

const CHANGED = "sidenote.keys";
const ON = "sidenote.keys.on";
