import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError, api } from "../src/api";
import type { LineState } from "../src/line";
import { Stream } from "../src/stream";
import type { Outbox } from "../src/outbox";

/** A socket that does what the test says. */
class Socket {
  static readonly OPEN = 1;
  static all: Socket[] = [];
  readyState = 0;
  closed = false;
  sent: unknown[] = [];
  onopen = () => undefined;
  onmessage: (event: { data: string }) => void = () => undefined;
  onclose: (event: { code: number }) => void = () => undefined;

  constructor() {
    Socket.all.push(this);
  }

  send(data: unknown): void {
    this.sent.push(data);
  }

  close(): void {
    this.closed = true;
  }

  /** The server takes the line. */
  welcome(): void {
    this.readyState = Socket.OPEN;
    this.onopen();
    const welcome = { type: "welcome", state: "recording", epoch: 1, next_sample: 0 };
    this.onmessage({ data: JSON.stringify(welcome) });
  }
}

interface Asked {
  answer: (ticket: { ticket: string; expires_s: number }) => void;
  fail: (error: Error) => void;
}

const TICKET = { ticket: "t", expires_s: 30 };
const CONNECT_MS = 12_000;
const offline = () => new ApiError("No line.", "unavailable.server", 0, true);

let asked: Asked[];
let states: LineState[];
let stream: Stream;

function open(outbox: Pick<Outbox, "read" | "forget"> | null = null): Stream {
  const events = { onMessage: () => undefined, onState: (state: LineState) => states.push(state) };
  const options = { encounterId: "e", mode: "record" as const, held: 1_600, random: () => 0.5 };
  return new Stream(options, events, outbox as Outbox | null);
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", Socket);
  Socket.all = [];
  asked = [];
  states = [];
  vi.spyOn(api, "ticket").mockImplementation(
    () => new Promise((answer, fail) => asked.push({ answer, fail })),
  );
});
afterEach(() => {
  stream.close();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** The first ticket takes too long, and the line asks for a second. */
async function askTwice(): Promise<[Asked, Asked]> {
  await vi.advanceTimersByTimeAsync(CONNECT_MS);
  const [first, second] = asked;
  if (!first || !second) throw new Error("the line asks again when a ticket takes too long");
  return [first, second];
}

describe("the stream", () => {
  it("stays up when a try that it gave up fails at last", async () => {
    stream = open();
    const [first, second] = await askTwice();
    second.answer(TICKET);
    await vi.advanceTimersByTimeAsync(0);
    Socket.all[0]?.welcome();
    first.fail(offline());
    await vi.advanceTimersByTimeAsync(0);
    expect(states.at(-1)).toBe("live");
    expect(Socket.all).toHaveLength(1);
  });

  it("opens one socket, however late the ticket of an earlier try comes", async () => {
    stream = open();
    const [first, second] = await askTwice();
    first.answer(TICKET);
    second.answer(TICKET);
    await vi.advanceTimersByTimeAsync(0);
    expect(Socket.all).toHaveLength(1);
  });

  it("tries again when what is held cannot be read, instead of waiting for ever", async () => {
    const read = vi.fn(() => Promise.reject(new Error("aborted")));
    stream = open({ read, forget: () => Promise.resolve() });
    asked[0]?.answer(TICKET);
    await vi.advanceTimersByTimeAsync(0);
    Socket.all[0]?.welcome();
    await vi.advanceTimersByTimeAsync(0);
    expect(states.at(-1)).toBe("lost");
    expect(Socket.all[0]?.closed).toBe(true);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(asked).toHaveLength(2);
  });

  it("opens nothing for a ticket that comes after it was left", async () => {
    stream = open();
    stream.close();
    asked[0]?.answer(TICKET);
    await vi.advanceTimersByTimeAsync(0);
    expect(Socket.all).toHaveLength(0);
  });
});
