import { describe, expect, it } from "vitest";
import { Batcher, toPcm } from "../src/capture/batcher";
import { Resampler } from "../src/capture/resample";

const OUT = 16_000;

function tone(rate: number, hertz: number, seconds: number): Float32Array {
  return Float32Array.from(
    { length: rate * seconds },
    (_, i) => 0.5 * Math.sin((2 * Math.PI * hertz * i) / rate),
  );
}

function resample(input: Float32Array, from: number, block = 128): Float32Array {
  const resampler = new Resampler(from, OUT);
  const output: number[] = [];
  for (let at = 0; at < input.length; at += block) {
    output.push(...resampler.push(input.subarray(at, at + block)));
  }
  return Float32Array.from(output);
}

/** Amplitude of one frequency in the middle of a signal, where the filter has settled. */
function amplitude(signal: Float32Array, hertz: number): number {
  const middle = signal.subarray(1600, signal.length - 1600);
  let [re, im] = [0, 0];
  middle.forEach((value, i) => {
    re += value * Math.cos((2 * Math.PI * hertz * i) / OUT);
    im += value * Math.sin((2 * Math.PI * hertz * i) / OUT);
  });
  return (2 * Math.hypot(re, im)) / middle.length;
}

describe("resampler", () => {
  it.each([8_000, 22_050, 44_100, 48_000, 96_000])("keeps a 1 kHz tone from %i Hz", (rate) => {
    const output = resample(tone(rate, 1000, 2), rate);
    expect(output.length).toBeGreaterThan(2 * OUT - 100);
    expect(output.length).toBeLessThanOrEqual(2 * OUT + 1);
    expect(amplitude(output, 1000)).toBeCloseTo(0.5, 2);
    expect(amplitude(output, 1010)).toBeLessThan(0.01);
  });

  it("removes what 16 kHz cannot hold instead of folding it down", () => {
    const output = resample(tone(48_000, 11_000, 1), 48_000);
    expect(amplitude(output, 5_000)).toBeLessThan(0.001);
  });

  it("gives the same output however the input is cut", () => {
    const input = tone(44_100, 700, 0.5);
    expect(resample(input, 44_100, 128)).toEqual(resample(input, 44_100, 1000));
  });
});

describe("batcher", () => {
  it("makes equal batches, then the rest", () => {
    const batcher = new Batcher(1600);
    const sizes = [batcher.push(new Float32Array(1500)), batcher.push(new Float32Array(3500))];
    expect(sizes.map((batches) => batches.map((batch) => batch.pcm.length))).toEqual([
      [],
      [1600, 1600, 1600],
    ]);
    expect(batcher.flush().map((batch) => batch.pcm.length)).toEqual([200]);
    expect(batcher.flush()).toEqual([]);
  });

  it("loses no sample and keeps their order", () => {
    const batcher = new Batcher(160);
    const input = Float32Array.from({ length: 1000 }, (_, i) => i / 1000);
    const output = [...batcher.push(input), ...batcher.flush()].flatMap((batch) => [...batch.pcm]);
    expect(output).toEqual([...toPcm(input)]);
  });

  it("measures loudness and clips what is too loud", () => {
    const [batch] = new Batcher(4).push(Float32Array.of(2, -2, 1, -1));
    expect([...(batch?.pcm ?? [])]).toEqual([32767, -32768, 32767, -32768]);
    expect(batch?.level).toBeCloseTo(Math.sqrt(2.5));
    expect(new Batcher(4).push(new Float32Array(4))[0]?.level).toBe(0);
  });
});
