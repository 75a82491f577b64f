/** Binary audio frames of protocol version 1 (docs/protocol.md): a 24-byte header, then PCM16. */
export const HEADER_BYTES = 24;
const FIELD_BYTES = 20;
const VERSION = 1;
const TWO_CHANNELS = 1;

/** A run of captured samples with its place in the visit. `pcm` is little-endian PCM16. */
export interface Chunk {
  firstSample: number;
  pcm: Uint8Array<ArrayBuffer>;
  channels: 1 | 2;
}

/** Samples of one channel in a chunk. */
export function samplesOf(chunk: Chunk): number {
  return chunk.pcm.byteLength / (2 * chunk.channels);
}

/** The first sample after a chunk. */
export function endOf(chunk: Chunk): number {
  return chunk.firstSample + samplesOf(chunk);
}

/**
 * The chunk as it travels. `epoch` is the number that `welcome` gave the connection; `sequence`
 * counts the connection's frames from 0. The checksum covers the header fields and the samples.
 */
export function encodeFrame(
  chunk: Chunk,
  epoch: number,
  sequence: number,
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(HEADER_BYTES + chunk.pcm.byteLength);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, VERSION);
  view.setUint8(1, chunk.channels === 2 ? TWO_CHANNELS : 0);
  view.setUint32(4, epoch, true);
  view.setUint32(8, sequence, true);
  view.setBigUint64(12, BigInt(chunk.firstSample), true);
  bytes.set(chunk.pcm, HEADER_BYTES);
  view.setUint32(FIELD_BYTES, crc32(chunk.pcm, crc32(bytes.subarray(0, FIELD_BYTES))), true);
  return bytes;
}

const TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

/** CRC-32 (IEEE 802.3), continued from `previous`; the same as Python's `zlib.crc32`. */
export function crc32(bytes: Uint8Array, previous = 0): number {
  let value = ~previous >>> 0;
  for (const byte of bytes) value = (value >>> 8) ^ (TABLE[(value ^ byte) & 0xff] ?? 0);
  return ~value >>> 0;
}
