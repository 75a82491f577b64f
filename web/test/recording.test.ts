import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { api } from "../src/api";
import { Microphone } from "../src/capture/microphone";
import { Outbox } from "../src/outbox";
import { Recorder } from "../src/recording";
import { SAMPLE_RATE, type EncounterView } from "../src/wire.gen";

const CHUNK = new Uint8Array(3_200);

/** A device that is let go when the test says so, or at once. */
function device(closed: Promise<unknown> = Promise.resolve()): Microphone {
  return {
    pause: () => Promise.resolve(),
    resume: () => Promise.resolve(),
    close: vi.fn(() => closed),
  } as unknown as Microphone;
}

/** The lock of every tab: `held` until it is let go, and whoever waits for it longer than it may gives up. */
function locks(held: Promise<void> = Promise.resolve()): LockManager {
  const request = async (
    _: string,
    { signal }: LockOptions,
    then: (lock: Lock) => Promise<void>,
  ) => {
    const refused = new Promise((_granted, refuse) => {
      signal?.addEventListener("abort", () => refuse(new Error("aborted")));
    });
    await Promise.race([held, refused]);
    await then({ mode: "exclusive", name: "" });
  };
  return { request } as unknown as LockManager;
}

beforeEach(() => {
  indexedDB = new IDBFactory();
  const stored = new Map<string, string>();
  vi.stubGlobal("sessionStorage", {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => stored.set(key, value),
  });
  vi.stubGlobal("navigator", { language: "en", locks: locks() });
  vi.spyOn(api, "checkPatient").mockResolvedValue({ outcome: "same", at: "" });
  vi.spyOn(api, "encounter").mockResolvedValue({ samples: 0 } as EncounterView);
  vi.spyOn(api, "ticket").mockReturnValue(new Promise(() => undefined));
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** A recorder that records `e1` from a device. */
async function recording(microphone: Microphone): Promise<Recorder> {
  const recorder = new Recorder();
  vi.spyOn(Microphone, "open").mockResolvedValue(microphone);
  await recorder.start("e1");
  expect(recorder.phase.value).toBe("recording");
  return recorder;
}

describe("the recorder", () => {
  it("says that it hears nothing after 30 seconds without a sound, and only while it records", () => {
    const recorder = new Recorder();
    recorder.phase.value = "recording";
    recorder.samples.value = 30 * SAMPLE_RATE;
    expect(recorder.quiet.value).toBe(false);
    recorder.samples.value += 1;
    expect(recorder.quiet.value).toBe(true);
    recorder.phase.value = "paused";
    expect(recorder.quiet.value).toBe(false);
  });

  it("lets go once when the server says twice that it has everything, and whoever asks waits for it", async () => {
    const recorder = new Recorder();
    const outbox = (recorder["outbox"] = await Outbox.open("e1"));
    const wipe = vi.spyOn(outbox, "wipe");
    recorder.phase.value = "stopping";
    await Promise.all([recorder.settle(), recorder.settle().then(() => recorder.settle())]);
    expect(wipe).toHaveBeenCalledTimes(1);
    expect(recorder.phase.value).toBe("idle");
    expect(recorder.problem.value).toBeNull();
  });

  it("says what could not be destroyed, and lets go all the same", async () => {
    const recorder = await recording(device());
    vi.spyOn(Outbox.prototype, "wipe").mockRejectedValue(new Error("The disk is gone."));
    await recorder.stop();
    await recorder.settle();
    expect(recorder.problem.value).toBe("The disk is gone.");
    expect(recorder.phase.value).toBe("idle");
  });

  it("is not ended by what the server says while it is only starting", async () => {
    const recorder = new Recorder();
    const starting = recorder.start("e1");
    vi.spyOn(Microphone, "open").mockResolvedValue(device());
    await recorder.settle();
    await starting;
    expect(recorder.phase.value).toBe("recording");
    expect(recorder.problem.value).toBeNull();
    await recorder["end"]();
  });

  it("goes on with another device, however soon after one was lost", async () => {
    let closed: () => void = () => undefined;
    const recorder = await recording(device(new Promise<void>((done) => (closed = done))));
    const other = device();
    vi.spyOn(Microphone, "open").mockResolvedValue(other);
    const losing = recorder["lost"]();
    const resuming = recorder.resume();
    closed();
    await Promise.all([losing, resuming]);
    expect(recorder["microphone"]).toBe(other);
    expect(recorder.phase.value).toBe("recording");
    await recorder["end"]();
  });

  it("stays paused when the device is lost while it is resumed", async () => {
    const microphone = device();
    const recorder = await recording(microphone);
    await recorder.pause();
    vi.spyOn(microphone, "resume").mockImplementation(() => recorder["lost"]());
    await recorder.resume();
    expect(recorder.phase.value).toBe("paused");
    expect(recorder["microphone"]).toBeNull();
    await recorder["end"]();
  });

  it("goes on stopping when the device that it lets go is lost", async () => {
    const recorder = await recording(device());
    const stopping = recorder.stop();
    await recorder["lost"]();
    await stopping;
    expect(recorder.phase.value).toBe("stopping");
    expect(recorder.problem.value).toBeNull();
    await recorder["end"]();
  });

  it("holds what the microphone delivers last, though the server refuses", async () => {
    const microphone = device();
    const recorder = await recording(microphone);
    vi.spyOn(microphone, "close").mockImplementation(async () => {
      await Promise.resolve();
      recorder["captured"](CHUNK, 0);
    });
    await Promise.all([recorder["refused"](), recorder["refused"]()]);
    expect(recorder.held.value).toBe(0);
    await vi.waitUntil(async () => (await recorder.leftBehind("e1")) > 0);
  });

  it("begins anew when what went before is let go, not while it is", async () => {
    let closed: () => void = () => undefined;
    const recorder = await recording(device(new Promise<void>((done) => (closed = done))));
    const release = vi.fn(recorder["release"]);
    recorder["release"] = release;
    void recorder["refused"]();
    const again = recorder.start("e1");
    vi.spyOn(Microphone, "open").mockResolvedValue(device());
    await vi.waitUntil(() => recorder.phase.value === "starting");
    expect(release).not.toHaveBeenCalled();
    closed();
    await again;
    expect(release).toHaveBeenCalledTimes(1);
    expect(recorder.phase.value).toBe("recording");
    await recorder["end"]();
  });

  it("waits for a tab that is being closed, and not for one that records", async () => {
    vi.stubGlobal("navigator", { language: "en", locks: locks(sleep(100)) });
    const recorder = await recording(device());
    await recorder["end"]();
    const patience = new AbortController();
    const timeout = vi.spyOn(AbortSignal, "timeout").mockReturnValue(patience.signal);
    vi.stubGlobal("navigator", { language: "en", locks: locks(new Promise(() => undefined)) });
    const starting = recorder.start("e1");
    await vi.waitUntil(() => timeout.mock.calls.length > 0);
    patience.abort();
    await starting;
    expect(recorder.phase.value).toBe("idle");
    expect(recorder.problem.value).toBe("Another tab of this browser is recording already.");
  });
});

function sleep(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}
