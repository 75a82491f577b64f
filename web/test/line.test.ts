import { describe, expect, it } from "vitest";
import { HEADER_BYTES, endOf, type Chunk } from "../src/frames";
import { Line, type LineOptions, type Step } from "../src/line";
import type { ServerMessage } from "../src/wire.gen";

const SAMPLES = 1600;

function chunk(number: number): Chunk {
  return { firstSample: number * SAMPLES, pcm: new Uint8Array(SAMPLES * 2), channels: 1 };
}

function welcome(next_sample = 0, epoch = 1): ServerMessage {
  return {
    type: "welcome",
    encounter_id: "e1",
    state: "recording",
    next_sample,
    last_event: 0,
    epoch,
  };
}

const ack = (through: number): ServerMessage => ({ type: "ack", durable_through: through });

function refusal(next_sample: number | null, retryable = false): ServerMessage {
  return {
    type: "error",
    code: "conflict.gap",
    message: "",
    retryable,
    next_sample,
    sequence: null,
  };
}

function status(event: number): ServerMessage {
  return { type: "status", event, state: "recording", detail: null, lag_s: null, progress: null };
}

function live(options: Partial<LineOptions> = {}, next = 0): Line {
  const line = new Line({ encounterId: "e1", mode: "record", random: () => 0.5, ...options });
  line.start(0);
  line.opened(0);
  line.received(welcome(next), 0);
  return line;
}

/** Where each sent frame begins. */
function sent(steps: Step[]): number[] {
  return steps.flatMap((step) =>
    step.do === "send" && typeof step.data !== "string"
      ? [Number(new DataView(step.data.buffer).getBigUint64(12, true))]
      : [],
  );
}

function said(steps: Step[]): object[] {
  return steps.flatMap((step) =>
    step.do === "send" && typeof step.data === "string" ? [JSON.parse(step.data) as object] : [],
  );
}

describe("line", () => {
  it("greets with the last event it saw", () => {
    const line = new Line({ encounterId: "e1", mode: "watch" });
    expect(line.start(0)).toEqual([{ do: "connect" }]);
    expect(said(line.opened(0))).toEqual([
      {
        type: "hello",
        encounter_id: "e1",
        mode: "watch",
        channels: 1,
        recorder: "",
        last_event: 0,
      },
    ]);
    line.received(welcome(), 0);
    line.received(status(7), 0);
    line.closed(1006, 0);
    expect(said(line.opened(9000))).toMatchObject([{ last_event: 7 }]);
  });

  it("sends captured sound at once, numbered from 0 under the epoch it was given", () => {
    const line = live();
    const frames = [line.captured(chunk(0)), line.captured(chunk(1))].flat();
    expect(sent(frames)).toEqual([0, SAMPLES]);
    const headers = frames.map((step) => {
      if (step.do !== "send" || typeof step.data === "string") throw new Error("no frame");
      expect(step.data.length).toBe(HEADER_BYTES + SAMPLES * 2);
      const view = new DataView(step.data.buffer);
      return [view.getUint32(4, true), view.getUint32(8, true)];
    });
    expect(headers).toEqual([
      [1, 0],
      [1, 1],
    ]);
  });

  it("forgets only what the server says is durable", () => {
    const line = live();
    line.captured(chunk(0));
    expect(line.received(ack(SAMPLES), 0)).toEqual([{ do: "forget", through: SAMPLES }]);
  });

  it("goes on after a cut exactly where the server stands", () => {
    const line = live();
    line.captured(chunk(0));
    line.captured(chunk(1));
    line.closed(1006, 0);
    expect(line.captured(chunk(2))).toEqual([]);
    expect(line.tick(499)).toEqual([]);
    expect(line.tick(501)).toEqual([{ do: "connect" }]);
    line.opened(600);
    const steps = line.received(welcome(SAMPLES, 2), 600);
    expect(steps).toContainEqual({ do: "forget", through: SAMPLES });
    expect(steps).toContainEqual({ do: "read", from: SAMPLES });
    expect(sent(line.read([chunk(1), chunk(2)]))).toEqual([SAMPLES, 2 * SAMPLES]);
    expect(sent(line.captured(chunk(3)))).toEqual([3 * SAMPLES]);
  });

  it("sends what an earlier page left behind before anything new", () => {
    const line = new Line({ encounterId: "e1", mode: "record", held: 2 * SAMPLES });
    line.start(0);
    line.opened(0);
    expect(line.received(welcome(0), 0)).toContainEqual({ do: "read", from: 0 });
    expect(line.captured(chunk(2))).toEqual([]);
    const steps = line.read([chunk(0), chunk(1)]);
    expect(sent(steps)).toEqual([0, SAMPLES]);
    expect(steps).toContainEqual({ do: "read", from: 2 * SAMPLES });
    expect(sent(line.read([chunk(2)]))).toEqual([2 * SAMPLES]);
  });

  it("rewinds when the server refuses a gap", () => {
    const line = live();
    [0, 1, 2].forEach((number) => line.captured(chunk(number)));
    expect(line.received(refusal(SAMPLES), 0)).toEqual([{ do: "read", from: SAMPLES }]);
    expect(sent(line.read([chunk(1), chunk(2)]))).toEqual([SAMPLES, 2 * SAMPLES]);
  });

  it("waits a second before it sends again to a server that cannot take sound", () => {
    const line = live();
    line.captured(chunk(0));
    expect(line.received(refusal(0, true), 1000)).toEqual([]);
    expect(line.captured(chunk(1))).toEqual([]);
    expect(line.tick(1500)).toEqual([]);
    expect(line.tick(2000)).toEqual([{ do: "read", from: 0 }]);
  });

  it("keeps at most ten seconds unacknowledged on the way", () => {
    const line = live();
    const frames = Array.from({ length: 150 }, (_, number) =>
      sent(line.captured(chunk(number))),
    ).flat();
    expect(frames).toHaveLength(101);
    expect(line.received(ack(endOf(chunk(100))), 0)).toContainEqual({
      do: "read",
      from: 101 * SAMPLES,
    });
  });

  it("says stop once, only after every sample is sent, and again after a cut", () => {
    const line = live();
    line.captured(chunk(0));
    line.closed(1006, 0);
    line.captured(chunk(1));
    expect(line.stop(2 * SAMPLES)).toEqual([]);
    line.tick(1000);
    line.opened(1000);
    line.received(welcome(SAMPLES), 1000);
    expect(said(line.read([chunk(1)]))).toEqual([{ type: "stop", samples: 2 * SAMPLES }]);
    expect(said(line.received(ack(2 * SAMPLES), 1000))).toEqual([]);
    line.closed(1006, 1000);
    line.tick(3000);
    line.opened(3000);
    expect(said(line.received(welcome(2 * SAMPLES), 3000))).toEqual([
      { type: "stop", samples: 2 * SAMPLES },
    ]);
  });

  it("says stop again when the server still misses samples", () => {
    const line = live();
    line.captured(chunk(0));
    expect(said(line.stop(SAMPLES))).toHaveLength(1);
    expect(line.received(refusal(0), 0)).toEqual([{ do: "read", from: 0 }]);
    expect(said(line.read([chunk(0)]))).toHaveLength(1);
  });

  it("delivers every event once, however often it is replayed", () => {
    const line = live();
    const delivered = [1, 2, 2, 1, 3].flatMap((event) => line.received(status(event), 0));
    expect(delivered).toHaveLength(3);
    expect(line.lastEvent).toBe(3);
  });

  it("backs off, up to ten seconds, and begins anew after a welcome", () => {
    const line = live();
    const waits = Array.from({ length: 8 }, () => {
      line.closed(1006, 0);
      let now = 0;
      while (line.tick(now).length === 0) now += 50;
      return now;
    });
    expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 10000, 10000, 10000]);
    line.opened(0);
    line.received(welcome(), 0);
    line.closed(1006, 0);
    expect(line.tick(500)).toHaveLength(1);
  });

  it("ends for good when another recorder took over", () => {
    const line = live();
    line.closed(4409, 0);
    expect(line.state).toBe("over");
    expect(line.refused).toBe(4409);
    expect(line.tick(60_000)).toEqual([]);
    expect(line.captured(chunk(0))).toEqual([]);
  });

  it("tries again when the greeting is refused", () => {
    const line = new Line({ encounterId: "e1", mode: "record" });
    line.start(0);
    line.opened(0);
    const steps = line.received(refusal(null), 0);
    expect(steps.map((step) => step.do)).toEqual(["deliver", "disconnect"]);
    line.closed(1006, 0);
    expect(line.state).toBe("lost");
  });

  it("keeps a quiet line alive and gives up a dead one", () => {
    const line = live();
    expect(line.tick(14_000)).toEqual([]);
    expect(said(line.tick(15_000))).toEqual([{ type: "ping" }]);
    line.received({ type: "pong" }, 15_100);
    expect(line.tick(29_000)).toEqual([]);
    line.tick(30_000);
    expect(line.tick(55_200)).toEqual([{ do: "disconnect" }]);
  });

  it("gives up a connection that does not come about", () => {
    const line = new Line({ encounterId: "e1", mode: "watch" });
    line.start(0);
    expect(line.tick(9_999)).toEqual([]);
    expect(line.tick(10_000)).toEqual([{ do: "disconnect" }]);
  });

  it("never sends sound when it only watches", () => {
    const line = live({ mode: "watch" });
    expect(line.captured(chunk(0))).toEqual([]);
  });
});
