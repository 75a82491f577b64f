import { ApiError, api } from "./api";
import { Line, type LineOptions, type LineState, type Step } from "./line";
import type { Chunk } from "./frames";
import type { Outbox } from "./outbox";
import { SERVER } from "./server";
import { PROTOCOL, type ServerMessage } from "./wire.gen";

export interface StreamEvents {
  onMessage(message: ServerMessage): void;
  onState(state: LineState): void;
}

const TICK_MS = 250;
const TICKET_FAILED = 4000;
const DROPPED = 1006;
const NOT_SIGNED_IN = 401;

/** The WebSocket of one encounter: carries out what {@link Line} decides. */
export class Stream {
  private readonly line: Line;
  private readonly timer: ReturnType<typeof setInterval>;
  private socket: WebSocket | null = null;
  private shown: LineState = "connecting";
  /** Counts the tries to connect: what comes of an earlier one concerns nobody any more. */
  private tries = 0;

  constructor(
    private readonly options: LineOptions,
    private readonly events: StreamEvents,
    private readonly outbox: Outbox | null = null,
  ) {
    this.line = new Line(options);
    this.timer = setInterval(() => this.run(this.line.tick(Date.now())), TICK_MS);
    this.run(this.line.start(Date.now()));
  }

  get lastEvent(): number {
    return this.line.lastEvent;
  }

  captured(chunk: Chunk): void {
    this.run(this.line.captured(chunk));
  }

  /** The visit is over after `samples`. The stream stays to bring the draft. */
  stop(samples: number): void {
    this.run(this.line.stop(samples));
  }

  close(): void {
    clearInterval(this.timer);
    this.run(this.line.leave());
  }

  private run(steps: Step[]): void {
    for (const step of steps) this.carryOut(step);
    if (this.line.state === this.shown) return;
    this.shown = this.line.state;
    if (this.shown === "over") clearInterval(this.timer);
    this.events.onState(this.shown);
  }

  private carryOut(step: Step): void {
    switch (step.do) {
      case "connect":
        return void this.connect();
      case "disconnect":
        return this.drop();
      case "send":
        return this.socket?.readyState === WebSocket.OPEN ? this.socket.send(step.data) : undefined;
      case "read":
        return this.read(step.from);
      case "forget":
        // What could not be forgotten is forgotten with the next word of the server, or wiped at the end.
        return void this.outbox?.forget(step.through).catch(() => undefined);
      case "deliver":
        return this.events.onMessage(step.message);
    }
  }

  /** What cannot be read now is read when the line is up again; until then the page says that it is not. */
  private read(from: number): void {
    this.outbox?.read(from).then(
      (chunks) => this.run(this.line.read(chunks)),
      () => this.drop(),
    );
  }

  private async connect(): Promise<void> {
    const number = ++this.tries;
    try {
      const { ticket } = await api.ticket(this.options.encounterId);
      if (this.tries !== number) return;
      const url = new URL("/api/stream", SERVER || location.href);
      url.protocol = url.protocol.replace("http", "ws");
      this.attach(new WebSocket(url, [PROTOCOL, `ticket.${ticket}`]));
    } catch (error) {
      if (this.tries !== number) return;
      const final = error instanceof ApiError && !error.retryable && error.status !== NOT_SIGNED_IN;
      this.run(this.line.closed(final ? 4400 + (error.status % 100) : TICKET_FAILED, Date.now()));
    }
  }

  /** Close without waiting: a dead line can take minutes to say that it is closed. */
  private drop(): void {
    const socket = this.socket;
    this.socket = null;
    this.tries += 1;
    socket?.close();
    this.run(this.line.closed(DROPPED, Date.now()));
  }

  private attach(socket: WebSocket): void {
    this.socket = socket;
    socket.onopen = () => this.run(this.line.opened(Date.now()));
    socket.onmessage = ({ data }: MessageEvent<string>) => {
      this.run(this.line.received(JSON.parse(data) as ServerMessage, Date.now()));
    };
    socket.onclose = ({ code }) => {
      if (this.socket !== socket) return;
      this.socket = null;
      this.run(this.line.closed(code, Date.now()));
    };
  }
}
