import { describe, expect, it } from "vitest";
import { Keymap, chordOf, type Action } from "../src/keymap";

const press = (
  key: string,
  more: Partial<Record<"ctrlKey" | "shiftKey" | "altKey", boolean>> = {},
) => chordOf({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...more });

function keep(kept: Record<string, string> = {}) {
  return {
    getItem: (key: string) => kept[key] ?? null,
    setItem: (key: string, value: string) => {
      kept[key] = value;
    },
  };
}

function action(id: string, key: string, more: Partial<Action> = {}): Action {
  return { id, key, label: () => id, group: () => "test", run: () => undefined, ...more };
}

describe("a chord", () => {
  it("names modifiers in a fixed order", () => {
    expect(press("Enter", { ctrlKey: true })).toBe("ctrl+enter");
    expect(press("J", { shiftKey: true })).toBe("shift+j");
    expect(press("?", { shiftKey: true })).toBe("?");
    expect(press(" ")).toBe("space");
    expect(press("ArrowDown", { altKey: true, shiftKey: true })).toBe("alt+shift+arrowdown");
  });

  it("is nothing while only a modifier is held", () => {
    expect(press("Shift", { shiftKey: true })).toBe("");
  });
});

describe("the keymap", () => {
  it("finds actions only while they are registered", () => {
    const keymap = new Keymap(keep());
    const leave = keymap.register(() => [action("next", "j")]);
    expect(keymap.find("j", false)?.id).toBe("next");
    leave();
    expect(keymap.find("j", false)).toBeNull();
  });

  it("leaves plain keys to who is typing, and keeps chords", () => {
    const keymap = new Keymap(keep());
    keymap.register(() => [action("next", "j"), action("save", "ctrl+s")]);
    expect(keymap.find("j", true)).toBeNull();
    expect(keymap.find("ctrl+s", true)?.id).toBe("save");
  });

  it("lets what came last win and skips what does not apply", () => {
    const keymap = new Keymap(keep());
    keymap.register(() => [action("page", "j")]);
    keymap.register(() => [action("dialog", "j"), action("never", "j", { when: () => false })]);
    expect(keymap.find("j", false)?.id).toBe("dialog");
  });

  it("still holds a key that was stored under an action's former name", () => {
    const keymap = new Keymap(keep({ "sidenote.keys": '{"desk.back":"z","desk.queue":"w"}' }));
    keymap.register(() => [action("desk.previous", "k"), action("desk.queue", "u")]);
    expect(keymap.find("z", false)?.id).toBe("desk.previous");
    expect(keymap.find("w", false)?.id).toBe("desk.queue");
    expect(keymap.find("k", false)).toBeNull();
  });

  it("remembers changed keys, and refuses a key that is taken", () => {
    const kept = {};
    const keymap = new Keymap(keep(kept));
    const [next, previous] = [action("next", "j"), action("previous", "k")];
    keymap.register(() => [next, previous]);
    expect(keymap.change(next, "k")).toBe(previous);
    expect(keymap.change(next, "n")).toBeNull();
    expect(keymap.find("j", false)).toBeNull();
    const later = new Keymap(keep(kept));
    later.register(() => [next]);
    expect(later.find("n", false)?.id).toBe("next");
    later.reset();
    expect(later.find("j", false)?.id).toBe("next");
  });

  it("can be turned off, for those who speak to their computer", () => {
    const kept = {};
    const keymap = new Keymap(keep(kept));
    keymap.register(() => [action("next", "j")]);
    keymap.turn(false);
    expect(keymap.find("j", false)).toBeNull();
    expect(new Keymap(keep(kept)).on.value).toBe(false);
  });
});
