import { openDB, type DBSchema, type IDBPDatabase } from "idb";
import { endOf, samplesOf, type Chunk } from "./frames";

interface Sealed {
  encounter: string;
  firstSample: number;
  samples: number;
  channels: 1 | 2;
  iv: Uint8Array<ArrayBuffer>;
  sealed: ArrayBuffer;
}

interface Schema extends DBSchema {
  keys: { key: string; value: CryptoKey };
  chunks: { key: [string, number]; value: Sealed };
}

/** Four hours of 16 kHz mono. */
const LIMIT_BYTES = 4 * 3600 * 32_000;
const READ_AT_ONCE = 50;

/**
 * Captured sound of one encounter that the server has not acknowledged yet.
 *
 * It lies in IndexedDB, encrypted with a key that JavaScript cannot read and that is destroyed with
 * `wipe`. When the browser refuses to store more, chunks stay in memory (`full` says so): nothing is
 * ever dropped. Once closed it takes nothing more in and finishes what it is writing: what was asked of it too late
 * is done by who opens it next.
 */
export class Outbox {
  /** True while some sound is only in this page's memory because the disk would not take it. */
  full = false;
  private readonly unwritten = new Map<number, Chunk>();
  private storedBytes = 0;
  private writing = 0;
  private closed = false;

  private constructor(
    private readonly encounter: string,
    private readonly db: IDBPDatabase<Schema>,
    private readonly key: CryptoKey,
    private readonly limitBytes: number,
    private last: number | null,
    private first: number | null,
  ) {}

  static async open(encounter: string, limitBytes = LIMIT_BYTES): Promise<Outbox> {
    const db = await openDB<Schema>("sidenote", 1, {
      upgrade(database) {
        database.createObjectStore("keys");
        database.createObjectStore("chunks", { keyPath: ["encounter", "firstSample"] });
      },
    });
    const key = await keyOf(db, encounter);
    const range = rangeOf(encounter);
    const oldest = (await db.getAllKeys("chunks", range, 1))[0];
    const newest = (await db.transaction("chunks").store.openCursor(range, "prev"))?.value;
    const last = newest ? newest.firstSample + newest.samples : null;
    const outbox = new Outbox(encounter, db, key, limitBytes, last, oldest?.[1] ?? null);
    outbox.storedBytes = (await db.count("chunks", range)) * (newest?.sealed.byteLength ?? 0);
    return outbox;
  }

  /** End of the last chunk held, in samples; null when nothing is held. */
  get end(): number | null {
    return this.last;
  }

  /** Samples held and not acknowledged. */
  get held(): number {
    return this.last === null || this.first === null ? 0 : this.last - this.first;
  }

  /** Hold a chunk. It can be read at once; the promise ends when it is on disk or known not to be. */
  async put(chunk: Chunk): Promise<void> {
    this.unwritten.set(chunk.firstSample, chunk);
    this.first ??= chunk.firstSample;
    this.last = endOf(chunk);
    this.writing += 1;
    try {
      await this.write(chunk);
      this.unwritten.delete(chunk.firstSample);
      this.full = this.full && this.unwritten.size > 0;
    } catch {
      this.full = true;
    } finally {
      this.writing -= 1;
      this.letGo();
    }
  }

  /** Held chunks in order, from the one that holds sample `from`; empty when there is none. */
  async read(from: number): Promise<Chunk[]> {
    if (this.closed) return [];
    const earliest = Math.max(0, from - LONGEST_CHUNK);
    const memory = [...this.unwritten.values()];
    const stored = await this.db.getAll("chunks", rangeOf(this.encounter, earliest), READ_AT_ONCE);
    const disk = await Promise.all(stored.map((sealed) => this.unseal(sealed)));
    const all = new Map([...disk, ...memory].map((chunk) => [chunk.firstSample, chunk]));
    return [...all.values()]
      .filter((chunk) => endOf(chunk) > from)
      .sort((a, b) => a.firstSample - b.firstSample)
      .slice(0, READ_AT_ONCE);
  }

  /** Everything before `through` is durable elsewhere: forget it. */
  async forget(through: number): Promise<void> {
    if (this.closed) return;
    for (const chunk of this.unwritten.values()) {
      if (endOf(chunk) <= through) this.unwritten.delete(chunk.firstSample);
    }
    if (this.unwritten.size === 0) this.full = false;
    if (this.first !== null) this.first = Math.max(this.first, through);
    if (this.last !== null && this.last <= through) this.first = this.last = null;
    const transaction = this.db.transaction("chunks", "readwrite");
    let cursor = await transaction.store.openCursor(rangeOf(this.encounter));
    while (cursor && cursor.value.firstSample + cursor.value.samples <= through) {
      this.storedBytes -= cursor.value.sealed.byteLength;
      await cursor.delete();
      cursor = await cursor.continue();
    }
    await transaction.done;
  }

  /** The visit is safe on the server: destroy what is left, and the key. */
  async wipe(): Promise<void> {
    if (this.closed) return;
    this.unwritten.clear();
    this.first = this.last = null;
    this.full = false;
    const transaction = this.db.transaction(["chunks", "keys"], "readwrite");
    await Promise.all([
      transaction.objectStore("chunks").delete(rangeOf(this.encounter)),
      transaction.objectStore("keys").delete(this.encounter),
      transaction.done,
    ]);
  }

  close(): void {
    this.closed = true;
    this.letGo();
  }

  private letGo(): void {
    if (this.closed && this.writing === 0) this.db.close();
  }

  private async write(chunk: Chunk): Promise<void> {
    if (this.storedBytes + chunk.pcm.byteLength > this.limitBytes) throw new Error("limit");
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, this.key, chunk.pcm);
    if (!this.unwritten.has(chunk.firstSample)) return;
    const { encounter } = this;
    const { firstSample, channels } = chunk;
    const record = { encounter, firstSample, samples: samplesOf(chunk), channels, iv, sealed };
    const transaction = this.db.transaction("chunks", "readwrite", { durability: "strict" });
    await Promise.all([transaction.store.put(record), transaction.done]);
    this.storedBytes += sealed.byteLength;
  }

  private async unseal({ iv, sealed, firstSample, channels }: Sealed): Promise<Chunk> {
    const pcm = await crypto.subtle.decrypt({ name: "AES-GCM", iv }, this.key, sealed);
    return { firstSample, channels, pcm: new Uint8Array(pcm) };
  }
}

/** A chunk is at most a second long. */
const LONGEST_CHUNK = 16_000;

function rangeOf(encounter: string, from = 0): IDBKeyRange {
  return IDBKeyRange.bound([encounter, from], [encounter, Infinity]);
}

/** The one key of an encounter: of two that are made at the same time, both who made them use the first. */
async function keyOf(db: IDBPDatabase<Schema>, encounter: string): Promise<CryptoKey> {
  const algorithm = { name: "AES-GCM", length: 256 };
  const fresh = await crypto.subtle.generateKey(algorithm, false, ["encrypt", "decrypt"]);
  const { store, done } = db.transaction("keys", "readwrite");
  const known = await store.get(encounter);
  if (!known) await store.put(fresh, encounter);
  await done;
  return known ?? fresh;
}
