import type { JSX } from "preact";
import { t } from "../messages";
import { failure, visit } from "../state";
import { EncounterPage } from "./encounter";
import { Schedule } from "./schedule";
import { Waiting } from "./waiting";

/** The list of visits, or the one that the address names. */
export function Visits({ id }: { id: string | null }): JSX.Element | null {
  if (id === null) return <Schedule />;
  if (visit.value) return <EncounterPage visit={visit.value} />;
  return failure.value === null ? <Waiting what={t("visits.opening")} /> : null;
}
