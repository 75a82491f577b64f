import "fake-indexeddb/auto";
import { describe, expect, it, vi } from "vitest";
import { Outbox } from "../src/outbox";
import { Recorder } from "../src/recording";
import { SAMPLE_RATE } from "../src/wire.gen";

describe("the recorder", () => {
  it("says that it hears nothing after 30 seconds without a sound, and only while it records", () => {
    const recorder = new Recorder();
    recorder.phase.value = "recording";
    recorder.samples.value = 30 * SAMPLE_RATE;
    expect(recorder.quiet.value).toBe(false);
    recorder.samples.value += 1;
    expect(recorder.quiet.value).toBe(true);
    recorder.phase.value = "paused";
    expect(recorder.quiet.value).toBe(false);
  });

  it("lets go once when the server says twice that it has everything, and whoever asks waits for it", async () => {
    const recorder = new Recorder();
    const outbox = (recorder["outbox"] = await Outbox.open("e1"));
    const wipe = vi.spyOn(outbox, "wipe");
    recorder.phase.value = "stopping";
    await Promise.all([recorder.settle(), recorder.settle().then(() => recorder.settle())]);
    expect(wipe).toHaveBeenCalledTimes(1);
    expect(recorder.phase.value).toBe("idle");
    expect(recorder.problem.value).toBeNull();
  });
});
