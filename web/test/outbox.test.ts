import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { openDB } from "idb";
import { beforeEach, describe, expect, it } from "vitest";
import { endOf, type Chunk } from "../src/frames";
import { Outbox } from "../src/outbox";

const SAMPLES = 1600;

function chunk(number: number): Chunk {
  const pcm = new Uint8Array(SAMPLES * 2).fill(number + 1);
  return { firstSample: number * SAMPLES, pcm, channels: 1 };
}

async function filled(count: number, limit?: number): Promise<Outbox> {
  const outbox = await Outbox.open("e1", limit);
  for (let number = 0; number < count; number++) await outbox.put(chunk(number));
  return outbox;
}

beforeEach(() => {
  indexedDB = new IDBFactory();
});

describe("outbox", () => {
  it("gives back what was put, in order, from the sample asked for", async () => {
    const outbox = await filled(5);
    expect(await outbox.read(0)).toEqual([0, 1, 2, 3, 4].map(chunk));
    expect(await outbox.read(2 * SAMPLES + 1)).toEqual([2, 3, 4].map(chunk));
    expect(await outbox.read(5 * SAMPLES)).toEqual([]);
  });

  it("can read a chunk whose writing has not ended", async () => {
    const outbox = await Outbox.open("e1");
    const writing = outbox.put(chunk(0));
    expect(await outbox.read(0)).toEqual([chunk(0)]);
    await writing;
    expect(await outbox.read(0)).toEqual([chunk(0)]);
  });

  it("survives the page", async () => {
    (await filled(3)).close();
    const again = await Outbox.open("e1");
    expect(again.end).toBe(3 * SAMPLES);
    expect(again.held).toBe(3 * SAMPLES);
    expect(await again.read(0)).toEqual([0, 1, 2].map(chunk));
  });

  it("forgets only what is durable, on disk too", async () => {
    const outbox = await filled(4);
    await outbox.forget(2 * SAMPLES + 10);
    expect(await outbox.read(0)).toEqual([2, 3].map(chunk));
    expect(outbox.held).toBe(2 * SAMPLES - 10);
    await outbox.forget(4 * SAMPLES);
    expect(outbox.held).toBe(0);
    expect(outbox.end).toBeNull();
    outbox.close();
    expect((await Outbox.open("e1")).end).toBeNull();
  });

  it("keeps encounters apart", async () => {
    await filled(2);
    const other = await Outbox.open("e2");
    expect(await other.read(0)).toEqual([]);
    await other.wipe();
    expect(await (await Outbox.open("e1")).read(0)).toHaveLength(2);
  });

  it("stores no readable sound, under a key that cannot be exported", async () => {
    await filled(1);
    const db = await openDB("sidenote");
    const [record] = (await db.getAll("chunks")) as { sealed: ArrayBuffer }[];
    const [key] = (await db.getAll("keys")) as CryptoKey[];
    expect(
      new Uint8Array(record?.sealed ?? new ArrayBuffer(0)).filter((byte) => byte === 1).length,
    ).toBeLessThan(100);
    expect(key?.extractable).toBe(false);
  });

  it("is bounded on disk, then keeps sound in memory and says so", async () => {
    const outbox = await filled(3, 2 * (SAMPLES * 2 + 16));
    expect(outbox.full).toBe(true);
    expect(await outbox.read(0)).toEqual([0, 1, 2].map(chunk));
    await outbox.forget(endOf(chunk(2)));
    expect(outbox.full).toBe(false);
    await outbox.put(chunk(3));
    expect(outbox.full).toBe(false);
  });

  it("wipes sound and key", async () => {
    const outbox = await filled(2);
    await outbox.wipe();
    const db = await openDB("sidenote");
    expect(await db.count("chunks")).toBe(0);
    expect(await db.count("keys")).toBe(0);
    expect(await outbox.read(0)).toEqual([]);
  });

  it("has one key, however many open it at the same time", async () => {
    const [one, other] = await Promise.all([Outbox.open("e1"), Outbox.open("e1")]);
    await one.put(chunk(0));
    await other.put(chunk(1));
    expect(await (await Outbox.open("e1")).read(0)).toEqual([chunk(0), chunk(1)]);
  });

  it("finishes what it is writing when it is closed", async () => {
    const outbox = await filled(1);
    const writing = outbox.put(chunk(1));
    outbox.close();
    await writing;
    expect(await (await Outbox.open("e1")).read(0)).toEqual([chunk(0), chunk(1)]);
  });

  it("does nothing more once it is closed, whatever is asked of it at the same time", async () => {
    const outbox = await filled(2);
    const asked = [outbox.wipe(), outbox.wipe(), outbox.read(0), outbox.forget(SAMPLES)];
    outbox.close();
    await Promise.all(asked);
    await Promise.all([outbox.wipe(), outbox.forget(SAMPLES), outbox.put(chunk(2))]);
    expect(await outbox.read(0)).toEqual([]);
    expect((await Outbox.open("e1")).end).toBeNull();
  });
});
