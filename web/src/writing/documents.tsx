import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { copyText } from "../copy";
import { look, select, selection } from "../state";
import type { DocumentView, EncounterView, NoteView } from "../wire.gen";
import { t } from "./messages";
import { requests } from "./requests";

const KINDS = ["summary", "letter"] as const;

/** The after-visit summary and the referral letter: read beside their evidence, copied, printed. */
export function Documents(props: { encounter: EncounterView; note: NoteView }): JSX.Element {
  const { encounter, note } = props;
  const kind = useSignal<DocumentView["kind"]>("summary");
  const made = useSignal<DocumentView | null>(null);
  const wanted = kind.value;
  useEffect(() => {
    let current = true;
    void look(() => requests.document(encounter.id, wanted)).then((found) => {
      if (current) made.value = found;
    });
    return () => {
      current = false;
    };
  }, [encounter.id, note.version, note.signed, wanted, made]);
  return (
    <div class="tool documents">
      <div class="tool-row" role="group" aria-label={t("tools.documents")}>
        {KINDS.map((each) => (
          <button
            key={each}
            class="small"
            aria-pressed={wanted === each}
            onClick={() => (kind.value = each)}
          >
            {t(`documents.${each}`)}
          </button>
        ))}
      </div>
      {made.value?.kind === wanted && <Made document={made.value} />}
    </div>
  );
}

function Made({ document }: { document: DocumentView }): JSX.Element {
  return (
    <article class="document printable" aria-label={document.title}>
      <h3>{document.title}</h3>
      {document.to !== null && <p>{t("documents.to", { to: document.to })}</p>}
      {document.parts.length === 0 && <p class="empty">{t("documents.empty")}</p>}
      {document.parts.map((part) => (
        <section key={part.title}>
          <h4>{part.title}</h4>
          <ul>
            {part.lines.map((line) => {
              const key = `document-${line.sentence}`;
              return (
                <li key={line.sentence}>
                  <button
                    class="line"
                    aria-pressed={selection.value?.key === key}
                    disabled={line.evidence.length === 0}
                    onClick={() => select(key, line.evidence)}
                  >
                    {line.text}
                  </button>
                </li>
              );
            })}
          </ul>
        </section>
      ))}
      {!document.signed && <p class="muted small">{t("documents.draft")}</p>}
      {document.left_out > 0 && (
        <p class="muted small">{t("documents.leftOut", { n: document.left_out })}</p>
      )}
      <Along text={document.text} />
    </article>
  );
}

/** Copy or print a text. */
function Along({ text }: { text: string }): JSX.Element {
  const copied = useSignal(false);
  const copy = async () => {
    copied.value = await copyText(text);
  };
  return (
    <div class="actions">
      <button class="small" onClick={() => void copy()}>
        {t("documents.copy")}
      </button>
      <button class="small" onClick={() => printOnly(text)}>
        {t("documents.print")}
      </button>
      <span role="status">{copied.value && t("documents.copied")}</span>
    </div>
  );
}

/** Print a text and nothing else of the page. */
export function printOnly(text: string): void {
  const sheet = document.createElement("pre");
  sheet.className = "print-only";
  sheet.textContent = text;
  document.body.append(sheet);
  document.documentElement.classList.add("printing");
  print();
  document.documentElement.classList.remove("printing");
  sheet.remove();
}
