import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { t } from "../messages";
import { player } from "../player";
import { motion } from "../preferences";
import { recorder } from "../recorder";
import { evidence, hear, lookedAt, selection } from "../state";
import type { Visit } from "../visit";
import { clock } from "../words";
import type { DoubtView, GapView, TurnView } from "../wire.gen";
import { DoubtRow } from "./doubt";
import { Icon } from "./icons";

/** What was said: committed words firm, words that may change grey, the evidence of a selection marked. */
export function Transcript({ visit }: { visit: Visit }): JSX.Element {
  const { encounter, partial, words } = visit;
  const end = useRef<HTMLDivElement>(null);
  const live = recorder.active.value && recorder.encounterId.value === encounter.id;
  const grown = encounter.turns.length + words.length + partial.length;
  useEffect(() => {
    if (live && selection.value === null) end.current?.scrollIntoView({ block: "nearest" });
  }, [grown, live]);
  const empty = encounter.turns.length === 0 && words.length === 0 && partial.length === 0;
  return (
    <>
      <header class="column-head">
        <h2>{t("transcript.title")}</h2>
        {encounter.samples > 0 && <span class="muted">{clock(encounter.samples)}</span>}
      </header>
      <div class="column-body">
        {empty && <p class="empty">{t(live ? "transcript.listening" : "transcript.empty")}</p>}
        <ol class="turns">
          {inOrder(encounter.turns, [...encounter.gaps, ...encounter.doubts]).map((item) =>
            "index" in item ? (
              <TurnRow key={item.index} turn={item} changed={visit.changed.includes(item.index)} />
            ) : "kind" in item ? (
              <DoubtRow key={`doubt-${item.start}-${item.other}`} doubt={item} />
            ) : (
              <GapRow key={`gap-${item.start}`} gap={item} />
            ),
          )}
        </ol>
        {(words.length > 0 || partial.length > 0) && (
          <p class="growing">
            <span>{words.map((word) => word.text.trim()).join(" ")}</span>{" "}
            <span class="partial">{partial.map((word) => word.text.trim()).join(" ")}</span>
          </p>
        )}
        <div ref={end} />
      </div>
    </>
  );
}

function TurnRow({ turn, changed }: { turn: TurnView; changed: boolean }): JSX.Element {
  const row = useRef<HTMLLIElement>(null);
  const cited = evidence.value.has(turn.index);
  const first = cited && selection.value?.turns[lookedAt.value] === turn.index;
  useEffect(() => {
    if (first) row.current?.scrollIntoView({ block: "center", behavior: scrolling() });
  }, [first]);
  const key = `turn-${turn.index}`;
  const playing = player.playing.value === key;
  return (
    <li
      ref={row}
      id={key}
      class={`turn ${turn.speaker}${cited ? " cited" : ""}${first ? " looked-at" : ""}`}
      aria-current={cited ? "true" : undefined}
    >
      <div class="turn-head">
        <span class="speaker">{t(`speaker.${turn.speaker}`)}</span>
        {turn.end > turn.start && (
          <button
            class="time"
            aria-label={t(playing ? "transcript.stop" : "transcript.play", {
              time: clock(turn.start),
            })}
            onClick={() => (playing ? player.stop() : hear(key, [turn.index]))}
          >
            <Icon name={playing ? "stop" : "play"} size={12} /> {clock(turn.start)}
          </button>
        )}
        {cited && (
          <span class="cited-word">
            <Icon name="check" size={12} /> {t("transcript.evidence")}
          </span>
        )}
        {changed && (
          <span class="muted small">
            <Icon name="refresh" size={12} /> {t("findings.corrected")}
          </span>
        )}
      </div>
      <p>{turn.text}</p>
    </li>
  );
}

function GapRow({ gap }: { gap: GapView }): JSX.Element {
  return (
    <li class="gap">
      <Icon name="alert" size={14} />{" "}
      {t("transcript.gap", { from: clock(gap.start), to: clock(gap.end) })}
    </li>
  );
}

function scrolling(): ScrollBehavior {
  return motion.value === "reduced" || matchMedia("(prefers-reduced-motion: reduce)").matches
    ? "auto"
    : "smooth";
}

function inOrder(
  turns: TurnView[],
  others: (GapView | DoubtView)[],
): (TurnView | GapView | DoubtView)[] {
  if (others.length === 0) return turns;
  return [...turns, ...others].sort((a, b) => a.start - b.start);
}
