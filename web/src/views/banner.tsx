import type { JSX } from "preact";
import { t } from "../messages";
import { recorder } from "../recorder";
import { born } from "../words";
import type { ChartView, EncounterState, EncounterView } from "../wire.gen";
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
      <Icon name={STATE_ICON[state]} size={14} /> {t(`state.${state}`)}
    </span>
  );
}

/** Whose visit this is. It never scrolls away. */
export function Banner({ encounter }: { encounter: EncounterView }): JSX.Element {
  const { patient, chart } = encounter;
  const here = recorder.active.value && recorder.encounterId.value === encounter.id;
  const known = chart.allergies.length > 0;
  return (
    <section class="banner" aria-label={t("patient.title")}>
      <div class="identity">
        <h1>{patient.name}</h1>
        <span class="facts">
          {patient.birth_date !== null && <span>{born(patient.birth_date)}</span>}
          {patient.sex !== null && <span>{patient.sex}</span>}
          <span class="identifier">{patient.id}</span>
        </span>
      </div>
      <StateChip state={here ? "recording" : encounter.state} />
      <p class={known ? "allergies known" : "allergies"}>
        <Icon name={known ? "alert" : "dashed"} size={14} />
        {known
          ? t("patient.allergies", { names: chart.allergies.join(", ") })
          : t("patient.noAllergies")}
      </p>
      {(chart.medications.length > 0 || chart.problems.length > 0) && <Chart chart={chart} />}
    </section>
  );
}

function Chart({ chart }: { chart: ChartView }): JSX.Element {
  return (
    <details class="chart">
      <summary>
        <Icon name="file" size={14} /> {t("patient.chart")}
      </summary>
      <dl>
        <dt>{t("patient.medications")}</dt>
        <dd>{chart.medications.join(", ") || t("patient.noneListed")}</dd>
        <dt>{t("patient.problems")}</dt>
        <dd>{chart.problems.join(", ") || t("patient.noneListed")}</dd>
      </dl>
    </details>
  );
}
