import { describe, expect, it } from "vitest";
import { inTurn } from "../src/turn";

describe("actions in turn", () => {
  it("wait for the one before, and go on after one that failed", async () => {
    const order: string[] = [];
    const run = inTurn();
    let finish: () => void = () => undefined;
    const slow = run(() => new Promise<void>((done) => (finish = done))).then(() =>
      order.push("slow"),
    );
    const bad = run(() => Promise.reject(new Error("no")));
    const quick = run(() => Promise.resolve(order.push("quick")));
    await Promise.resolve();
    expect(order).toEqual([]);
    finish();
    await slow;
    await expect(bad).rejects.toThrow("no");
    await quick;
    expect(order).toEqual(["slow", "quick"]);
  });
});
