import type { JSX } from "preact";
import { recorder } from "../recorder";
import { STATE, born } from "../words";
import type { EncounterState, EncounterView } from "../wire.gen";
import { Icon, type IconName } from "./icons";

const STATE_ICON: Record<EncounterState, IconName> = {
  open: "dashed",
  recording: "mic",
  finishing: "pen",
  no_speech: "alert",
  drafted: "pen",
  signed: "lock",
  filed: "checkCircle",
};

export function StateChip({ state }: { state: EncounterState }): JSX.Element {
  return (
    <span class={`chip state-${state}`}>
      <Icon name={STATE_ICON[state]} size={14} /> {STATE[state]}
    </span>
  );
}

/** Whose visit this is. It never scrolls away. */
export function Banner({ encounter }: { encounter: EncounterView }): JSX.Element {
  const { patient, chart } = encounter;
  const here = recorder.active.value && recorder.encounterId.value === encounter.id;
  return (
    <section class="banner" aria-label="Patient">
      <div class="identity">
        <h1>{patient.name}</h1>
        <span class="facts">
          {patient.birth_date !== null && <span>{born(patient.birth_date)}</span>}
          {patient.sex !== null && <span>{patient.sex}</span>}
          <span class="identifier">{patient.id}</span>
        </span>
      </div>
      <StateChip state={here ? "recording" : encounter.state} />
      <p class={chart.allergies.length > 0 ? "allergies known" : "allergies"}>
        <Icon name={chart.allergies.length > 0 ? "alert" : "dashed"} size={14} />
        {chart.allergies.length > 0
          ? `Allergies: ${chart.allergies.join(", ")}`
          : "No allergies in the chart"}
      </p>
      {(chart.medications.length > 0 || chart.problems.length > 0) && (
        <details class="chart">
          <summary>Chart</summary>
          <dl>
            <dt>Medications</dt>
            <dd>{chart.medications.join(", ") || "None listed"}</dd>
            <dt>Problems</dt>
            <dd>{chart.problems.join(", ") || "None listed"}</dd>
          </dl>
        </details>
      )}
    </section>
  );
}
