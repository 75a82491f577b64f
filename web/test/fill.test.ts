import { describe, expect, it } from "vitest";
import { fill } from "../src/messages/fill";

describe("a message", () => {
  it("takes its values", () => {
    expect(fill("{name}, {age}", { name: "Ada", age: 36 }, "en")).toBe("Ada, 36");
  });

  it("has a form for one and one for the rest", () => {
    const text = "{n} sentence|{n} sentences";
    expect([0, 1, 2].map((n) => fill(text, { n }, "en"))).toEqual([
      "0 sentences",
      "1 sentence",
      "2 sentences",
    ]);
  });
});
