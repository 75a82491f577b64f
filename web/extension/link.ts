import type { RecorderSurface, SHOWN } from "../src/recording";
import type { ServerMessage } from "../src/wire.gen";

/** Name of the port between a panel and the recorder. */
export const PORT = "recorder";

/** What a panel may ask of the recorder. */
export type Call = "start" | "finish" | "pause" | "resume" | "stop" | "settle" | "leftBehind";

export interface Asked {
  number: number;
  call: Call;
  encounter: string;
}

/** What the recorder shows, as values. */
export type Shown = {
  [Name in (typeof SHOWN)[number]]: RecorderSurface[Name]["value"];
} & { lastEvent: number };

/** What the recorder says to every open panel. */
export type Said =
  | { say: "shown"; shown: Shown }
  | { say: "message"; encounter: string; message: ServerMessage }
  | { say: "done"; number: number; answer: number | null; problem: string | null };
