import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { api } from "../api";
import { attempt, show } from "../state";
import type { ConsentForm, EncounterView } from "../wire.gen";
import { Icon } from "./icons";

/** Nothing is recorded before the patient's answer is on record. */
export function ConsentGate({ encounter }: { encounter: EncounterView }): JSX.Element {
  const method = useSignal<"verbal" | "written">("verbal");
  const answer = async (form: ConsentForm) => {
    const updated = await attempt(() => api.consent(encounter.id, form));
    if (updated) show(updated);
  };
  const refused = encounter.consent?.given === false;
  return (
    <section class="gate" aria-labelledby="consent-title">
      <h2 id="consent-title">
        <Icon name={refused ? "denied" : "mic"} />
        {refused ? "The patient declined to be recorded" : "May this visit be recorded?"}
      </h2>
      <p>
        {refused
          ? `Noted by ${encounter.consent?.by ?? ""} at ${when(encounter.consent?.at)}. Recording stays off. ` +
            "If the patient changes their mind, record the new answer here."
          : `Ask ${encounter.patient.name}: “Sidenote would listen to our conversation to help me write the note. ` +
            "The recording stays in this clinic. Is that all right with you?”"}
      </p>
      <fieldset class="choices">
        <legend>How was it answered?</legend>
        {(["verbal", "written"] as const).map((each) => (
          <label key={each}>
            <input
              type="radio"
              name="method"
              checked={method.value === each}
              onChange={() => (method.value = each)}
            />
            {each === "verbal" ? "In conversation" : "In writing"}
          </label>
        ))}
      </fieldset>
      <div class="actions">
        <button class="primary" onClick={() => void answer({ given: true, method: method.value })}>
          <Icon name="check" /> Patient agrees
        </button>
        {!refused && (
          <button onClick={() => void answer({ given: false, method: method.value })}>
            <Icon name="cross" /> Patient declines
          </button>
        )}
      </div>
    </section>
  );
}

/** One line that says who agreed, when and how. */
export function ConsentLine({ encounter }: { encounter: EncounterView }): JSX.Element | null {
  const { consent } = encounter;
  if (!consent) return null;
  return (
    <span class="consent-line muted">
      <Icon name="check" size={14} /> Consent {consent.method}, {consent.by}, {when(consent.at)}
    </span>
  );
}

function when(at: string | undefined): string {
  if (at === undefined) return "";
  return new Date(at).toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
}
