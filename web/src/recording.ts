import { batch, computed, signal } from "@preact/signals";
import { ApiError, api, explain } from "./api";
import { Microphone } from "./capture/microphone";
import { samplesOf, type Chunk } from "./frames";
import type { LineState } from "./line";
import { t } from "./messages";
import { Outbox } from "./outbox";
import { cue } from "./sounds";
import { Stream } from "./stream";
import { SAMPLE_RATE, type ErrorMessage, type PatientCheck, type ServerMessage } from "./wire.gen";

export type Phase = "idle" | "starting" | "recording" | "paused" | "stopping";

/** Quieter than this is no voice: about -54 dB of full scale. */
const QUIET = 0.002;
const QUIET_AFTER_S = 30;
/** A tab that is being closed lets the recorder go a moment after it is out of sight. */
const OTHER_TAB_MS = 2_000;

/**
 * The one recorder of this browser: microphone → outbox → line. Sound is held on this device from the
 * moment it is captured until the server says that it is durable.
 */
export class Recorder {
  readonly phase = signal<Phase>("idle");
  readonly encounterId = signal<string | null>(null);
  readonly samples = signal(0);
  readonly level = signal(0);
  readonly held = signal(0);
  readonly full = signal(false);
  readonly line = signal<LineState | null>(null);
  readonly problem = signal<string | null>(null);
  readonly active = computed(() => this.phase.value !== "idle");
  readonly quiet = computed(
    () =>
      this.phase.value === "recording" &&
      this.samples.value - this.loudAt.value > QUIET_AFTER_S * SAMPLE_RATE,
  );

  /** What the record system said last about whose visit this is; null before it was asked. */
  readonly patient = signal<PatientCheck["outcome"] | null>(null);

  private readonly loudAt = signal(0);
  private welcomed = false;
  private resuming = false;
  private settling: Promise<void> | null = null;
  private ending: Promise<void> | null = null;
  /** Ends when the last device that was let go has delivered what it held. */
  private silent: Promise<void> = Promise.resolve();
  private microphone: Microphone | null = null;
  private outbox: Outbox | null = null;
  private stream: Stream | null = null;
  private release: () => void = () => undefined;
  private wakeLock: WakeLockSentinel | null = null;

  /** Called with what the server says about the visit that is being recorded. */
  onMessage: (encounterId: string, message: ServerMessage) => void = () => undefined;

  constructor() {
    addEventListener("beforeunload", (event) => {
      if (this.active.value) event.preventDefault();
    });
  }

  /** Begin, or go on where an earlier page left off. */
  async start(encounterId: string): Promise<void> {
    await this.attempt(encounterId, async (position) => {
      this.microphone = await this.openMicrophone();
      this.connect(encounterId, position);
      this.phase.value = "recording";
      cue("start");
      void this.stayAwake();
    });
  }

  /** End a visit that was left while recording: send what is still held here, then stop. */
  async finish(encounterId: string): Promise<void> {
    await this.attempt(encounterId, (position) => {
      this.connect(encounterId, position);
      this.phase.value = "stopping";
      this.stream?.stop(position);
      return Promise.resolve();
    });
  }

  async pause(): Promise<void> {
    if (this.phase.value !== "recording") return;
    this.phase.value = "paused";
    this.level.value = 0;
    await this.microphone?.pause();
  }

  async resume(): Promise<void> {
    if (this.phase.value !== "paused" || this.resuming) return;
    this.resuming = true;
    try {
      await this.silent;
      const kept = this.microphone;
      await kept?.resume();
      const microphone = kept ?? (await this.openMicrophone());
      if (!this.isPaused()) {
        // Stopped while the device was being opened: it is not wanted any more.
        if (!kept) await microphone.close();
        return;
      }
      // Lost while it was resumed: that is said already.
      if (this.microphone !== kept) return;
      this.microphone = microphone;
      batch(() => {
        this.loudAt.value = this.samples.value;
        this.problem.value = null;
        this.phase.value = "recording";
      });
    } catch (error) {
      this.problem.value = explain(error);
    } finally {
      this.resuming = false;
    }
  }

  private isPaused(): boolean {
    return this.phase.value === "paused";
  }

  /** Keep the screen on while the recording goes on. A browser may refuse; then it goes dark. */
  private async stayAwake(): Promise<void> {
    // Absent in older browsers, whatever the type says.
    const screen = navigator.wakeLock as WakeLock | undefined;
    const lock = await screen?.request("screen").catch(() => null);
    if (this.active.value) this.wakeLock = lock ?? null;
    else await lock?.release();
  }

  /** End the visit. The line stays up until the server has every sample and the draft is there. */
  async stop(): Promise<void> {
    if (this.phase.value !== "recording" && this.phase.value !== "paused") return;
    const { stream } = this;
    const id = this.encounterId.value;
    this.phase.value = "stopping";
    cue("stop");
    await this.silence();
    this.level.value = 0;
    stream?.stop(this.samples.value);
    if (id !== null) await this.checkPatient(id).catch(() => undefined);
  }

  /**
   * The server went past recording, so it has everything: let go, and destroy what was held here.
   * It may say so more than once; whoever asks waits for the one end.
   */
  async settle(): Promise<void> {
    this.settling ??= this.letGo().finally(() => (this.settling = null));
    await this.settling;
  }

  private async letGo(): Promise<void> {
    // What is only starting finds out by itself when it reaches the server.
    if (!this.active.value || this.phase.value === "starting") return;
    if (this.phase.value === "stopping") {
      await this.silence();
      await this.outbox?.wipe().catch((error: unknown) => (this.problem.value = explain(error)));
    } else {
      this.problem.value = t("recorder.endedElsewhere");
    }
    await this.end();
  }

  /** The last event that the line delivered, so that another can go on from there. */
  get lastEvent(): number {
    return this.stream?.lastEvent ?? 0;
  }

  /** Sound of an encounter that an earlier page left behind on this device, in samples. */
  async leftBehind(encounterId: string): Promise<number> {
    const outbox = await Outbox.open(encounterId);
    outbox.close();
    return outbox.held;
  }

  private async attempt(
    encounterId: string,
    begin: (position: number) => Promise<void>,
  ): Promise<void> {
    if (this.active.value) return;
    batch(() => {
      this.phase.value = "starting";
      this.problem.value = null;
      this.encounterId.value = encounterId;
    });
    this.welcomed = false;
    try {
      await this.ending;
      await this.lock();
      await this.checkPatient(encounterId);
      const { samples } = await api.encounter(encounterId);
      this.outbox = await Outbox.open(encounterId);
      const position = Math.max(samples, this.outbox.end ?? 0);
      batch(() => {
        this.samples.value = this.loudAt.value = position;
        this.measure();
      });
      await begin(position);
    } catch (error) {
      this.problem.value = explain(error);
      await this.end();
    }
  }

  /** Ask the record system again whose visit this is. A record system that is down stops no recording. */
  private async checkPatient(encounterId: string): Promise<void> {
    this.patient.value = null;
    const outcome = await api.checkPatient(encounterId).then(
      (answer) => answer.outcome,
      (error: unknown) => {
        // Whatever hinders the question, the visit goes on; only who is signed out cannot begin.
        if (error instanceof ApiError && error.status === 401) throw error;
        return "unreachable" as const;
      },
    );
    // An answer that comes when another visit is recorded says nothing of that one.
    if (this.encounterId.value === encounterId) this.patient.value = outcome;
    if (outcome === "different") throw new Error(t("patient.different"));
  }

  private async lock(): Promise<void> {
    const options = { signal: AbortSignal.timeout(OTHER_TAB_MS) };
    await new Promise<void>((granted, refuse) => {
      navigator.locks
        .request("sidenote-recorder", options, () => {
          granted();
          return new Promise<void>((release) => (this.release = release));
        })
        .catch(() => refuse(new Error(t("recorder.otherTab"))));
    });
  }

  private openMicrophone(): Promise<Microphone> {
    return Microphone.open({
      onSamples: (pcm, level) => this.captured(pcm, level),
      onLost: () => void this.lost(),
    });
  }

  private captured(pcm: Uint8Array<ArrayBuffer>, level: number): void {
    const chunk: Chunk = { firstSample: this.samples.value, pcm, channels: 1 };
    void this.outbox?.put(chunk).then(() => this.measure());
    batch(() => {
      this.samples.value += samplesOf(chunk);
      this.level.value = level;
      if (level > QUIET) this.loudAt.value = this.samples.value;
      this.measure();
    });
    this.stream?.captured(chunk);
  }

  private measure(): void {
    this.held.value = this.outbox?.held ?? 0;
    this.full.value = this.outbox?.full ?? false;
  }

  /** Let the device go; ends when what it still held is captured. Asked again meanwhile, waits for the same end. */
  private silence(): Promise<void> {
    const { microphone } = this;
    this.microphone = null;
    if (microphone) this.silent = microphone.close();
    return this.silent;
  }

  /** The device went away by itself; one that is let go anyway changes nothing. */
  private async lost(): Promise<void> {
    if (this.phase.value !== "recording" && !this.isPaused()) return;
    batch(() => {
      this.phase.value = "paused";
      this.problem.value = t("recorder.microphoneLost");
    });
    await this.silence();
  }

  private connect(encounterId: string, held: number): void {
    this.stream = new Stream(
      { encounterId, mode: "record", channels: 1, recorder: nameOfTab(), held },
      {
        onMessage: (message) => {
          this.measure();
          if (message.type === "welcome") this.welcomed = true;
          if (message.type === "error") this.complain(message);
          this.onMessage(encounterId, message);
        },
        onState: (state) => {
          if (state === "lost" && this.line.value === "live") cue("lost");
          this.line.value = state;
          if (state === "over" && this.phase.value !== "idle") void this.refused();
        },
      },
      this.outbox,
    );
  }

  /** What the server refuses before it ever took a sample cannot be recorded: say so and stop. */
  private complain(error: ErrorMessage): void {
    if (!this.welcomed && !error.retryable) void this.refused();
    this.problem.value = error.message;
  }

  /** The server will not take this recording any more: stop, keep what is held, and say so. */
  private async refused(): Promise<void> {
    this.problem.value ??= t("recorder.refused");
    await this.end();
  }

  /** Let go of everything, once: whoever asks meanwhile, to end it too or to begin anew, waits for the one end. */
  private end(): Promise<void> {
    return (this.ending ??= this.closeAll().finally(() => (this.ending = null)));
  }

  private async closeAll(): Promise<void> {
    const { stream, wakeLock } = this;
    this.stream = this.wakeLock = null;
    this.phase.value = "idle";
    stream?.close();
    this.line.value = null;
    // What the microphone still delivers is held like everything before it.
    await this.silence();
    this.outbox?.close();
    this.outbox = null;
    this.level.value = this.held.value = 0;
    this.release();
    await wakeLock?.release();
  }
}

/** A name that a reload of this tab keeps and that no other tab has. */
function nameOfTab(): string {
  const known = sessionStorage.getItem("sidenote.recorder");
  const name = known ?? crypto.randomUUID();
  sessionStorage.setItem("sidenote.recorder", name);
  return name;
}

/** What the page needs of a recorder, wherever it runs. */
export type RecorderSurface = Pick<
  Recorder,
  | (typeof SHOWN)[number]
  | "active"
  | "lastEvent"
  | "onMessage"
  | "start"
  | "finish"
  | "pause"
  | "resume"
  | "stop"
  | "settle"
  | "leftBehind"
>;

/** The signals that tell what a recorder does. */
export const SHOWN = [
  "phase",
  "encounterId",
  "samples",
  "level",
  "held",
  "full",
  "line",
  "problem",
  "quiet",
  "patient",
] as const;
