import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { api } from "../api";
import { useKeys } from "../keys";
import { t } from "../messages";
import { recorder } from "../recorder";
import { attempt, follow, look, record } from "../state";
import { clock } from "../words";
import type { EncounterView } from "../wire.gen";
import { ConsentGate, ConsentLine } from "./consent";
import { Icon } from "./icons";

/** One row: record, time, level, pause, stop; or a file instead of the microphone. */
export function RecorderBar({ encounter }: { encounter: EncounterView }): JSX.Element | null {
  const here = recorder.active.value && recorder.encounterId.value === encounter.id;
  if (here) return <Running encounter={encounter} />;
  if (encounter.state === "open" || encounter.state === "no_speech") {
    return encounter.consent?.given ? (
      <Ready encounter={encounter} />
    ) : (
      <ConsentGate encounter={encounter} />
    );
  }
  return encounter.state === "recording" ? <Interrupted encounter={encounter} /> : null;
}

function Ready({ encounter }: { encounter: EncounterView }): JSX.Element {
  const busy = recorder.active.value;
  useKeys([
    {
      id: "recorder.start",
      key: "alt+r",
      label: () => t("recorder.start"),
      group: () => t("recorder.title"),
      when: () => !busy,
      run: () => void record(encounter.id, "start"),
    },
  ]);
  return (
    <section class="recorder" aria-label={t("recorder.title")}>
      <button
        class="record"
        disabled={busy}
        title={busy ? t("recorder.busy") : undefined}
        onClick={() => void record(encounter.id, "start")}
      >
        <Icon name="mic" size={18} /> {t("recorder.start")}
      </button>
      <Upload encounter={encounter} />
      <ConsentLine encounter={encounter} />
    </section>
  );
}

function Running({ encounter }: { encounter: EncounterView }): JSX.Element {
  const phase = recorder.phase.value;
  const paused = phase === "paused";
  const toggle = () => void (paused ? recorder.resume() : recorder.pause());
  const group = () => t("recorder.title");
  const when = () => phase === "recording" || paused;
  useKeys([
    {
      id: "recorder.pause",
      key: "alt+r",
      label: () => t("recorder.pauseKey"),
      group,
      when,
      run: toggle,
    },
    {
      id: "recorder.stop",
      key: "alt+shift+r",
      label: () => t("recorder.stop"),
      group,
      when,
      run: () => void recorder.stop(),
    },
  ]);
  return (
    <section class={`recorder running ${phase}`} aria-label={t("recorder.title")}>
      <span class="pulse" role="status">
        <span class="dot" /> {phase === "idle" ? "" : t(`phase.${phase}`)}
      </span>
      <span class="timer" role="timer" aria-label={t("recorder.time")}>
        {clock(recorder.samples.value)}
      </span>
      <span class="whose">{encounter.patient.name}</span>
      <Meter />
      <button disabled={phase !== "recording" && !paused} onClick={toggle}>
        <Icon name={paused ? "mic" : "pause"} />{" "}
        {paused ? t("recorder.resume") : t("recorder.pause")}
      </button>
      <button
        class="stop"
        disabled={phase !== "recording" && !paused}
        onClick={() => void recorder.stop()}
      >
        <Icon name="stop" /> {t("recorder.stop")}
      </button>
    </section>
  );
}

const BARS = 14;

/** How loud it is, on a scale that follows the ear. */
function Meter(): JSX.Element {
  const decibels = 20 * Math.log10(Math.max(recorder.level.value, 1e-4));
  const lit = Math.max(0, Math.min(BARS, Math.round(((decibels + 60) / 50) * BARS)));
  return (
    <span
      class="level"
      role="meter"
      aria-label={t("recorder.level")}
      aria-valuemin={0}
      aria-valuemax={BARS}
      aria-valuenow={lit}
    >
      {Array.from({ length: BARS }, (_, bar) => (
        <i key={bar} class={bar < lit ? "lit" : ""} />
      ))}
    </span>
  );
}

/** The visit is being recorded, but not by this page. */
function Interrupted({ encounter }: { encounter: EncounterView }): JSX.Element {
  const left = useSignal(0);
  useEffect(() => {
    let stale = false;
    void look(() => recorder.leftBehind(encounter.id)).then((samples) => {
      if (!stale && samples !== null) left.value = samples;
    });
    return () => {
      stale = true;
    };
  }, [encounter.id, left]);
  return (
    <section class="recorder" aria-label={t("recorder.title")}>
      <span class="interrupted" role="status">
        <Icon name="pause" /> {t("recorder.interrupted", { time: clock(encounter.samples) })}
        {left.value > 0 && ` ${t("recorder.left", { time: clock(left.value) })}`}
      </span>
      <button class="record" onClick={() => void record(encounter.id, "start")}>
        <Icon name="mic" size={18} /> {t("recorder.goOn")}
      </button>
      <button onClick={() => void record(encounter.id, "finish")}>
        <Icon name="stop" /> {t("recorder.end")}
      </button>
    </section>
  );
}

/** Files that are no sound but what was said, and what each kind is called. */
const TRANSCRIPTS: Record<string, string> = {
  ".txt": "text/plain",
  ".vtt": "text/vtt",
  ".json": "application/json",
};

function Upload({ encounter }: { encounter: EncounterView }): JSX.Element {
  const input = useRef<HTMLInputElement>(null);
  const done = useSignal<number | null>(null);
  const send = async (file: File) => {
    done.value = 0;
    const sent = await attempt(async () => {
      const type = TRANSCRIPTS[file.name.slice(file.name.lastIndexOf(".")).toLowerCase()];
      const body = type ? new Blob([file], { type }) : file;
      const as = type ? "transcript" : "upload";
      await api.upload(encounter.id, body, (part) => (done.value = part), as);
      return true;
    });
    done.value = null;
    if (sent) await follow(encounter.id);
  };
  if (done.value !== null) {
    return (
      <label class="uploading">
        {t("recorder.sending")} <progress value={done.value} max={1} />
      </label>
    );
  }
  return (
    <>
      <button onClick={() => input.current?.click()}>
        <Icon name="upload" /> {t("recorder.upload")}
      </button>
      <input
        ref={input}
        class="hidden"
        type="file"
        aria-label={t("recorder.file")}
        tabIndex={-1}
        accept="audio/*,video/webm,.wav,.flac,.mp3,.ogg,.opus,.webm,.m4a,.txt,.vtt,.json"
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          event.currentTarget.value = "";
          if (file) void send(file);
        }}
      />
    </>
  );
}
