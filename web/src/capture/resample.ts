const ZERO_CROSSINGS = 16;
const PASS_BAND = 0.94;

/**
 * A streaming windowed-sinc resampler for one channel, for browsers that will not open the
 * microphone at the rate asked for. Polyphase: one filter for each fraction that occurs.
 */
export class Resampler {
  private readonly up: number;
  private readonly down: number;
  private readonly taps: number;
  private readonly filters: Float32Array[];
  private history: Float32Array;
  /** Position of the next output, in 1/up input samples from the start of `history`. */
  private position = 0;

  constructor(from: number, to: number) {
    const divisor = gcd(from, to);
    this.up = to / divisor;
    this.down = from / divisor;
    const stretch = Math.max(1, from / to);
    const half = Math.ceil(ZERO_CROSSINGS * stretch);
    this.taps = 2 * half;
    this.filters = Array.from({ length: this.up }, (_, phase) =>
      lowPass(this.taps, phase / this.up, PASS_BAND / stretch),
    );
    this.history = new Float32Array(half - 1);
  }

  /** The output that `input` completes. */
  push(input: Float32Array): Float32Array {
    const signal = new Float32Array(this.history.length + input.length);
    signal.set(this.history);
    signal.set(input, this.history.length);
    const output: number[] = [];
    let start = Math.floor(this.position / this.up);
    while (start + this.taps <= signal.length) {
      output.push(dot(this.filters[this.position % this.up], signal, start));
      this.position += this.down;
      start = Math.floor(this.position / this.up);
    }
    const keepFrom = Math.min(start, signal.length);
    this.history = signal.slice(keepFrom);
    this.position -= keepFrom * this.up;
    return Float32Array.from(output);
  }
}

/** Filter taps for an output that lies `fraction` of a sample after the centre; unity gain at 0 Hz. */
function lowPass(taps: number, fraction: number, cutoff: number): Float32Array {
  const centre = taps / 2 - 1 + fraction;
  const filter = Float32Array.from({ length: taps }, (_, index) => {
    const x = index - centre;
    const phase = (2 * Math.PI * (x + taps / 2)) / taps;
    const blackman = 0.42 - 0.5 * Math.cos(phase) + 0.08 * Math.cos(2 * phase);
    return sinc(x * cutoff) * blackman;
  });
  const gain = filter.reduce((sum, tap) => sum + tap, 0);
  return filter.map((tap) => tap / gain);
}

function dot(filter: Float32Array | undefined, signal: Float32Array, start: number): number {
  let sum = 0;
  if (filter) {
    for (let tap = 0; tap < filter.length; tap++) {
      sum += (filter[tap] ?? 0) * (signal[start + tap] ?? 0);
    }
  }
  return sum;
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}
