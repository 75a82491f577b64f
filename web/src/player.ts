import { signal } from "@preact/signals";
import { api } from "./api";
import { t } from "./messages";
import { SERVER } from "./server";

/** What is heard just before and after a clip: a third of a second. */
const MARGIN = 5_333;

/** An address that an audio element may play. Another origin's sound, as in the extension, is fetched first. */
async function playableFrom(source: string): Promise<string> {
  if (SERVER === "") return source;
  const answer = await fetch(source, { credentials: "include" });
  if (!answer.ok) throw new Error(String(answer.status));
  return URL.createObjectURL(await answer.blob());
}

/** Plays clips of one visit, one after the other. */
export class Player {
  /** Key of what is playing, so that its button can say "Stop". */
  readonly playing = signal<string | null>(null);
  readonly problem = signal<string | null>(null);
  private readonly audio = new Audio();
  private queue: string[] = [];
  /** How often something began or was stopped: a clip that was fetched for an earlier time is not played. */
  private turns = 0;

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
    this.turns += 1;
    this.queue = [];
    this.playing.value = null;
    this.audio.pause();
  }

  private async start(source: string): Promise<void> {
    const { turns } = this;
    const playable = await playableFrom(source).catch(() => null);
    // Stopped, or another clip was chosen, while this one was fetched.
    if (this.turns !== turns) {
      if (playable?.startsWith("blob:")) URL.revokeObjectURL(playable);
      return;
    }
    if (this.audio.src.startsWith("blob:")) URL.revokeObjectURL(this.audio.src);
    if (playable === null) {
      this.problem.value = t("player.problem");
      return this.stop();
    }
    this.audio.src = playable;
    this.audio.play().catch(() => undefined);
  }

  private next(): void {
    const source = this.queue.shift();
    if (source === undefined) return this.stop();
    void this.start(source);
  }
}

export const player = new Player();
