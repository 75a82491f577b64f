import { describe, expect, it } from "vitest";
import { exchanged, restored, withCode } from "../src/codes";
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

const said = [{ text: "Dizzy.", sentence: "s1", turns: [1] }];

describe("codes", () => {
  it("are replaced where they stand, or added at the end", () => {
    const accepted = code("A", { decision: "accepted" });
    expect(withCode([code("A"), code("B")], accepted)[0]).toBe(accepted);
    expect(withCode([code("B")], accepted)).toEqual([code("B"), accepted]);
  });

  it("are exchanged in place, and the new one takes over the evidence", () => {
    const [now, old, other] = exchanged(
      [code("A", { evidence: said }), code("B")],
      code("A", { evidence: said }),
      code("C"),
      "narrower",
    );
    expect(now).toMatchObject({ code: "C", decision: "accepted", evidence: said });
    expect(old).toMatchObject({ code: "A", decision: "rejected", decision_reason: "narrower" });
    expect(other?.code).toBe("B");
  });

  it("are as before when the server refuses, whatever else was decided meanwhile", () => {
    const before = [code("A"), code("B")];
    const now = [
      code("C", { decision: "accepted" }),
      code("A"),
      code("B", { decision: "rejected" }),
    ];
    const back = restored(now, before, ["A", "C"]);
    expect(back.map((each) => [each.code, each.decision])).toEqual([
      ["A", "suggested"],
      ["B", "rejected"],
    ]);
  });
});
