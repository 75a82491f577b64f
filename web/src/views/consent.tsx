import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { api } from "../api";
import { t } from "../messages";
import { attempt, showAnswer } from "../state";
import { moment } from "../words";
import type { ConsentForm, ConsentView, EncounterView } from "../wire.gen";
import { Icon } from "./icons";

const METHODS = ["verbal", "written"] as const;

/** Nothing is recorded before the patient's answer is on record. */
export function ConsentGate({ encounter }: { encounter: EncounterView }): JSX.Element {
  const method = useSignal<ConsentView["method"]>("verbal");
  const { consent, patient } = encounter;
  const busy = useSignal(false);
  const answer = async (form: ConsentForm) => {
    if (busy.value) return;
    busy.value = true;
    const { id } = encounter;
    await attempt(() => showAnswer(id, () => api.consent(id, form)));
    busy.value = false;
  };
  const refused = consent?.given === false;
  return (
    <section class="gate" aria-labelledby="consent-title">
      <h2 id="consent-title">
        <Icon name={refused ? "denied" : "mic"} />
        {refused ? t("consent.refused") : t("consent.title")}
      </h2>
      <p>
        {refused
          ? t("consent.refused.says", said(consent))
          : t("consent.ask", { name: patient.name })}
      </p>
      {encounter.earlier_refusal && (
        <p class="line warn">
          <Icon name="alert" />
          <span>{t("consent.earlier", said(encounter.earlier_refusal))}</span>
        </p>
      )}
      <fieldset class="choices">
        <legend>{t("consent.how")}</legend>
        {METHODS.map((each) => (
          <label key={each}>
            <input
              type="radio"
              name="method"
              checked={method.value === each}
              onChange={() => (method.value = each)}
            />
            {t(`consent.${each}`)}
          </label>
        ))}
      </fieldset>
      <div class="actions">
        <button class="primary" onClick={() => void answer({ given: true, method: method.value })}>
          <Icon name="check" /> {t("consent.agrees")}
        </button>
        {!refused && (
          <button onClick={() => void answer({ given: false, method: method.value })}>
            <Icon name="cross" /> {t("consent.declines")}
          </button>
        )}
      </div>
    </section>
  );
}

/** One line that says who wrote the consent down, when, and how it was given. */
export function ConsentLine({ encounter }: { encounter: EncounterView }): JSX.Element | null {
  const { consent } = encounter;
  if (!consent) return null;
  return (
    <span class="consent-line muted">
      <Icon name="check" size={14} /> {t("consent.line", said(consent))}
    </span>
  );
}

/** How an answer was given, who wrote it down, and when. */
function said({ method, by, at }: ConsentView): { how: string; by: string; at: string } {
  return { how: t(`consent.${method}`), by, at: moment(at) };
}
