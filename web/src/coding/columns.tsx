import type { JSX } from "preact";
import { t as shell } from "../messages";
import { player } from "../player";
import { Icon } from "../views/icons";
import { clips } from "../visit";
import { moment } from "../words";
import type { CodingView, EncounterView, SentenceView } from "../wire.gen";
import { current, encounter, show, shown } from "./desk";
import { t } from "./messages";

/** The note; a sentence shows where it was said. */
export function Note({ visit }: { visit: EncounterView }): JSX.Element {
  const sentences = visit.note?.sentences ?? [];
  if (sentences.length === 0) return <p class="empty">{t("desk.noNote")}</p>;
  const groups: { division: SentenceView["division"]; sentences: SentenceView[] }[] = [];
  for (const sentence of sentences) {
    const last = groups.at(-1);
    if (last?.division === sentence.division) last.sentences.push(sentence);
    else groups.push({ division: sentence.division, sentences: [sentence] });
  }
  const cited = new Set(current.value?.evidence.map((each) => each.sentence));
  return (
    <>
      {groups.map((group, index) => (
        <div key={index} class="desk-division">
          <h3>{shell(`division.${group.division}`)}</h3>
          <ul>
            {group.sentences.map((sentence) => (
              <li key={sentence.id}>
                <button
                  class={`desk-sentence${cited.has(sentence.id) ? " cited" : ""}`}
                  aria-pressed={shown.value?.key === sentence.id}
                  onClick={() => show(sentence.id, sentence.evidence)}
                >
                  {sentence.text}
                </button>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </>
  );
}

/** The turns behind what was chosen, each to be heard. */
export function Evidence({ visit }: { visit: EncounterView }): JSX.Element {
  const chosen = shown.value;
  if (!chosen) return <p class="empty">{t("desk.noEvidence")}</p>;
  const turns = visit.turns.filter((turn) => chosen.turns.includes(turn.index));
  if (turns.length === 0) return <p class="empty">{t("desk.typed")}</p>;
  return (
    <ul class="desk-turns">
      {turns.map((turn) => (
        <li key={turn.index} class={`desk-turn ${turn.speaker}`}>
          <strong>{shell(`speaker.${turn.speaker}`)}</strong>
          <p>{turn.text}</p>
        </li>
      ))}
      <li>
        <button class="small" onClick={listen}>
          <Icon name="volume" size={14} /> {t("desk.listen")}
        </button>
      </li>
    </ul>
  );
}

/** What coder and clinician said to each other. */
export function Remarks({ view }: { view: CodingView }): JSX.Element | null {
  if (view.remarks.length === 0) return null;
  return (
    <section class="desk-section" aria-label={t("desk.remarks")}>
      <h3>{t("desk.remarks")}</h3>
      <ul class="desk-remarks">
        {view.remarks.map((remark, index) => (
          <li key={index} class={remark.kind}>
            <strong>{remark.by}</strong> <span class="muted small">{moment(remark.at)}</span>
            <p>{remark.text}</p>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Hear the words that are shown. */
export function listen(): void {
  const visit = encounter.value;
  const chosen = shown.value;
  if (!visit || !chosen) return;
  const spans = clips(visit.turns, chosen.turns);
  if (spans.length > 0) player.play(chosen.key, visit.id, spans);
}
