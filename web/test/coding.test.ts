import { describe, expect, it } from "vitest";
import { ordered, percent, waited } from "../src/coding/format";
import { hintInWords } from "../src/coding/hints";
import { language } from "../src/messages/catalogue";
import type { CodeView } from "../src/wire.gen";

function code(name: string, changes: Partial<CodeView> = {}): CodeView {
  return {
    code: name,
    display: name,
    score: 1,
    reason: "",
    evidence: [],
    accepted_tier: true,
    decision: "suggested",
    decision_reason: null,
    ...changes,
  };
}

describe("a hint", () => {
  const asked = ["How long has it lasted?", "“Carpal tunnel syndrome”: which side?", "I.B.13"];

  it("asks in the language of the interface and keeps the note's own words", () => {
    language.value = "es";
    expect(asked.map(hintInWords)).toEqual([
      "¿Cuánto tiempo ha durado?",
      "«Carpal tunnel syndrome»: ¿de qué lado?",
      "I.B.13",
    ]);
    language.value = "en";
    expect(asked.map(hintInWords)).toEqual(asked);
  });
});

describe("the coders' desk", () => {
  it("puts alternatives last, and takes a decided one up", () => {
    const codes = [
      code("A", { accepted_tier: false }),
      code("B"),
      code("C", { accepted_tier: false, decision: "rejected" }),
    ];
    expect(ordered(codes).map((each) => each.code)).toEqual(["B", "C", "A"]);
  });

  it("shows no rate where nothing was decided", () => {
    expect(percent(null)).toBe("–");
    expect(percent(0)).toBe("0 %");
    expect(percent(2 / 3)).toBe("67 %");
  });

  it("says how long a visit has waited", () => {
    expect([waited(59), waited(7200), waited(200_000)]).toEqual(["0 min", "2 h", "2 d"]);
  });
});
