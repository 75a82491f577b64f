import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError } from "../src/api";
import { Saving, type Desk, type Writing } from "../src/note/saving";
import type { Edit, NoteView } from "../src/wire.gen";
import { note, sentence } from "./notes";

/** A server with one note, and a writer who holds one division. */
class Fake implements Desk, Writing {
  now: NoteView = note(1, [sentence("a", "Rest.")]);
  known = this.now;
  written = [{ id: "a" as string | null, text: "Rest." }];
  sent: Edit[][] = [];
  fail: Error[] = [];

  note = () => this.known;
  take = (taken: NoteView) => void (this.known = taken);
  refresh = () => Promise.resolve(this.take(this.now));
  receive = vi.fn();

  send = (body: { version: number; edits: Edit[] }): Promise<NoteView> => {
    const failure = this.fail.shift();
    if (failure) return Promise.reject(failure);
    if (body.version !== this.now.version)
      return Promise.reject(new ApiError("changed", "conflict.version", 409, false));
    this.sent.push(body.edits);
    const text = body.edits[0]?.text ?? "";
    this.now = note(this.now.version + 1, [sentence("a", text)]);
    return Promise.resolve(this.now);
  };
}

let fake: Fake;
let saving: Saving;

beforeEach(() => {
  vi.useFakeTimers();
  fake = new Fake();
  saving = new Saving(fake);
  saving.attach("plan", fake);
});
afterEach(() => void vi.useRealTimers());

describe("saving", () => {
  it("waits until the writer pauses, then sends only the difference", async () => {
    fake.written = [{ id: "a", text: "Rest now." }];
    saving.changed();
    expect(saving.standing.value).toBe("waiting");
    await vi.advanceTimersByTimeAsync(500);
    saving.changed();
    await vi.advanceTimersByTimeAsync(500);
    expect(fake.sent).toEqual([]);
    await vi.advanceTimersByTimeAsync(500);
    expect(fake.sent).toEqual([[{ op: "replace", sentence: "a", text: "Rest now." }]]);
    expect(saving.standing.value).toBe("saved");
    expect(await saving.flush()).toBe(true);
    expect(fake.sent).toHaveLength(1);
  });

  it("tries again while the server cannot be reached, and says so", async () => {
    fake.fail = [new ApiError("No line.", "unavailable.server", 0, true)];
    fake.written = [{ id: "a", text: "Rest now." }];
    expect(await saving.flush()).toBe(false);
    expect([saving.standing.value, saving.problem.value]).toEqual(["failed", "No line."]);
    await vi.advanceTimersByTimeAsync(6_000);
    expect(saving.standing.value).toBe("saved");
    expect(fake.sent).toHaveLength(1);
  });

  it("does not try again what the server refuses", async () => {
    fake.fail = [new ApiError("Signed.", "conflict.signed", 409, false)];
    fake.written = [{ id: "a", text: "Rest now." }];
    expect(await saving.flush()).toBe(false);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(fake.sent).toEqual([]);
  });

  it("reads the newest note when another page changed it, and saves on top", async () => {
    fake.now = note(5, [sentence("a", "Rest."), sentence("x", "Elsewhere.", { division: "exam" })]);
    fake.written = [{ id: "a", text: "Rest now." }];
    expect(await saving.flush()).toBe(true);
    expect(fake.known.version).toBe(6);
  });

  it("saves what an editor held that is gone", async () => {
    fake.written = [{ id: "a", text: "Last words." }];
    saving.detach("plan", fake);
    await vi.advanceTimersByTimeAsync(0);
    expect(fake.sent).toHaveLength(1);
    fake.written = [{ id: "a", text: "Never." }];
    expect(await saving.flush()).toBe(true);
    expect(fake.sent).toHaveLength(1);
  });

  it("saves what an editor held that is gone, though the line was down when it went", async () => {
    fake.fail = [new ApiError("No line.", "unavailable.server", 0, true)];
    fake.written = [{ id: "a", text: "Last words." }];
    saving.detach("plan", fake);
    await vi.advanceTimersByTimeAsync(6_000);
    expect(fake.sent).toHaveLength(1);
  });
});
