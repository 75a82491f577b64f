import { describe, expect, it } from "vitest";
import { NOTHING, editsOf, formOf, isRetracted, standing, unsettled } from "../src/amend/form";
import type { AmendmentView, SubmissionView } from "../src/wire.gen";
import { sentence } from "./notes";

const SIGNED = [sentence("a", "Rest."), sentence("b", "Fluids.")];

function made(kind: AmendmentView["kind"], state: SubmissionView["state"] | null): AmendmentView {
  const submission = state && ({ state } as SubmissionView);
  const sentences = [sentence("a", `${kind} ${state ?? "unsent"}`)];
  return {
    number: 1,
    kind,
    target: 0,
    text: "",
    sha256: "",
    by: "",
    at: "",
    submission,
    sentences,
  };
}

describe("an amendment", () => {
  it("asks for nothing while something is missing", () => {
    expect(formOf(NOTHING, SIGNED)).toBeNull();
    expect(formOf({ ...NOTHING, kind: "retraction", words: "x" }, SIGNED)).toBeNull();
    expect(formOf({ ...NOTHING, kind: "replacement", reason: "x" }, SIGNED)).toBeNull();
  });

  it("carries only what its kind needs", () => {
    const typed = { ...NOTHING, words: " more ", reason: " why ", texts: { a: "Rest more." } };
    expect(formOf(typed, SIGNED)).toEqual({ kind: "addendum", text: "more" });
    expect(formOf({ ...typed, kind: "retraction" }, SIGNED)).toEqual({
      kind: "retraction",
      reason: "why",
    });
    expect(formOf({ ...typed, kind: "replacement" }, SIGNED)).toEqual({
      kind: "replacement",
      reason: "why",
      edits: [{ op: "replace", sentence: "a", text: "Rest more." }],
    });
  });

  it("deletes a sentence whose words are gone and leaves the others", () => {
    expect(editsOf(SIGNED, { a: " ", b: "Fluids. ", z: "gone" })).toEqual([
      { op: "delete", sentence: "a" },
    ]);
  });

  it("starts from the newest replacement that is filed", () => {
    expect(standing(SIGNED, [])).toBe(SIGNED);
    const all = [made("replacement", "filed"), made("replacement", "rejected")];
    expect(standing(SIGNED, all)[0]?.text).toBe("replacement filed");
  });

  it("waits for the one before, and ends with a retraction", () => {
    expect(unsettled([made("addendum", "filed"), made("addendum", "rejected")])).toBeNull();
    for (const state of ["pending", "unknown", null] as const)
      expect(unsettled([made("addendum", state)])).not.toBeNull();
    expect(isRetracted([made("retraction", "filed")])).toBe(true);
    expect(isRetracted([made("retraction", "rejected"), made("addendum", "filed")])).toBe(false);
  });
});
