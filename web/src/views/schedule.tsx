import { batch, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useCallback, useEffect, useRef } from "preact/hooks";
import { ApiError, api, explain } from "../api";
import { language, t } from "../messages";
import { route } from "../router";
import { failure, go } from "../state";
import { born } from "../words";
import type { EncounterSummary, PatientView, ScheduledVisit } from "../wire.gen";
import { StateChip } from "./banner";
import { EmergencyForm } from "./emergency";
import { Icon } from "./icons";

/** Today's visits from the record system, then what was opened before. */
export function Schedule(): JSX.Element {
  const visits = useSignal<ScheduledVisit[] | null>(null);
  const opened = useSignal<EncounterSummary[]>([]);
  const problem = useSignal<string | null>(null);
  const asked = useRef(0);
  const read = useCallback(async () => {
    const number = ++asked.current;
    const [known, scheduled] = await Promise.allSettled([api.encounters(), api.schedule()]);
    if (number !== asked.current) return;
    // Both at once, so that no row moves while one reaches for it.
    batch(() => {
      if (known.status === "fulfilled") opened.value = known.value;
      else failure.value = explain(known.reason);
      visits.value = scheduled.status === "fulfilled" ? scheduled.value : (visits.peek() ?? []);
      problem.value = scheduled.status === "rejected" ? explain(scheduled.reason) : null;
    });
  }, [visits, opened, problem]);
  useEffect(() => void read(), [read]);

  const states = new Map(opened.value.map((encounter) => [encounter.id, encounter.state]));
  const scheduled = new Set(visits.value?.map((visit) => visit.ehr_encounter_id));
  const others = opened.value.filter((encounter) => !scheduled.has(encounter.ehr_encounter_id));
  return (
    <main class="schedule">
      <div class="title-row">
        <h1>{t("page.visits")}</h1>
        <button class="quiet" onClick={() => void read()}>
          <Icon name="refresh" /> {t("visits.refresh")}
        </button>
      </div>
      {problem.value !== null && (
        <p class="problem" role="alert">
          <Icon name="alert" /> {t("visits.unread", { problem: problem.value })}
        </p>
      )}
      {visits.value === null ? (
        <p class="muted" role="status">
          {t("visits.reading")}
        </p>
      ) : (
        <ul class="visits" aria-label={t("visits.scheduled")}>
          {visits.value.map((visit) => (
            <ScheduledRow
              key={visit.ehr_encounter_id}
              visit={visit}
              state={states.get(visit.encounter_id ?? "")}
              onTaken={read}
            />
          ))}
          {visits.value.length === 0 && problem.value === null && (
            <li class="empty">{t("visits.none")}</li>
          )}
        </ul>
      )}
      {visits.value !== null && others.length > 0 && (
        <>
          <h2>{t("visits.earlier")}</h2>
          <ul class="visits" aria-label={t("visits.earlier")}>
            {others.map((encounter) => (
              <li key={encounter.id}>
                <button class="visit-row" onClick={() => go(encounter.id)}>
                  <span class="when">{time(encounter.created)}</span>
                  <Who patient={encounter.patient} about={null} />
                  <StateChip state={encounter.state} />
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
    </main>
  );
}

function ScheduledRow(props: {
  visit: ScheduledVisit;
  state: EncounterSummary["state"] | undefined;
  onTaken: () => Promise<void>;
}): JSX.Element {
  const { visit, state, onTaken } = props;
  // Somebody opened it before: another clinician, unless the list says that it was oneself in another tab.
  const taken = useSignal(false);
  const open = async () => {
    if (visit.encounter_id !== null) return go(visit.encounter_id);
    const { ehr_encounter_id } = visit;
    const here = route.peek();
    failure.value = null;
    try {
      const { id } = await api.openEncounter({ ehr_encounter_id });
      // Who went elsewhere meanwhile is left there.
      if (route.peek() === here) go(id);
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== "conflict.opened") {
        failure.value = explain(error);
        return;
      }
      await onTaken();
      taken.value = true;
    }
  };
  return (
    <li>
      <button class="visit-row" onClick={() => void open()}>
        <span class="when">{visit.start === null ? "" : time(visit.start)}</span>
        <Who patient={visit.patient} about={visit.reason} />
        {state ? <StateChip state={state} /> : <span class="muted">{t("state.open")}</span>}
      </button>
      {taken.value && visit.encounter_id === null && (
        <EmergencyForm visit={visit} onCancel={() => (taken.value = false)} />
      )}
    </li>
  );
}

function Who({ patient, about }: { patient: PatientView; about: string | null }): JSX.Element {
  return (
    <span class="who-row">
      <strong>{patient.name}</strong>
      <span class="muted">
        {patient.birth_date !== null && born(patient.birth_date)}
        {about !== null && ` · ${about}`}
      </span>
    </span>
  );
}

function time(iso: string): string {
  const date = new Date(iso);
  const today = date.toDateString() === new Date().toDateString();
  const clock = date.toLocaleTimeString(language.value, { hour: "numeric", minute: "2-digit" });
  return today
    ? clock
    : `${date.toLocaleDateString(language.value, { day: "numeric", month: "short" })} ${clock}`;
}
