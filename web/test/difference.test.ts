import { describe, expect, it } from "vitest";
import { differenceOf } from "../src/note/difference";

describe("a difference", () => {
  it("tells words that went from words that came", () => {
    expect(differenceOf("Rest for a week.", "Rest for two weeks.")).toEqual([
      { kind: "same", text: "Rest for" },
      { kind: "gone", text: "a week." },
      { kind: "new", text: "two weeks." },
    ]);
  });

  it("is the same words when nothing changed, and both texts can be read back from it", () => {
    expect(differenceOf("Rest.", "Rest.")).toEqual([{ kind: "same", text: "Rest." }]);
    const [before, after] = ["a b c d e", "b x d e f"];
    const runs = differenceOf(before, after);
    const read = (leave: string) =>
      runs
        .filter(({ kind }) => kind !== leave)
        .map(({ text }) => text)
        .join(" ");
    expect([read("new"), read("gone")]).toEqual([before, after]);
  });
});
