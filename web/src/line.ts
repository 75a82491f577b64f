import { encodeFrame, endOf, type Chunk } from "./frames";
import type { ClientMessage, ServerMessage } from "./wire.gen";

/** What the shell must do next. */
export type Step =
  | { do: "connect" }
  | { do: "disconnect" }
  | { do: "send"; data: string | Uint8Array<ArrayBuffer> }
  | { do: "read"; from: number }
  | { do: "forget"; through: number }
  | { do: "deliver"; message: ServerMessage };

/** `lost` waits before the next try; `over` will not connect again. */
export type LineState = "connecting" | "greeting" | "live" | "lost" | "over";

export interface LineOptions {
  encounterId: string;
  mode: "record" | "watch";
  channels?: 1 | 2;
  /** Names this recorder, so that it can take over from its own dead line. */
  recorder?: string;
  /** End of what an earlier page left behind unacknowledged, in samples. */
  held?: number;
  /** The last event that was seen already. */
  lastEvent?: number;
  random?: () => number;
}

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 10_000;
const CONNECT_MS = 10_000;
const PING_MS = 15_000;
const SILENT_MS = 40_000;
/** How long to wait when the server says that it cannot take audio right now. */
const HOLD_MS = 1_000;
/** Samples that may be on their way without an acknowledgement: ten seconds. */
const WINDOW = 160_000;
/** Close codes after which trying again cannot help: forbidden, not found, another recorder took over. */
const FINAL = new Set([4403, 4404, 4409]);

/**
 * The client's side of protocol version 1, without I/O: what happened comes in, what to do comes out.
 *
 * Audio is never held here. After a reconnect the server says which sample it wants next and the line
 * asks the shell to read on from there, so whatever the server does not have is sent again.
 */
export class Line {
  state: LineState = "connecting";
  /** The close code that ended the line for good. */
  refused: number | null = null;
  acknowledged = 0;
  /** The last event that was delivered. */
  lastEvent: number;
  private cursor = 0;
  private end: number;
  private holdUntil = 0;
  private epoch = 0;
  private sequence = 0;
  private stopAt: number | null = null;
  private stopSent = false;
  private reading = false;
  private failures = 0;
  private retryAt = 0;
  private connectBy = Infinity;
  private heardAt = 0;
  private pingAt = 0;

  constructor(private readonly options: LineOptions) {
    this.end = options.held ?? 0;
    this.lastEvent = options.lastEvent ?? 0;
  }

  start(now: number): Step[] {
    this.state = "connecting";
    this.connectBy = now + CONNECT_MS;
    return [{ do: "connect" }];
  }

  /** The socket is open. */
  opened(now: number): Step[] {
    this.state = "greeting";
    this.heardAt = now;
    this.pingAt = now + PING_MS;
    const { encounterId: encounter_id, mode, channels = 1, recorder = "" } = this.options;
    const last_event = this.lastEvent;
    return [say({ type: "hello", encounter_id, mode, channels, recorder, last_event })];
  }

  /** The socket closed, or could not be opened. */
  closed(code: number, now: number): Step[] {
    if (this.state === "over") return [];
    this.reading = false;
    this.stopSent = false;
    if (FINAL.has(code)) {
      this.state = "over";
      this.refused = code;
      return [];
    }
    this.state = "lost";
    const wait = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.failures);
    this.failures += 1;
    const jitter = 0.75 + (this.options.random ?? Math.random)() / 2;
    this.retryAt = now + wait * jitter;
    return [];
  }

  /** Time passed: try again, keep alive, or give up on a line that went quiet. */
  tick(now: number): Step[] {
    if (this.state === "lost" && now >= this.retryAt) {
      return this.start(now);
    }
    if (this.state === "connecting" && now >= this.connectBy) return [{ do: "disconnect" }];
    if (this.state !== "live" && this.state !== "greeting") return [];
    if (now - this.heardAt > SILENT_MS) return [{ do: "disconnect" }];
    if (this.state !== "live") return [];
    const steps: Step[] = [];
    if (this.holdUntil !== 0 && now >= this.holdUntil) {
      this.holdUntil = 0;
      steps.push(...this.next());
    }
    if (now >= this.pingAt) {
      this.pingAt = now + PING_MS;
      steps.push(say({ type: "ping" }));
    }
    return steps;
  }

  received(message: ServerMessage, now: number): Step[] {
    this.heardAt = now;
    switch (message.type) {
      case "welcome":
        return this.welcomed(message);
      case "ack":
        this.acknowledged = Math.max(this.acknowledged, message.durable_through);
        return [{ do: "forget", through: message.durable_through }, ...this.next()];
      case "error":
        return this.failed(message, now);
      case "pong":
        return [];
      case "partial":
        return [{ do: "deliver", message }];
      default:
        return this.event(message);
    }
  }

  /** The microphone gave the next samples, and they are held. */
  captured(chunk: Chunk): Step[] {
    this.end = Math.max(this.end, endOf(chunk));
    if (!this.mayRead()) return [];
    return chunk.firstSample === this.cursor ? [this.frame(chunk)] : this.next();
  }

  /** The answer to `read`: held chunks from the sample asked for, in order; empty when there are none. */
  read(chunks: Chunk[]): Step[] {
    this.reading = false;
    if (this.state !== "live") return [];
    const steps: Step[] = [];
    for (const chunk of chunks) {
      if (!this.mayRead()) break;
      if (chunk.firstSample <= this.cursor && endOf(chunk) > this.cursor) {
        steps.push(this.frame(chunk));
      }
    }
    return steps.length > 0 ? [...steps, ...this.next()] : [];
  }

  /** The visit is over after `samples`; said as soon as every one of them is sent. */
  stop(samples: number): Step[] {
    this.stopAt = samples;
    return this.next();
  }

  /** Leave for good. */
  leave(): Step[] {
    this.state = "over";
    return [{ do: "disconnect" }];
  }

  private welcomed(message: ServerMessage & { type: "welcome" }): Step[] {
    this.state = "live";
    this.failures = 0;
    this.epoch = message.epoch;
    this.sequence = 0;
    this.cursor = message.next_sample;
    this.acknowledged = message.next_sample;
    this.holdUntil = 0;
    return [
      { do: "deliver", message },
      { do: "forget", through: message.next_sample },
      ...this.next(),
    ];
  }

  private failed(message: ServerMessage & { type: "error" }, now: number): Step[] {
    const deliver: Step = { do: "deliver", message };
    if (this.state === "greeting") return [deliver, { do: "disconnect" }];
    if (message.next_sample === null) return [deliver];
    this.cursor = message.next_sample;
    this.stopSent = false;
    this.holdUntil = message.retryable ? now + HOLD_MS : 0;
    return this.next();
  }

  private event(message: ServerMessage & { event: number }): Step[] {
    if (message.event !== 0 && message.event <= this.lastEvent) return [];
    this.lastEvent = Math.max(this.lastEvent, message.event);
    return [{ do: "deliver", message }];
  }

  private mayRead(): boolean {
    const inFlight = this.cursor - this.acknowledged;
    const free = this.holdUntil === 0 && inFlight <= WINDOW && !this.reading;
    return free && this.state === "live" && this.options.mode === "record";
  }

  /** Ask for what was captured but not sent, or finish when there is no more. */
  private next(): Step[] {
    if (!this.mayRead()) return [];
    if (this.cursor >= this.end) return this.finish();
    this.reading = true;
    return [{ do: "read", from: this.cursor }];
  }

  private finish(): Step[] {
    if (this.stopAt === null || this.stopSent || this.cursor < this.stopAt) return [];
    this.stopSent = true;
    return [say({ type: "stop", samples: this.stopAt })];
  }

  private frame(chunk: Chunk): Step {
    this.cursor = endOf(chunk);
    return { do: "send", data: encodeFrame(chunk, this.epoch, this.sequence++) };
  }
}

function say(message: ClientMessage): Step {
  return { do: "send", data: JSON.stringify(message) };
}
