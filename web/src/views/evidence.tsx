import type { JSX } from "preact";
import { edit } from "../editing";
import { useKeys } from "../keys";
import { t } from "../messages";
import { inWords } from "../messages/stored";
import { sourceOf } from "../note/marks";
import { player } from "../player";
import { flushNote } from "../note/desk";
import { canWrite, cycle, hear, keyOf, lookedAt, selection, visit } from "../state";
import { offerUndo } from "../undo";
import { clock } from "../words";
import type { SentenceView, TurnView } from "../wire.gen";
import { Icon } from "./icons";

/** Where the chosen sentence was said: its sources one by one, to read and to hear. */
export function EvidenceBar(): JSX.Element | null {
  const sentence = chosen();
  useKeys(evidenceKeys(sentence));
  if (!sentence) return null;
  const turns = visit.value?.encounter.turns ?? [];
  const cited = turns.filter((turn) => sentence.evidence.includes(turn.index));
  return (
    <section class="evidence" aria-label={t("evidence.title")}>
      {cited.length === 0 ? (
        <p class="muted">
          {t(sourceOf(sentence) === "chart" ? "evidence.chart" : "evidence.none")}
        </p>
      ) : (
        <Quote sentence={sentence} cited={cited} />
      )}
      {sentence.verdict !== "supported" && sentence.reasons.length > 0 && (
        <p class="reasons">
          <Icon name="question" size={14} /> {sentence.reasons.map(inWords).join("; ")}
        </p>
      )}
      <div class="actions">
        {cited.length > 1 && <Cycle number={cited.length} />}
        {cited.some((turn) => turn.end > turn.start) && <Play sentence={sentence} />}
        {canWrite.value && (
          <button class="small" onClick={() => void remove(sentence)}>
            <Icon name="trash" size={14} /> {t("evidence.delete")}
          </button>
        )}
      </div>
    </section>
  );
}

/** The sentence that is selected, draft or note. */
function chosen(): SentenceView | null {
  const shown = visit.value;
  const key = selection.value?.key;
  const sentences = shown?.encounter.note?.sentences ?? shown?.drafting ?? [];
  return sentences.find((sentence) => keyOf(sentence) === key) ?? null;
}

function Quote({ sentence, cited }: { sentence: SentenceView; cited: TurnView[] }): JSX.Element {
  const turn = cited[Math.min(lookedAt.value, cited.length - 1)];
  return (
    <ul class="quotes" aria-label={t("evidence.title")} aria-live="polite">
      {turn && (
        <li key={`${sentence.id}-${turn.index}`}>
          <span class="speaker">
            {t(`speaker.${turn.speaker}`)} {turn.end > turn.start && clock(turn.start)}
          </span>
          <q>{turn.text}</q>
        </li>
      )}
    </ul>
  );
}

function Cycle({ number }: { number: number }): JSX.Element {
  return (
    <span class="cycle" role="group" aria-label={t("evidence.sources")}>
      <button class="small" aria-label={t("evidence.previous")} onClick={() => cycle(-1)}>
        <Icon name="back" size={14} />
      </button>
      {t("evidence.of", { at: Math.min(lookedAt.value, number - 1) + 1, number })}
      <button class="small forward" aria-label={t("evidence.next")} onClick={() => cycle(1)}>
        <Icon name="back" size={14} />
      </button>
    </span>
  );
}

function Play({ sentence }: { sentence: SentenceView }): JSX.Element {
  const playing = player.playing.value === keyOf(sentence);
  return (
    <button class="small" onClick={() => play(sentence)}>
      <Icon name={playing ? "stop" : "play"} size={14} />{" "}
      {playing ? t("evidence.stop") : t("evidence.play")}
    </button>
  );
}

function play(sentence: SentenceView): void {
  const key = keyOf(sentence);
  if (player.playing.value === key) player.stop();
  else hear(key, sentence.evidence);
}

async function remove(sentence: SentenceView): Promise<void> {
  const id = visit.peek()?.encounter.id;
  const here = () => visit.peek()?.encounter.id === id;
  await flushNote();
  const version = visit.peek()?.encounter.note?.version;
  if (version === undefined || !here()) return;
  if (!(await edit({ op: "delete", sentence: sentence.id })) || !here()) return;
  if (selection.peek()?.key === keyOf(sentence)) selection.value = null;
  offerUndo({
    said: t("evidence.deleted"),
    undo: () => edit({ op: "restore", sentence: sentence.id, version }),
  });
}

function evidenceKeys(sentence: SentenceView | null): Parameters<typeof useKeys>[0] {
  const group = () => t("evidence.title");
  const when = () => sentence !== null;
  return [
    {
      id: "source.next",
      key: "alt+arrowdown",
      label: () => t("evidence.next"),
      group,
      when,
      run: () => cycle(1),
    },
    {
      id: "source.previous",
      key: "alt+arrowup",
      label: () => t("evidence.previous"),
      group,
      when,
      run: () => cycle(-1),
    },
    {
      id: "source.play",
      key: "alt+p",
      label: () => t("evidence.play"),
      group,
      when,
      run: () => sentence && play(sentence),
    },
  ];
}
