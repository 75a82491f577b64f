import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { canWrite } from "../state";
import type { EncounterView } from "../wire.gen";
import { Ask } from "./ask";
import { Documents } from "./documents";
import { FormatChoice } from "./format";
import { t } from "./messages";
import { Rewriting } from "./rewriting";
import "./writing.css";

type Tool = "format" | "rewrite" | "documents" | "ask";

/** What can be done with a note besides editing it: one row of tools, of which one is open at a time. */
export function WritingTools({ encounter }: { encounter: EncounterView }): JSX.Element | null {
  const open = useSignal<Tool | null>(null);
  const { note, turns } = encounter;
  const tools: Tool[] = [
    ...(note && canWrite.value ? (["format", "rewrite"] as const) : []),
    ...(note ? (["documents"] as const) : []),
    ...(turns.length > 0 ? (["ask"] as const) : []),
  ];
  if (tools.length === 0) return null;
  const shown = open.value !== null && tools.includes(open.value) ? open.value : null;
  return (
    <section class="writing-tools" aria-label={t("tools.title")}>
      <div class="tool-row">
        {tools.map((tool) => (
          <button
            key={tool}
            class="quiet small"
            aria-expanded={shown === tool}
            aria-controls="writing-tool"
            onClick={() => (open.value = shown === tool ? null : tool)}
          >
            {t(`tools.${tool}`)}
          </button>
        ))}
      </div>
      <div id="writing-tool">
        {shown === "format" && note && <FormatChoice encounter={encounter} note={note} />}
        {shown === "rewrite" && note && <Rewriting encounter={encounter} note={note} />}
        {shown === "documents" && note && <Documents encounter={encounter} note={note} />}
        {shown === "ask" && <Ask encounter={encounter} />}
      </div>
    </section>
  );
}
