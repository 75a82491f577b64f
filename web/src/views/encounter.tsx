import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import { useKeptFocus } from "../focus";
import { useKeys } from "../keys";
import { t } from "../messages";
import { recorder } from "../recorder";
import { tab } from "../state";
import { standing, type Visit } from "../visit";
import { Banner } from "./banner";
import { Codes } from "./codes";
import { Findings } from "./findings";
import { NoteColumn } from "./note";
import { RecorderBar } from "./recorder";
import { SigningBar } from "./signing";
import { StatusLines } from "./status";
import { Transcript } from "./transcript";

const TABS = ["transcript", "note", "findings"] as const;

/** One visit: whose it is, the recorder, then transcript, note, and findings with codes. */
export function EncounterPage({ visit }: { visit: Visit }): JSX.Element {
  const { encounter } = visit;
  const pinned = useRef<HTMLDivElement>(null);
  useKeptFocus(pinned);
  const reading = encounter.reading_until !== null;
  return (
    <main class="encounter" data-recorder={recorder.phase.value}>
      <div class="pinned" ref={pinned}>
        <Banner encounter={encounter} />
        {!reading && <RecorderBar encounter={encounter} />}
        {!reading && <SigningBar encounter={encounter} />}
        <StatusLines visit={visit} />
      </div>
      <Tabs visit={visit} />
      <div class="columns" data-tab={tab.value}>
        <section
          class="column transcript"
          aria-label={t("transcript.title")}
          id="panel-transcript"
          tabIndex={-1}
        >
          <Transcript visit={visit} />
        </section>
        <section class="column note" aria-label={t("note.title")} id="panel-note" tabIndex={-1}>
          <NoteColumn visit={visit} />
        </section>
        <section
          class="column findings"
          aria-label={t("visit.findings")}
          id="panel-findings"
          tabIndex={-1}
        >
          <Findings findings={standing(encounter.findings)} />
          <Codes encounter={encounter} />
        </section>
      </div>
    </main>
  );
}

/** On a narrow page one column shows at a time. */
function Tabs({ visit }: { visit: Visit }): JSX.Element {
  const { turns, note, findings, codes } = visit.encounter;
  useKeys(
    TABS.map((each, index) => ({
      id: `tab.${each}`,
      key: `alt+${index + 1}`,
      label: () => t(`tab.${each}`),
      group: () => t("visit.parts"),
      run: () => {
        tab.value = each;
        document.getElementById(`panel-${each}`)?.focus();
      },
    })),
  );
  const counts = {
    transcript: turns.length,
    note: note?.sentences.length ?? visit.drafting.length,
    findings: standing(findings).length + codes.filter((code) => code.accepted_tier).length,
  };
  const names = {
    transcript: t("transcript.title"),
    note: t("note.title"),
    findings: t("findings.title"),
  };
  return (
    <nav class="tabs" aria-label={t("visit.parts")}>
      {TABS.map((each) => (
        <button
          key={each}
          aria-current={tab.value === each ? "true" : undefined}
          aria-controls={`panel-${each}`}
          onClick={() => (tab.value = each)}
        >
          {names[each]} <span class="count">{counts[each]}</span>
        </button>
      ))}
    </nav>
  );
}
