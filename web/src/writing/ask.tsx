import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { t as common } from "../messages";
import { attempt, select, selection } from "../state";
import type { AnswerView, EncounterView, PassageView } from "../wire.gen";
import { t } from "./messages";
import { requests } from "./requests";

/** A question about the visit, answered with what was said in it. */
export function Ask({ encounter }: { encounter: EncounterView }): JSX.Element {
  const question = useSignal("");
  const busy = useSignal(false);
  const answer = useSignal<AnswerView | null>(null);
  const ask = async () => {
    busy.value = true;
    answer.value = await attempt(() => requests.ask(encounter.id, question.value.trim()));
    busy.value = false;
  };
  return (
    <div class="tool asking">
      <form
        class="one-line"
        onSubmit={(event) => {
          event.preventDefault();
          void ask();
        }}
      >
        <label>
          {t("ask.question")}
          <input
            value={question.value}
            maxLength={500}
            placeholder={t("ask.example")}
            onInput={(event) => (question.value = event.currentTarget.value)}
          />
        </label>
        <button class="small" disabled={busy.value || question.value.trim() === ""}>
          {t("ask.do")}
        </button>
      </form>
      <div role="status">{answer.value && <Answer answer={answer.value} />}</div>
      <p class="muted small">{t("ask.says")}</p>
    </div>
  );
}

function Answer({ answer }: { answer: AnswerView }): JSX.Element {
  return (
    <>
      {answer.passages.length === 0 && <p class="empty">{t("ask.none")}</p>}
      <ol class="passages">
        {answer.passages.map((passage) => (
          <Passage key={passage.turns[0]?.index} passage={passage} />
        ))}
      </ol>
      {answer.missing.length > 0 && (
        <p class="muted small">{t("ask.missing", { words: answer.missing.join(", ") })}</p>
      )}
    </>
  );
}

function Passage({ passage }: { passage: PassageView }): JSX.Element {
  const turns = passage.turns.map((turn) => turn.index);
  const key = `answer-${turns.join("-")}`;
  return (
    <li>
      <ul class="quotes">
        {passage.turns.map((turn) => (
          <li key={turn.index}>
            <span class="speaker">{common(`speaker.${turn.speaker}`)}</span>
            <q>{turn.text}</q>
          </li>
        ))}
      </ul>
      {passage.findings.length > 0 && (
        <p class="small">
          {passage.findings
            .map((each) => `${each.concept}: ${common(`polarity.${each.polarity}`)}`)
            .join(" · ")}
        </p>
      )}
      {passage.flagged && <p class="small reasons">{t("ask.flagged")}</p>}
      <button
        class="small"
        aria-pressed={selection.value?.key === key}
        onClick={() => select(key, turns)}
      >
        {t("ask.show")}
      </button>
    </li>
  );
}
