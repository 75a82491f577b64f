import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { navigate } from "../router";
import "./administration.css";
import { Audit } from "./audit";
import { Connection } from "./connection";
import { t } from "./messages";
import { Models } from "./models";
import { People } from "./people";
import { Retention } from "./retention";
import { State } from "./state";

const PARTS = {
  people: People,
  state: State,
  models: Models,
  ehr: Connection,
  retention: Retention,
  audit: Audit,
} as const;
type PartName = keyof typeof PARTS;

/** What an administrator looks after: people, the state of the server, models, the record system, retention, the audit. */
export function Administration({ id }: { id: string | null }): JSX.Element {
  const part: PartName = id !== null && id in PARTS ? (id as PartName) : "people";
  const Part = PARTS[part];
  return (
    <main class="page">
      <h1>{t("title")}</h1>
      <nav class="parts" aria-label={t("parts")}>
        {(Object.keys(PARTS) as PartName[]).map((each) => (
          <button
            key={each}
            aria-current={each === part ? "page" : undefined}
            onClick={() => navigate("administration", each)}
          >
            {t(each)}
          </button>
        ))}
      </nav>
      <Part key={part} />
    </main>
  );
}

/** What is shown of an answer that is not there: that it is being read, or why it cannot be. */
export function Pending({ problem }: { problem: string | null }): JSX.Element {
  return problem === null ? (
    <p class="muted" role="status">
      {t("reading")}
    </p>
  ) : (
    <p class="problem" role="alert">
      {problem}
    </p>
  );
}

/** A button that asks a second time before it does what cannot be taken back. */
export function Sure(props: { ask: string; word: string; onSure: () => void }): JSX.Element {
  const asked = useSignal(false);
  if (!asked.value) {
    return (
      <button class="small" onClick={() => (asked.value = true)}>
        {props.word}
      </button>
    );
  }
  return (
    <span class="sure" role="group" aria-label={props.ask}>
      {props.ask}
      <button
        class="small danger"
        onClick={() => {
          asked.value = false;
          props.onSure();
        }}
      >
        {props.word}
      </button>
      <button class="small" onClick={() => (asked.value = false)}>
        {t("people.cancel")}
      </button>
    </span>
  );
}
