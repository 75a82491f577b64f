import { Batcher, type Batch } from "./batcher";
import { Resampler } from "./resample";

// The audio thread's globals; TypeScript's DOM library does not declare them.
declare const sampleRate: number;
declare abstract class AudioWorkletProcessor {
  readonly port: MessagePort;
}
declare function registerProcessor(name: string, processor: new () => AudioWorkletProcessor): void;

const RATE = 16_000;
const BATCH = 1_600;

/** Turns the microphone into 100 ms batches of 16 kHz mono PCM16. "flush" posts the rest, then "flushed". */
class CaptureProcessor extends AudioWorkletProcessor {
  private readonly batcher = new Batcher(BATCH);
  private readonly resampler = sampleRate === RATE ? null : new Resampler(sampleRate, RATE);

  constructor() {
    super();
    this.port.onmessage = () => {
      this.batcher.flush().forEach((batch) => this.post(batch));
      this.port.postMessage("flushed");
    };
  }

  process(inputs: Float32Array[][]): boolean {
    const samples = mono(inputs[0] ?? []);
    if (samples) {
      const ready = this.resampler ? this.resampler.push(samples) : samples;
      this.batcher.push(ready).forEach((batch) => this.post(batch));
    }
    return true;
  }

  private post(batch: Batch): void {
    this.port.postMessage(batch, [batch.pcm.buffer]);
  }
}

/** The mean of the channels, or null when there is no input. */
function mono(channels: Float32Array[]): Float32Array | null {
  const [first, second] = channels;
  if (!first) return null;
  if (!second) return first;
  return first.map((value, index) => (value + (second[index] ?? 0)) / 2);
}

registerProcessor("capture", CaptureProcessor);
