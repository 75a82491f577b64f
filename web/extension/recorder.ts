import { batch, computed, signal, type Signal } from "@preact/signals";
import { explain } from "../src/api";
import type { RecorderSurface } from "../src/recording";
import { PORT, type Call, type Said, type Shown } from "./link";

type Answer = Pick<Said & { say: "done" }, "answer" | "problem">;

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
  private readonly waiting = new Map<number, (said: Answer) => void>();
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

  /** What the recorder answers; what it could not do is said as its problem. */
  private async ask(call: Call, encounter = ""): Promise<number | null> {
    try {
      const port = await this.connected();
      const number = ++this.number;
      const { answer, problem } = await new Promise<Answer>((resolve) => {
        this.waiting.set(number, resolve);
        port.postMessage({ number, call, encounter });
      });
      if (problem !== null) this.problem.value = problem;
      return answer;
    } catch (error) {
      this.problem.value = explain(error);
      return null;
    }
  }

  /** The port to the recorder; one that could not be opened is opened anew by who asks next. */
  private connected(): Promise<chrome.Port> {
    return (this.port ??= this.connect().catch((error: unknown) => {
      this.port = null;
      throw error;
    }));
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
    this.waiting.forEach((answer) => answer({ answer: null, problem: null }));
    this.waiting.clear();
    this.reconnect();
  }

  private reconnect(): void {
    this.connected().catch((error: unknown) => (this.problem.value = explain(error)));
  }

  private hear(said: Said): void {
    if (said.say === "shown") return this.show(said.shown);
    if (said.say === "message") return this.onMessage(said.encounter, said.message);
    this.waiting.get(said.number)?.(said);
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
