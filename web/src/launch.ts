import { effect, type ReadonlySignal } from "@preact/signals";
import { api } from "./api";
import { launchId } from "./launch-id";
import type { ChartCheck, EncounterView, LaunchView } from "./wire.gen";

/** Opened from a chart: go to its visit when it was opened here before. Gives the id of that visit. */
export async function fromChart(): Promise<string | null> {
  if (launchId === null) return null;
  const launch = await api.request<LaunchView>("GET", `/launches/${encodeURIComponent(launchId)}`);
  return launch.encounter_id;
}

/** Ask whether the open chart is still this visit's patient; throws what to tell the person when it is not. */
export async function checkChart(encounter: string, moment: ChartCheck["moment"]): Promise<void> {
  if (launchId === null) return;
  const body: ChartCheck = { encounter_id: encounter, moment };
  await api.request("POST", `/launches/${encodeURIComponent(launchId)}/check`, body);
}

/** Ask again when a recording stops, and report what is wrong. The sound is kept either way. */
export function checkAtStop(
  encounter: ReadonlySignal<EncounterView | null>,
  report: (error: unknown) => void,
): () => void {
  let recorded: string | null = null;
  return effect(() => {
    const now = encounter.value;
    if (now?.state === "recording") recorded = now.id;
    else if (now !== null && now.id === recorded) {
      recorded = null;
      checkChart(now.id, "stop").catch(report);
    }
  });
}
