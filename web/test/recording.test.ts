import { describe, expect, it } from "vitest";
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
});
