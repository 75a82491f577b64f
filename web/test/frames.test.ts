import { describe, expect, it } from "vitest";
import { HEADER_BYTES, crc32, encodeFrame, endOf, samplesOf, type Chunk } from "../src/frames";

const chunk: Chunk = {
  firstSample: 2 ** 32 + 1600,
  pcm: Uint8Array.from({ length: 8 }, (_, i) => i),
  channels: 2,
};

describe("frames", () => {
  it("are the bytes that the server's encoder makes", () => {
    // app.wire.frames.encode(Frame(7, 3, 2**32 + 1600, bytes(range(8)), 2)).hex()
    const hex = Buffer.from(encodeFrame(chunk, 7, 3)).toString("hex");
    expect(hex).toBe("01010000070000000300000040060000010000009932510b0001020304050607");
  });

  it("count samples of one channel", () => {
    expect(samplesOf(chunk)).toBe(2);
    expect(endOf(chunk)).toBe(2 ** 32 + 1602);
    expect(samplesOf({ ...chunk, channels: 1 })).toBe(4);
    expect(encodeFrame(chunk, 0, 0)).toHaveLength(HEADER_BYTES + 8);
  });

  it("change their checksum with any bit of header or sound", () => {
    const before = encodeFrame(chunk, 7, 3).slice(20, 24);
    expect(encodeFrame(chunk, 7, 4).slice(20, 24)).not.toEqual(before);
    expect(encodeFrame({ ...chunk, firstSample: 0 }, 7, 3).slice(20, 24)).not.toEqual(before);
    expect(encodeFrame({ ...chunk, pcm: new Uint8Array(8) }, 7, 3).slice(20, 24)).not.toEqual(
      before,
    );
  });

  it("use the standard CRC-32, which can be continued", () => {
    const bytes = new TextEncoder().encode("123456789");
    expect(crc32(bytes)).toBe(0xcbf43926);
    expect(crc32(bytes.subarray(4), crc32(bytes.subarray(0, 4)))).toBe(0xcbf43926);
  });
});
