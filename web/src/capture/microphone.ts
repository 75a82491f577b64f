import { t } from "../messages";
import { SAMPLE_RATE } from "../wire.gen";
import type { Batch } from "./batcher";
import workletUrl from "./worklet.ts?worker&url";

/** A device that does not answer is let go all the same. */
const FLUSH_MS = 1_000;

/** Why the microphone cannot be used, in words for people. */
export class MicrophoneError extends Error {}

/** What a microphone reports while it is open. */
export interface MicrophoneEvents {
  /** The next samples, PCM16 little-endian, mono, 16 kHz. */
  onSamples(pcm: Uint8Array<ArrayBuffer>, level: number): void;
  /** The device went away (unplugged, permission withdrawn). */
  onLost(): void;
}

/** An open microphone. */
export class Microphone {
  private flushed: () => void = () => undefined;
  private closed: Promise<void> | null = null;

  private constructor(
    private readonly context: AudioContext,
    private readonly stream: MediaStream,
    private readonly node: AudioWorkletNode,
    events: MicrophoneEvents,
  ) {
    node.port.onmessage = ({ data }: MessageEvent<Batch | "flushed">) => {
      if (data === "flushed") this.flushed();
      else events.onSamples(new Uint8Array(data.pcm.buffer), data.level);
    };
    stream.getAudioTracks().forEach((track) => (track.onended = () => events.onLost()));
  }

  /** Ask for the microphone and start listening. Raw sound: no echo cancelling, no automatic gain. */
  static async open(events: MicrophoneEvents): Promise<Microphone> {
    const stream = await askForStream();
    try {
      const context = await openContext();
      const source = context.createMediaStreamSource(stream);
      const node = new AudioWorkletNode(context, "capture", { numberOfOutputs: 0 });
      source.connect(node);
      await context.resume();
      return new Microphone(context, stream, node, events);
    } catch {
      stream.getTracks().forEach((track) => track.stop());
      throw new MicrophoneError(t("microphone.failed"));
    }
  }

  async pause(): Promise<void> {
    await this.context.suspend();
  }

  async resume(): Promise<void> {
    await this.context.resume();
  }

  /** Deliver what is left, then let go of the device; asked again, wait for the same end. */
  close(): Promise<void> {
    return (this.closed ??= this.letGo());
  }

  private async letGo(): Promise<void> {
    const patience = new Promise<void>((resolve) => setTimeout(resolve, FLUSH_MS));
    try {
      await Promise.race([this.flush(), patience]);
    } finally {
      this.stream.getTracks().forEach((track) => {
        track.onended = null;
        track.stop();
      });
      await this.context.close();
    }
  }

  /** Deliver what is left; a context that was suspended goes on for it. */
  private async flush(): Promise<void> {
    await this.context.resume();
    await new Promise<void>((resolve) => {
      this.flushed = resolve;
      this.node.port.postMessage("flush");
    });
  }
}

async function askForStream(): Promise<MediaStream> {
  // Absent on pages that are neither HTTPS nor localhost, whatever the type says.
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (!devices) throw new MicrophoneError(t("microphone.insecure"));
  try {
    return await devices.getUserMedia({
      audio: {
        channelCount: 1,
        echoCancellation: false,
        noiseSuppression: false,
        autoGainControl: false,
      },
    });
  } catch (error) {
    const name = error instanceof DOMException ? error.name : "";
    if (name === "NotAllowedError") throw new MicrophoneError(t("microphone.denied"));
    if (name === "NotFoundError") throw new MicrophoneError(t("microphone.none"));
    throw new MicrophoneError(t("microphone.busy"));
  }
}

/** A context at 16 kHz, or at the device's own rate where the browser refuses (the worklet resamples). */
async function openContext(): Promise<AudioContext> {
  try {
    const context = new AudioContext({ sampleRate: SAMPLE_RATE });
    await context.audioWorklet.addModule(workletUrl);
    return context;
  } catch {
    const context = new AudioContext();
    await context.audioWorklet.addModule(workletUrl);
    return context;
  }
}
