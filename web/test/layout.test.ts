import { describe, expect, it } from "vitest";
import { DIVISIONS, moved, placeOf, removed, shifted, type Draft } from "../src/writing/layout";

const draft: Draft = {
  name: "ours",
  title: "Ours",
  style: {
    form: "bullets",
    headings: true,
    not_discussed: "Not discussed in this visit.",
    words: 420,
  },
  sections: [
    { title: "Story", divisions: ["history", "social"] },
    { title: "Plan", divisions: ["plan"] },
  ],
  leave_out: DIVISIONS.filter((each) => !["history", "social", "plan"].includes(each)),
};

const everywhere = (each: Draft) =>
  [...each.sections.flatMap((section) => section.divisions), ...each.leave_out].sort();

describe("a format under the hand", () => {
  it("moves a division where notes usually have it", () => {
    const next = moved(draft, "medications", 0);
    expect(next.sections[0]?.divisions).toEqual(["history", "medications", "social"]);
    expect(placeOf(next, "medications")).toBe(0);
  });

  it("leaves a division out", () => {
    const next = moved(draft, "plan", -1);
    expect(placeOf(next, "plan")).toBe(-1);
    expect(next.leave_out).toContain("plan");
  });

  it("keeps every division in exactly one place, whatever is done", () => {
    const done = [moved(draft, "exam", 1), moved(draft, "social", 1), removed(draft, 0)];
    for (const each of [...done, shifted(draft, 0, 1)])
      expect(everywhere(each)).toEqual(everywhere(draft));
  });

  it("moves sections within their bounds", () => {
    expect(shifted(draft, 0, 1).sections.map((each) => each.title)).toEqual(["Plan", "Story"]);
    expect(shifted(draft, 0, -1)).toBe(draft);
    expect(shifted(draft, 1, 1)).toBe(draft);
  });
});
