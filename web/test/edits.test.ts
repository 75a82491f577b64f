import { describe, expect, it } from "vitest";
import { Past, editsOf, tidy } from "../src/note/edits";
import { note, sentence } from "./notes";

const BASE = [sentence("a", "Rest."), sentence("b", "Fluids.")];

function edits(
  written: { id: string | null; text: string }[],
  past = new Past(),
  before: string | null = null,
) {
  return editsOf("plan", BASE, written, past, before);
}

describe("what is written becomes edits", () => {
  it("is nothing while only spaces differ", () => {
    expect(
      edits([
        { id: "a", text: "Rest. " },
        { id: "b", text: " Fluids." },
      ]),
    ).toEqual([]);
    expect(tidy("  a \n b ")).toBe("a b");
  });

  it("replaces, deletes and takes an emptied sentence as deleted", () => {
    expect(
      edits([
        { id: "a", text: "Rest for a week." },
        { id: "b", text: "  " },
      ]),
    ).toEqual([
      { op: "replace", sentence: "a", text: "Rest for a week." },
      { op: "delete", sentence: "b" },
    ]);
  });

  it("inserts a run of sentences behind the one they follow, so that they land in order", () => {
    const added = edits([
      { id: "a", text: "Rest." },
      { id: null, text: "One." },
      { id: null, text: "Two." },
      { id: "b", text: "Fluids." },
    ]);
    expect(added).toEqual([
      { op: "insert", division: "plan", text: "Two.", sentence: "a" },
      { op: "insert", division: "plan", text: "One.", sentence: "a" },
    ]);
  });

  it("puts a first sentence behind what stands before the division", () => {
    const written = [{ id: null, text: "First." }, ...BASE];
    expect(edits(written, new Past(), "z")).toEqual([
      { op: "insert", division: "plan", text: "First.", sentence: "z" },
    ]);
    expect(edits(written)).toEqual([{ op: "insert", division: "plan", text: "First." }]);
  });

  it("restores what an earlier version said, with its evidence", () => {
    const past = new Past();
    past.record(note(3, [sentence("a", "Rest in bed."), sentence("c", "Return.")]));
    past.record(note(4, BASE));
    const written = [
      { id: "a", text: "Rest in bed." },
      { id: "b", text: "Fluids." },
      { id: "c", text: "Return soon." },
    ];
    expect(edits(written, past)).toEqual([
      { op: "restore", sentence: "a", version: 3 },
      { op: "restore", sentence: "c", version: 3 },
      { op: "replace", sentence: "c", text: "Return soon." },
    ]);
  });
});
