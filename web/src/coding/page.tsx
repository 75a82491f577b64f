import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import "./coding.css";
import { type Action, useKeys } from "../keys";
import { player } from "../player";
import { hrefOf, navigate } from "../router";
import { failure } from "../state";
import { Icon } from "../views/icons";
import { Waiting } from "../views/waiting";
import type { CodingView, EncounterView } from "../wire.gen";
import { CodeList } from "./codes";
import { Evidence, Note, Remarks, listen } from "./columns";
import {
  asking,
  coding,
  current,
  decide,
  encounter,
  mine,
  open,
  pick,
  place,
  prioritise,
  take,
  type ReviewAction,
} from "./desk";
import { Categories, Entered, Level, Problems } from "./level";
import { t } from "./messages";
import { Queue } from "./queue";
import { claimOf } from "./requests";
import { Say } from "./say";

const SPOKEN: ReviewAction[] = ["ask", "return"];
const KEYS: Partial<Record<ReviewAction, string>> = {
  claim: "c",
  release: "b",
  ask: "q",
  finish: "f",
  pass_on: "s",
  confirm: "y",
  return: "n",
};

/** The coders' desk: the queue, or one visit with its note, what was said, and its codes. */
export function Desk({ id }: { id: string | null }): JSX.Element | null {
  useEffect(() => {
    if (id !== null) void open(id);
    return () => player.stop();
  }, [id]);
  if (id === null) return <Queue />;
  if (encounter.value?.id === id && coding.value) {
    return <Visit encounter={encounter.value} coding={coding.value} />;
  }
  return failure.value === null ? <Waiting what={t("queue.title")} /> : null;
}

/** Start a step: those that say something open a box first. */
function begin(action: ReviewAction): void {
  if (action === "ask" || action === "return") asking.value = action;
  else void take(action);
}

function useDeskKeys(view: CodingView): void {
  const group = () => t("desk.group");
  const mayDecide = () => mine.value && asking.value === null && current.value !== null;
  const steps = view.review.actions.flatMap((action): Action[] => {
    const key = KEYS[action];
    if (key === undefined) return [];
    return [
      {
        id: `desk.${action}`,
        key,
        label: () => t(`action.${action}`),
        group,
        run: () => begin(action),
        when: () => asking.value === null,
      },
    ];
  });
  useKeys([
    ...steps,
    {
      id: "desk.next",
      key: "j",
      label: () => t("desk.next"),
      group,
      run: () => pick(place.value + 1),
    },
    {
      id: "desk.previous",
      key: "k",
      label: () => t("desk.previous"),
      group,
      run: () => pick(place.value - 1),
    },
    {
      id: "desk.accept",
      key: "a",
      label: () => t("desk.accept"),
      group,
      when: mayDecide,
      run: () => current.value && void decide(current.value, "accepted"),
    },
    {
      id: "desk.reject",
      key: "r",
      label: () => t("desk.reject"),
      group,
      when: mayDecide,
      run: () => (asking.value = "reject"),
    },
    {
      id: "desk.change",
      key: "e",
      label: () => t("desk.change"),
      group,
      when: mayDecide,
      run: () => (asking.value = "change"),
    },
    {
      id: "desk.add",
      key: "+",
      label: () => t("desk.add"),
      group,
      when: () => mine.value && asking.value === null,
      run: () => (asking.value = "add"),
    },
    { id: "desk.listen", key: "l", label: () => t("desk.listen"), group, run: listen },
    {
      id: "desk.cancel",
      key: "escape",
      label: () => t("desk.cancel"),
      group,
      when: () => asking.value !== null,
      run: () => (asking.value = null),
    },
    {
      id: "desk.queue",
      key: "u",
      label: () => t("desk.back"),
      group,
      when: () => asking.value === null,
      run: () => navigate("coding"),
    },
  ]);
}

function Visit(props: { encounter: EncounterView; coding: CodingView }): JSX.Element {
  const { encounter: visit, coding: view } = props;
  useDeskKeys(view);
  return (
    <main class="desk">
      <header class="desk-head">
        <a href={hrefOf("coding")}>
          <Icon name="back" /> {t("desk.back")}
        </a>
        <h1>{visit.patient.name || visit.ehr_encounter_id}</h1>
        <span class="chip">{t(`state.${view.review.state}`)}</span>
        <Priority view={view} />
        <span class="spacer" />
        <Steps visit={visit} view={view} />
      </header>
      {view.review.locked && view.review.assignee !== null && (
        <p class="desk-note" role="status">
          <Icon name="lock" /> {t("desk.locked", { name: view.review.assignee })}
        </p>
      )}
      {(asking.value === "ask" || asking.value === "return") && <Say action={asking.value} />}
      <div class="desk-columns">
        <section aria-label={t("desk.note")} class="desk-column">
          <h2>{t("desk.note")}</h2>
          <Note visit={visit} />
        </section>
        <section aria-label={t("desk.evidence")} class="desk-column">
          <h2>{t("desk.evidence")}</h2>
          <Evidence visit={visit} />
          <Remarks view={view} />
        </section>
        <section aria-label={t("desk.codes")} class="desk-column">
          <h2>{t("desk.codes")}</h2>
          {!mine.value && view.review.actions.includes("claim") && (
            <p class="muted small">{t("desk.claimFirst")}</p>
          )}
          <CodeList />
          <Problems problems={view.problems} />
          <Level coding={view} />
          <Categories coding={view} />
          <Entered />
          <p class="muted small">{t("desk.release", { release: view.release })}</p>
        </section>
      </div>
    </main>
  );
}

function Steps({ visit, view }: { visit: EncounterView; view: CodingView }): JSX.Element {
  return (
    <div class="actions">
      {view.review.actions.map((action) => (
        <button
          key={action}
          class={action === "claim" || action === "finish" || action === "confirm" ? "primary" : ""}
          aria-expanded={SPOKEN.includes(action) ? asking.value === action : undefined}
          onClick={() => begin(action)}
        >
          {t(`action.${action}`)}
        </button>
      ))}
      {view.review.state === "coded" && (
        <>
          <a class="button" href={claimOf(visit.id, "fhir")} download>
            {t("claim.fhir")}
          </a>
          <a class="button" href={claimOf(visit.id, "csv")} download>
            {t("claim.csv")}
          </a>
        </>
      )}
    </div>
  );
}

function Priority({ view }: { view: CodingView }): JSX.Element {
  const priorities = ["routine", "soon", "urgent"] as const;
  return (
    <select
      class="priority-choice"
      aria-label={t("priority.label")}
      value={view.review.priority}
      onChange={(event) => {
        const chosen = priorities.find((each) => each === event.currentTarget.value);
        if (chosen) void prioritise(chosen);
      }}
    >
      {priorities.map((each) => (
        <option key={each} value={each}>
          {t(`priority.${each}`)}
        </option>
      ))}
    </select>
  );
}
