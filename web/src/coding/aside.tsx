import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import "./coding.css";
import { changing } from "../editing";
import { attempt, look, select } from "../state";
import { Icon } from "../views/icons";
import type { CodingView, EncounterView } from "../wire.gen";
import { hintInWords } from "./hints";
import { t } from "./messages";
import { requests } from "./requests";

/** Beside the note: what could be said more exactly, and a coder's question to answer. Quiet when there is neither. */
export function CodingAside({ encounter }: { encounter: EncounterView }): JSX.Element | null {
  const view = useSignal<CodingView | null>(null);
  const { id } = encounter;
  // What is asked depends on the note and its codes: ask again when either changes.
  const version = `${encounter.note?.version}/${encounter.codes.map((c) => c.code + c.decision).join()}`;
  useEffect(() => {
    let stale = false;
    void look(() => requests.coding(id)).then((found) => {
      if (!stale && found) view.value = found;
    });
    return () => {
      stale = true;
    };
  }, [id, version, view]);
  const coding = view.value;
  if (!coding) return null;
  const dismiss = async (hint: string) => {
    const after = await changing(() => attempt(() => requests.dismiss(id, hint)));
    if (after) view.value = after;
  };
  return (
    <>
      {coding.review.actions.includes("answer") && (
        <Question coding={coding} id={id} onAnswered={(after) => (view.value = after)} />
      )}
      {coding.hints.length > 0 && (
        <section class="hints" aria-label={t("hints.title")}>
          <h3>{t("hints.title")}</h3>
          <ul>
            {coding.hints.map((hint) => (
              <li key={hint.id}>
                <Icon name="question" size={14} />
                <button
                  class="quiet small"
                  onClick={() =>
                    select(
                      `hint-${hint.id}`,
                      encounter.note?.sentences.find((each) => each.id === hint.sentence)
                        ?.evidence ?? [],
                    )
                  }
                >
                  {hintInWords(hint.question)}{" "}
                  <span class="muted">{hintInWords(hint.guideline)}</span>
                </button>
                <button
                  class="quiet small"
                  aria-label={t("hints.dismiss", { question: hintInWords(hint.question) })}
                  onClick={() => void dismiss(hint.id)}
                >
                  <Icon name="cross" size={14} />
                </button>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

function Question(props: {
  coding: CodingView;
  id: string;
  onAnswered: (after: CodingView) => void;
}): JSX.Element | null {
  const text = useSignal("");
  const busy = useSignal(false);
  const asked = props.coding.remarks.findLast((remark) => remark.kind === "query");
  if (!asked) return null;
  const ready = text.value.trim() !== "" && !busy.value;
  const send = async () => {
    busy.value = true;
    const after = await attempt(() =>
      requests.step(props.id, "answer", { text: text.value.trim() }),
    );
    busy.value = false;
    if (after) props.onAnswered(after);
  };
  return (
    <form
      class="desk-form hints"
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) void send();
      }}
    >
      <h3>{t("query.from", { name: asked.by })}</h3>
      <p>{asked.text}</p>
      <label>
        {t("query.answer")}
        <textarea
          rows={2}
          maxLength={2000}
          readOnly={busy.value}
          value={text.value}
          onInput={(event) => (text.value = event.currentTarget.value)}
        />
      </label>
      <button class="primary small" disabled={!ready}>
        {t("action.answer")}
      </button>
    </form>
  );
}
