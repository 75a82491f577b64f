import type { JSX } from "preact";
import { player } from "../player";
import { recorder } from "../recorder";
import { watching } from "../state";
import type { Visit } from "../visit";
import { clock } from "../words";
import { Icon, type IconName } from "./icons";

/** What is true right now and worth a line: the connection, the microphone, the work in progress. */
export function StatusLines({ visit }: { visit: Visit }): JSX.Element {
  return (
    <div class="status-lines" role="status" aria-live="polite">
      <RecorderLines encounterId={visit.encounter.id} />
      <Progress visit={visit} />
      <Trouble visit={visit} />
      {visit.detail === "asr.degraded" && (
        <Line icon="alert" kind="warn">
          The transcript is behind
          {visit.lagSeconds !== null && ` by ${Math.round(visit.lagSeconds)} s`}. Recording goes on;
          every word is kept and written after the visit.
        </Line>
      )}
      {visit.encounter.state === "no_speech" && (
        <Line icon="alert" kind="warn">
          <strong>No speech detected.</strong> The recording is kept, but nothing was said that
          could be written down, so there is no note.
        </Line>
      )}
      {player.problem.value !== null && (
        <Line icon="volume" kind="warn">
          {player.problem.value}
        </Line>
      )}
    </div>
  );
}

function RecorderLines({ encounterId }: { encounterId: string }): JSX.Element {
  const mine = recorder.encounterId.value === encounterId;
  const line = recorder.line.value;
  const held = clock(recorder.held.value);
  const going = recorder.phase.value === "recording" ? "still recording" : "nothing is lost";
  return (
    <>
      {mine && recorder.problem.value !== null && (
        <Line icon="alert" kind="bad">
          {recorder.problem.value}
        </Line>
      )}
      {mine && recorder.active.value && line !== null && line !== "live" && (
        <Line icon="refresh" kind="warn">
          <strong>Line lost</strong>, {going}, {held} safe here. Reconnecting …
        </Line>
      )}
      {watching.value === "lost" && (
        <Line icon="refresh" kind="warn">
          <strong>Line lost.</strong> Reconnecting …
        </Line>
      )}
      {mine && recorder.full.value && (
        <Line icon="alert" kind="bad">
          This device will not store more sound. Keep this page open until the line is back.
        </Line>
      )}
      {mine && recorder.quiet.value && (
        <Line icon="mic" kind="warn">
          No sound for 30 seconds. Is the right microphone switched on?
        </Line>
      )}
    </>
  );
}

/** What went wrong while hearing or writing, by the server's stable codes. */
const TROUBLE: Record<string, string> = {
  "asr.unavailable":
    "The live transcript stopped. Recording goes on; it is written down after the visit.",
  "final.failed":
    "The second, more careful listening failed. The note rests on the live transcript.",
  "unavailable.hearing": "The second listening failed. The note rests on the live transcript.",
  "input.audio.truncated": "The uploaded recording breaks off. The note holds what could be heard.",
  "broken.reading":
    "Some of what was said could not be analysed. Compare the note with the transcript.",
  "broken.drafting": "The writing engine failed in places; fixed phrases stand in.",
  "broken.coding": "No codes could be suggested. You can add them by hand.",
  "broken.finishing":
    "Writing the draft failed. The recording is kept; reload this page to try again.",
};

function Trouble({ visit }: { visit: Visit }): JSX.Element | null {
  const codes = new Set([visit.detail, visit.encounter.problem]);
  const known = [...codes].flatMap((code) => (code === null ? [] : (TROUBLE[code] ?? [])));
  return known.length === 0 ? null : (
    <Line icon="alert" kind="warn">
      {known.join(" ")}
    </Line>
  );
}

function Progress({ visit }: { visit: Visit }): JSX.Element | null {
  const { state } = visit.encounter;
  const again = state === "drafted" && visit.detail === "final.running";
  if (state !== "finishing" && !again) return null;
  return (
    <div class="line info">
      <Icon name={again ? "refresh" : "pen"} />
      <label class="finishing">
        {again
          ? "Listening once more, more carefully. You can read and edit meanwhile; what changes is marked."
          : "Writing the draft"}
        {visit.progress === null ? <progress /> : <progress value={visit.progress} max={1} />}
      </label>
    </div>
  );
}

function Line(props: {
  icon: IconName;
  kind: "warn" | "bad" | "info";
  children: JSX.Element["props"]["children"];
}): JSX.Element {
  return (
    <div class={`line ${props.kind}`}>
      <Icon name={props.icon} />
      <span>{props.children}</span>
    </div>
  );
}
