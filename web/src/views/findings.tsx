import type { JSX } from "preact";
import { t } from "../messages";
import { select, selection } from "../state";
import { detailOf, scopeOf } from "../words";
import type { FindingKind, FindingView, Polarity } from "../wire.gen";
import { Icon, type IconName } from "./icons";

const POLARITY_ICON: Record<Polarity, IconName> = {
  present: "checkCircle",
  absent: "denied",
  uncertain: "question",
};

const KINDS: FindingKind[] = [
  "symptom",
  "problem",
  "medication",
  "allergy",
  "vital",
  "exam",
  "result",
  "procedure",
  "order",
  "social",
];

/** The facts that were heard, by kind. Present, denied and uncertain differ by icon and word. */
export function Findings({ findings }: { findings: FindingView[] }): JSX.Element {
  const kinds = KINDS.filter((kind) => findings.some((finding) => finding.kind === kind));
  return (
    <>
      <header class="column-head">
        <h2>{t("findings.title")}</h2>
        {findings.length > 0 && <span class="muted">{findings.length}</span>}
      </header>
      <div class="column-body">
        {kinds.length === 0 && <p class="empty">{t("findings.empty")}</p>}
        {kinds.map((kind) => (
          <section key={kind} class="finding-group">
            <h3>{t(`kind.${kind}`)}</h3>
            <ul>
              {findings
                .filter((finding) => finding.kind === kind)
                .map((finding) => (
                  <FindingRow key={finding.id} finding={finding} />
                ))}
            </ul>
          </section>
        ))}
      </div>
    </>
  );
}

function FindingRow({ finding }: { finding: FindingView }): JSX.Element {
  const key = `finding-${finding.id}`;
  const detail = detailOf(finding);
  return (
    <li>
      <button
        class={`finding ${finding.polarity}`}
        aria-pressed={selection.value?.key === key}
        onClick={() => select(key, finding.turns)}
      >
        <span class="polarity">
          <Icon name={POLARITY_ICON[finding.polarity]} size={14} />
          {t(`polarity.${finding.polarity}`)}
        </span>
        <span class="concept">
          {finding.concept}
          {detail !== "" && <span class="muted"> {detail}</span>}
          {scopeOf(finding).map((scope) => (
            <span key={scope} class="scope">
              {scope}
            </span>
          ))}
          {finding.supersedes !== null && <span class="scope">{t("findings.corrected")}</span>}
        </span>
      </button>
    </li>
  );
}
