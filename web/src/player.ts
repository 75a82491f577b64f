import { signal } from "@preact/signals";
import { api } from "./api";
import { t } from "./messages";

/** What is heard just before and after a clip: a third of a second. */
const MARGIN = 5_333;

/** Plays clips of one visit, one after the other. */
export class Player {
  /** Key of what is playing, so that its button can say "Stop". */
  readonly playing = signal<string | null>(null);
  readonly problem = signal<string | null>(null);
  private readonly audio = new Audio();
  private queue: string[] = [];

  constructor() {
    this.audio.onended = () => this.next();
    this.audio.onerror = () => {
      if (this.playing.value !== null) this.problem.value = t("player.problem");
      this.stop();
    };
  }

  play(key: string, encounterId: string, clips: { start: number; end: number }[]): void {
    this.stop();
    this.problem.value = null;
    this.queue = clips.map(({ start, end }) =>
      api.clip(encounterId, Math.max(0, start - MARGIN), end + MARGIN),
    );
    this.playing.value = key;
    this.next();
  }

  stop(): void {
    this.queue = [];
    this.playing.value = null;
    this.audio.pause();
  }

  private next(): void {
    const source = this.queue.shift();
    if (source === undefined) return this.stop();
    this.audio.src = source;
    this.audio.play().catch(() => undefined);
  }
}

export const player = new Player();
