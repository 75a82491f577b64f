import { batch, computed, signal, type Signal } from "@preact/signals";
import type { RecorderSurface } from "../src/recording";
import { PORT, type Call, type Said, type Shown } from "./link";

/** Stands in for `src/recorder.ts` in the panel: shows and steers the recorder of the offscreen document. */
class RemoteRecorder implements RecorderSurface {
  readonly phase: RecorderSurface["phase"] = signal("idle");
  readonly encounterId: RecorderSurface["encounterId"] = signal(null);
  readonly samples = signal(0);
  readonly level = signal(0);
  readonly held = signal(0);
  readonly full = signal(false);
  readonly line: RecorderSurface["line"] = signal(null);
  readonly problem: RecorderSurface["problem"] = signal(null);
  readonly quiet = signal(false);
  readonly patient: RecorderSurface["patient"] = signal(null);
  readonly active = computed(() => this.phase.value !== "idle");
  lastEvent = 0;
  onMessage: RecorderSurface["onMessage"] = () => undefined;

  private port: Promise<chrome.Port> | null = null;
  private readonly waiting = new Map<number, (answer: number | null) => void>();
  private number = 0;

  constructor() {
    this.reconnect();
  }

  start = (encounter: string) => this.ask("start", encounter).then(nothing);
  finish = (encounter: string) => this.ask("finish", encounter).then(nothing);
  pause = () => this.ask("pause").then(nothing);
  resume = () => this.ask("resume").then(nothing);
  stop = () => this.ask("stop").then(nothing);
  settle = () => this.ask("settle").then(nothing);
  leftBehind = (encounter: string) =>
    this.ask("leftBehind", encounter).then((answer) => answer ?? 0);

  private async ask(call: Call, encounter = ""): Promise<number | null> {
    const port = await this.connected();
    const number = ++this.number;
    return new Promise((resolve) => {
      this.waiting.set(number, resolve);
      port.postMessage({ number, call, encounter });
    });
  }

  private connected(): Promise<chrome.Port> {
    this.port ??= this.connect();
    return this.port;
  }

  private async connect(): Promise<chrome.Port> {
    await chrome.runtime.sendMessage("open recorder");
    const port = chrome.runtime.connect({ name: PORT });
    port.onMessage.addListener((said: Said) => this.hear(said));
    port.onDisconnect.addListener(() => this.lost());
    return port;
  }

  /** The recorder's document ended. Ask for a new one, so that what is shown is what is true: nothing records. */
  private lost(): void {
    this.port = null;
    this.waiting.forEach((answer) => answer(null));
    this.waiting.clear();
    this.reconnect();
  }

  private reconnect(): void {
    this.connected().catch(() => (this.port = null));
  }

  private hear(said: Said): void {
    if (said.say === "shown") return this.show(said.shown);
    if (said.say === "message") return this.onMessage(said.encounter, said.message);
    this.waiting.get(said.number)?.(said.answer);
    this.waiting.delete(said.number);
  }

  private show({ lastEvent, ...values }: Shown): void {
    this.lastEvent = lastEvent;
    batch(() => {
      for (const [name, value] of Object.entries(values)) {
        (this[name as keyof typeof values] as Signal<unknown>).value = value;
      }
    });
  }
}

function nothing(): void {
  return undefined;
}

export const recorder: RecorderSurface = new RemoteRecorder();
