import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { api, explain } from "../api";
import { CodingAside } from "../coding/aside";
import { decide } from "../editing";
import { useKeptFocus } from "../focus";
import { t } from "../messages";
import { REJECTIONS, inWords } from "../messages/stored";
import { canEdit, select, selection } from "../state";
import type { CodeView, EncounterView } from "../wire.gen";
import { Icon } from "./icons";

const SEARCH_AFTER_MS = 250;

/** ICD-10-CM suggestions for the assessment: accept, reject with a reason, or add another. */
export function Codes({ encounter }: { encounter: EncounterView }): JSX.Element | null {
  const { codes, note } = encounter;
  if (!note) return null;
  const shown = codes.filter((code) => code.accepted_tier || code.decision !== "suggested");
  const others = codes.filter((code) => !shown.includes(code));
  return (
    <>
      <header class="column-head">
        <h2>{t("codes.title")}</h2>
        <span class="muted">ICD-10-CM</span>
      </header>
      <div class="column-body">
        {shown.length === 0 && <p class="empty">{t("codes.none")}</p>}
        <ul class="codes">
          {shown.map((code) => (
            <CodeCard key={code.code} code={code} />
          ))}
        </ul>
        {others.length > 0 && (
          <details class="alternatives">
            <summary>{t("codes.alternatives", { number: others.length })}</summary>
            <ul class="codes">
              {others.map((code) => (
                <CodeCard key={code.code} code={code} />
              ))}
            </ul>
          </details>
        )}
        {canEdit.value && <CodeSearch known={codes} />}
        {encounter.reading_until === null && <CodingAside encounter={encounter} />}
      </div>
    </>
  );
}

function CodeCard({ code }: { code: CodeView }): JSX.Element {
  const key = `code-${code.code}`;
  const rejecting = useSignal(false);
  const card = useRef<HTMLLIElement>(null);
  useKeptFocus(card, ".actions button");
  const turns = code.evidence.flatMap((evidence) => evidence.turns);
  const reject = async (reason: string) => {
    if (await decide(code.code, { decision: "rejected", reason })) rejecting.value = false;
  };
  return (
    <li ref={card} class={`code ${code.decision}`} aria-label={`${code.code} ${code.display}`}>
      <div class="code-head">
        <code>{code.code}</code>
        <span class="code-name">{code.display}</span>
      </div>
      {code.reason !== "" && <p class="muted">{code.reason}</p>}
      {turns.length > 0 && (
        <button
          class="code-evidence"
          aria-pressed={selection.value?.key === key}
          onClick={() => select(key, turns)}
        >
          <Icon name="file" size={14} />
          <q>{code.evidence.map((evidence) => evidence.text).join(" … ")}</q>
        </button>
      )}
      <div class="actions">
        {code.decision !== "suggested" && <Decided code={code} />}
        {canEdit.value && code.decision !== "accepted" && (
          <button class="small" onClick={() => void decide(code.code, { decision: "accepted" })}>
            <Icon name="check" size={14} /> {t("codes.accept")}
          </button>
        )}
        {canEdit.value && code.decision !== "rejected" && (
          <button
            class="small"
            aria-expanded={rejecting.value}
            onClick={() => (rejecting.value = !rejecting.value)}
          >
            <Icon name="cross" size={14} /> {t("codes.reject")}
          </button>
        )}
      </div>
      {rejecting.value && <RejectForm onReject={reject} />}
    </li>
  );
}

function Decided({ code }: { code: CodeView }): JSX.Element {
  const accepted = code.decision === "accepted";
  return (
    <span class={`decided ${code.decision}`}>
      <Icon name={accepted ? "checkCircle" : "denied"} size={14} />
      {accepted ? t("codes.accepted") : t("codes.rejected")}
      {code.decision_reason !== null && <span class="muted"> {inWords(code.decision_reason)}</span>}
    </span>
  );
}

function RejectForm({ onReject }: { onReject: (reason: string) => Promise<void> }): JSX.Element {
  const other = useSignal("");
  return (
    <form
      class="reject"
      aria-label={t("codes.why")}
      onSubmit={(event) => {
        event.preventDefault();
        if (other.value.trim() !== "") void onReject(other.value.trim());
      }}
    >
      {REJECTIONS.map((reason) => (
        <button key={reason} type="button" class="small" onClick={() => void onReject(reason)}>
          {inWords(reason)}
        </button>
      ))}
      <span class="other">
        <input
          aria-label={t("codes.other")}
          placeholder={t("codes.other")}
          maxLength={500}
          value={other.value}
          onInput={(event) => (other.value = event.currentTarget.value)}
        />
        <button class="small" disabled={other.value.trim() === ""}>
          {t("codes.reject")}
        </button>
      </span>
    </form>
  );
}

function CodeSearch({ known }: { known: CodeView[] }): JSX.Element {
  const query = useSignal("");
  const results = useSignal<CodeView[] | null>(null);
  const problem = useSignal<string | null>(null);
  const wanted = query.value.trim();
  useEffect(() => {
    results.value = null;
    problem.value = null;
    if (wanted.length < 2) return;
    let current = true;
    const timer = setTimeout(() => {
      api.searchCodes(wanted).then(
        (found) => current && (results.value = found),
        (error: unknown) => current && (problem.value = explain(error)),
      );
    }, SEARCH_AFTER_MS);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [wanted, results, problem]);
  const taken = new Set(
    known.filter((code) => code.decision === "accepted").map((code) => code.code),
  );
  const add = async (code: string) => {
    const asked = query.value;
    const added = await decide(code, { decision: "accepted" });
    if (added && query.value === asked) query.value = "";
  };
  return (
    <div class="code-search">
      <label>
        {t("codes.add")}
        <span class="search-box">
          <Icon name="search" />
          <input
            type="search"
            placeholder={t("codes.search")}
            value={query.value}
            onInput={(event) => (query.value = event.currentTarget.value)}
          />
        </span>
      </label>
      <div role="status">
        {problem.value !== null && <p class="problem">{problem.value}</p>}
        {results.value?.length === 0 && <p class="muted">{t("codes.noMatch")}</p>}
      </div>
      <ul class="results" aria-label={t("codes.found")}>
        {results.value?.map((code) => (
          <li key={code.code}>
            <button
              class="result"
              disabled={taken.has(code.code)}
              onClick={() => void add(code.code)}
            >
              <code>{code.code}</code>
              <span>{code.display}</span>
              <Icon name={taken.has(code.code) ? "check" : "plus"} />
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
