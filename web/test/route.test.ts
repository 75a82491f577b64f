import { describe, expect, it } from "vitest";
import { START, hrefOf, parse } from "../src/route";

describe("an address", () => {
  it("names a page and maybe one thing on it", () => {
    expect(parse("")).toEqual(START);
    expect(parse("#/")).toEqual(START);
    expect(parse("#/encounters/ab%2Fc")).toEqual({ page: "encounters", id: "ab/c" });
    expect(parse("#/formats")).toEqual({ page: "formats", id: null });
  });

  it("is the start when it is none of ours", () => {
    expect(parse("#javascript:alert(1)")).toEqual(START);
    expect(parse("#/a/b/c")).toEqual(START);
  });

  it("comes back from its link", () => {
    for (const route of [
      START,
      { page: "formats", id: null },
      { page: "encounters", id: "a b/c" },
    ]) {
      expect(parse(hrefOf(route.page, route.id))).toEqual(route);
    }
  });
});
