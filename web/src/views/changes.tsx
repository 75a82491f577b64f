import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { api, explain } from "../api";
import { t } from "../messages";
import { differenceOf } from "../note/difference";
import type { EncounterView, SentenceChange } from "../wire.gen";

/** What the clinician made of the draft, sentence by sentence. Read when it is opened. */
export function Changes({ encounter }: { encounter: EncounterView }): JSX.Element {
  const changes = useSignal<SentenceChange[] | null>(null);
  const problem = useSignal<string | null>(null);
  const read = async (open: boolean) => {
    if (!open) return;
    try {
      changes.value = await api.changes(encounter.id);
      problem.value = null;
    } catch (error) {
      problem.value = explain(error);
    }
  };
  const changed = changes.value?.filter(({ kind }) => kind !== "kept");
  return (
    <details class="changes" onToggle={(event) => void read(event.currentTarget.open)}>
      <summary>{t("changes.title")}</summary>
      {problem.value !== null && <p class="problem">{problem.value}</p>}
      {changed?.length === 0 && <p class="muted">{t("changes.none")}</p>}
      <ul>
        {changed?.map((each, index) => (
          <li key={index}>
            <span class="muted">
              {t(`changes.${each.kind}`)} · {t(`division.${each.division}`)}
            </span>
            <p>
              <Difference change={each} />
            </p>
          </li>
        ))}
      </ul>
    </details>
  );
}

function Difference({ change: { before, after } }: { change: SentenceChange }): JSX.Element {
  if (before === null) return <ins>{after}</ins>;
  if (after === null) return <del>{before}</del>;
  return (
    <>
      {differenceOf(before, after).map(({ kind, text }, index) => {
        if (kind === "same") return <span key={index}>{text} </span>;
        return kind === "gone" ? <del key={index}>{text}</del> : <ins key={index}>{text} </ins>;
      })}
    </>
  );
}
