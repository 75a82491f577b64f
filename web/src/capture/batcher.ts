/** A batch of PCM16 samples and how loud it was: root mean square, 0 to 1. */
export interface Batch {
  pcm: Int16Array<ArrayBuffer>;
  level: number;
}

/** Collects samples of one channel into batches of equal size. */
export class Batcher {
  private readonly pending: Float32Array;
  private filled = 0;

  constructor(private readonly size: number) {
    this.pending = new Float32Array(size);
  }

  /** The batches that `samples` complete. */
  push(samples: Float32Array): Batch[] {
    const batches: Batch[] = [];
    let taken = 0;
    while (taken < samples.length) {
      const count = Math.min(this.size - this.filled, samples.length - taken);
      this.pending.set(samples.subarray(taken, taken + count), this.filled);
      this.filled += count;
      taken += count;
      if (this.filled === this.size) batches.push(...this.flush());
    }
    return batches;
  }

  /** What is left, as a shorter batch; nothing when nothing is left. */
  flush(): Batch[] {
    if (this.filled === 0) return [];
    const samples = this.pending.subarray(0, this.filled);
    this.filled = 0;
    return [{ pcm: toPcm(samples), level: rms(samples) }];
  }
}

/** Floats of -1 to 1 as PCM16; what is louder is clipped. */
export function toPcm(samples: Float32Array): Int16Array<ArrayBuffer> {
  return Int16Array.from(samples, (value) =>
    Math.round(Math.max(-1, Math.min(1, value)) * (value < 0 ? 0x8000 : 0x7fff)),
  );
}

function rms(samples: Float32Array): number {
  return Math.sqrt(samples.reduce((sum, value) => sum + value * value, 0) / samples.length);
}
