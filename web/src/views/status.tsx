import type { JSX } from "preact";
import { t } from "../messages";
import { player } from "../player";
import { recorder } from "../recorder";
import { watching } from "../state";
import type { Visit } from "../visit";
import { clock, moment } from "../words";
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
          {visit.lagSeconds === null
            ? t("status.behind")
            : t("status.behindBy", { seconds: Math.round(visit.lagSeconds) })}
        </Line>
      )}
      {visit.encounter.reading_until !== null && (
        <Line icon="alert" kind="warn">
          <strong>{t("emergency.title")}</strong>{" "}
          {t("emergency.until", { at: moment(visit.encounter.reading_until) })}
        </Line>
      )}
      {visit.encounter.state === "no_speech" && (
        <Line icon="alert" kind="warn">
          <strong>{t("state.no_speech")}.</strong> {t("status.noSpeech")}
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
  const going =
    recorder.phase.value === "recording" ? "status.stillRecording" : "status.nothingLost";
  return (
    <>
      {mine && recorder.problem.value !== null && (
        <Line icon="alert" kind="bad">
          {recorder.problem.value}
        </Line>
      )}
      {mine && recorder.active.value && line !== null && line !== "live" && (
        <Line icon="refresh" kind="warn">
          <strong>{t("status.lineLost")}</strong>, {t(going, { held })}
        </Line>
      )}
      {watching.value === "lost" && (
        <Line icon="refresh" kind="warn">
          <strong>{t("status.lineLost")}.</strong> {t("status.reconnecting")}
        </Line>
      )}
      {mine && recorder.full.value && (
        <Line icon="alert" kind="bad">
          {t("status.full")}
        </Line>
      )}
      {mine && recorder.quiet.value && (
        <Line icon="mic" kind="warn">
          {t("status.quiet")}
        </Line>
      )}
      {mine && recorder.patient.value !== null && recorder.patient.value !== "same" && (
        <Line icon="user" kind={recorder.patient.value === "different" ? "bad" : "warn"}>
          {t(`patient.${recorder.patient.value}`)}
        </Line>
      )}
    </>
  );
}

/** The stable codes of what can go wrong while hearing or writing; each has a message of its own. */
const TROUBLE = [
  "asr.unavailable",
  "final.failed",
  "unavailable.hearing",
  "input.audio.truncated",
  "broken.reading",
  "broken.drafting",
  "broken.coding",
  "broken.finishing",
] as const;

function Trouble({ visit }: { visit: Visit }): JSX.Element | null {
  const codes = new Set([visit.detail, visit.encounter.problem]);
  const known = TROUBLE.filter((code) => codes.has(code));
  return known.length === 0 ? null : (
    <Line icon="alert" kind="warn">
      {known.map((code) => t(`trouble.${code}`)).join(" ")}
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
        {again ? t("status.again") : t("state.finishing")}
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
