import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useKeys } from "../keys";
import { hrefOf, navigate } from "../router";
import { Waiting } from "../views/waiting";
import type { QueueItem } from "../wire.gen";
import { loadQueue, queue } from "./desk";
import { waited } from "./format";
import { t } from "./messages";

/** Visits to code, most urgent first; arrows or j and k choose, Enter opens. */
export function Queue(): JSX.Element {
  const chosen = useSignal(0);
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => void loadQueue(), []);
  const rows = queue.value;
  const move = (by: number) => {
    chosen.value = Math.max(0, Math.min((rows?.length ?? 1) - 1, chosen.value + by));
    list.current?.querySelectorAll<HTMLAnchorElement>("a")[chosen.value]?.focus();
  };
  const group = () => t("desk.group");
  useKeys([
    { id: "queue.next", key: "j", label: () => t("desk.next"), group, run: () => move(1) },
    { id: "queue.back", key: "k", label: () => t("desk.previous"), group, run: () => move(-1) },
    {
      id: "queue.open",
      key: "o",
      label: () => t("queue.open"),
      group,
      run: () => navigate("coding", rows?.[chosen.value]?.encounter.id ?? null),
    },
  ]);
  if (rows === null) return <Waiting what={t("queue.title")} />;
  return (
    <main class="queue">
      <h1>{t("queue.title")}</h1>
      {rows.length === 0 && <p class="empty">{t("queue.empty")}</p>}
      <ul class="queue-rows" ref={list}>
        {rows.map((row, index) => (
          <Row key={row.encounter.id} row={row} onFocus={() => (chosen.value = index)} />
        ))}
      </ul>
    </main>
  );
}

function Row({ row, onFocus }: { row: QueueItem; onFocus: () => void }): JSX.Element {
  const { encounter, review } = row;
  const signed = encounter.state === "signed" || encounter.state === "filed";
  return (
    <li class={`queue-row ${review.priority}`}>
      <a href={hrefOf("coding", encounter.id)} onFocus={onFocus}>
        <span class="priority">{t(`priority.${review.priority}`)}</span>
        <span class="who-row">
          <strong>{encounter.patient.name || encounter.ehr_encounter_id}</strong>
          <span class="muted">
            {t("queue.undecided", { n: row.undecided })}
            {!signed && ` · ${t("queue.unsigned")}`}
          </span>
        </span>
        <span>
          {t(`state.${review.state}`)}
          {review.assignee !== null && ` ${t("queue.with", { name: review.assignee })}`}
        </span>
        <span class="muted age">{waited(row.waiting_s)}</span>
      </a>
    </li>
  );
}
