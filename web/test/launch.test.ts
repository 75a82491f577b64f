import { expect, it, vi } from "vitest";

it("says that another patient's chart is open, and begins no recording", async () => {
  vi.resetModules();
  vi.stubGlobal("location", new URL("http://127.0.0.1:8000/?launch=l1"));
  const refused = new Response(JSON.stringify({ detail: "Another chart is open." }), {
    status: 409,
  });
  vi.stubGlobal("fetch", vi.fn().mockResolvedValue(refused));
  const { failure, record } = await import("../src/state");
  const { recorder } = await import("../src/recorder");
  const start = vi.spyOn(recorder, "start");
  await record("a", "start");
  expect(failure.value).toBe("Another chart is open.");
  expect(start).not.toHaveBeenCalled();
});
