import { describe, expect, it } from "vitest";
import { pathOf } from "../src/account/qr";

/** The modules that a path of rectangles fills. */
function filled(path: string, size: number): boolean[][] {
  const rows = Array.from({ length: size }, () => Array.from({ length: size }, () => false));
  for (const [, x, y, width] of path.matchAll(/M(\d+) (\d+)h(\d+)v1H\d+z/g)) {
    for (let at = 0; at < Number(width); at++) {
      const row = rows[Number(y)];
      if (row) row[Number(x) + at] = true;
    }
  }
  return rows;
}

describe("the drawing of a QR code", () => {
  it("fills each dark module and no other, to the edge", () => {
    const modules = [
      [true, true, false, true],
      [false, false, false, false],
      [true, false, true, true],
      [true, true, true, true],
    ];
    expect(filled(pathOf(modules), 4)).toEqual(modules);
  });
});
