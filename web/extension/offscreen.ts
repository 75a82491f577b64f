import { effect } from "@preact/signals";
import { api, explain } from "../src/api";
import { Recorder, SHOWN } from "../src/recording";
import { PORT, type Asked, type Said, type Shown } from "./link";

/** The document nobody sees: the recorder lives here, so that closing the panel ends nothing. */
const recorder = new Recorder();
const panels = new Set<chrome.Port>();

function tell(said: Said): void {
  panels.forEach((panel) => panel.postMessage(said));
}

function shown(): Shown {
  const values = Object.fromEntries(SHOWN.map((name) => [name, recorder[name].value]));
  return { ...values, lastEvent: recorder.lastEvent } as Shown;
}

recorder.onMessage = (encounter, message) => tell({ say: "message", encounter, message });
effect(() => tell({ say: "shown", shown: shown() }));

chrome.runtime.onConnect.addListener((panel) => {
  if (panel.name !== PORT) return;
  panels.add(panel);
  panel.onDisconnect.addListener(() => panels.delete(panel));
  panel.onMessage.addListener((asked: Asked) => void carryOut(panel, asked));
  panel.postMessage({ say: "shown", shown: shown() } satisfies Said);
});

async function carryOut(panel: chrome.Port, { number, call, encounter }: Asked): Promise<void> {
  // Another document signed in: this one has no CSRF token until it asks.
  if (call === "start" || call === "finish") await api.session().catch(() => null);
  const done = await Promise.resolve(recorder[call](encounter)).then(
    (answer) => ({ answer: answer ?? null, problem: null }),
    (error: unknown) => ({ answer: null, problem: explain(error) }),
  );
  tell({ say: "shown", shown: shown() });
  // Closed meanwhile, it needs no answer.
  if (panels.has(panel)) panel.postMessage({ say: "done", number, ...done } satisfies Said);
}
