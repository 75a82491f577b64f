import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { api } from "../api";
import { NAMED_OTHERWISE, REJECTIONS, inWords } from "../messages/stored";
import { look } from "../state";
import { Icon } from "../views/icons";
import type { CodeView } from "../wire.gen";
import { asking, change, codes, current, decide, mine, pick, place } from "./desk";
import { t } from "./messages";

const SEARCH_AFTER_MS = 200;

/** The codes of the visit; the chosen one shows its reason and what can be done with it. */
export function CodeList(): JSX.Element {
  return (
    <>
      <ul class="desk-codes" aria-label={t("desk.codes")}>
        {codes.value.map((code, index) => (
          <Code key={code.code} code={code} index={index} />
        ))}
      </ul>
      {asking.value === "add" ? (
        <Search label={t("desk.add")} onPick={(code) => void decide(code, "accepted")} />
      ) : (
        mine.value && (
          <button class="small" onClick={() => (asking.value = "add")}>
            <Icon name="plus" size={14} /> {t("desk.add")}
          </button>
        )
      )}
    </>
  );
}

function Code({ code, index }: { code: CodeView; index: number }): JSX.Element {
  const here = place.value === index;
  const row = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (here) row.current?.scrollIntoView({ block: "nearest" });
  }, [here]);
  return (
    <li class={`desk-code ${code.decision}${here ? " current" : ""}`} ref={row}>
      <button class="desk-code-head" aria-pressed={here} onClick={() => pick(index)}>
        <code>{code.code}</code>
        <span>{code.display}</span>
        <span class="standing">{standing(code)}</span>
      </button>
      {here && <Details code={code} />}
    </li>
  );
}

function standing(code: CodeView): string {
  if (code.decision === "suggested" && !code.accepted_tier) return t("desk.alternative");
  return t(`desk.${code.decision}`);
}

function Details({ code }: { code: CodeView }): JSX.Element {
  const words = code.evidence.map((each) => each.text).join(" … ");
  return (
    <div class="desk-details">
      {words !== "" && <q>{words}</q>}
      {code.reason !== "" && <p class="muted small">{code.reason}</p>}
      {code.decision_reason !== null && <p class="small">{inWords(code.decision_reason)}</p>}
      {mine.value && asking.value === null && (
        <div class="actions">
          {code.decision !== "accepted" && (
            <button class="small" onClick={() => void decide(code, "accepted")}>
              <Icon name="check" size={14} /> {t("desk.accept")}
            </button>
          )}
          <button class="small" onClick={() => (asking.value = "change")}>
            <Icon name="pen" size={14} /> {t("desk.change")}
          </button>
          {code.decision !== "rejected" && (
            <button class="small" onClick={() => (asking.value = "reject")}>
              <Icon name="cross" size={14} /> {t("desk.reject")}
            </button>
          )}
        </div>
      )}
      {asking.value === "reject" && <Reject code={code} />}
      {asking.value === "change" && <Change code={code} />}
    </div>
  );
}

function Reject({ code }: { code: CodeView }): JSX.Element {
  const other = useSignal("");
  const first = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => first.current?.focus(), []);
  const reject = (reason: string) => void decide(code, "rejected", reason);
  return (
    <form
      class="desk-form"
      aria-label={t("desk.why")}
      onSubmit={(event) => {
        event.preventDefault();
        if (other.value.trim() !== "") reject(other.value.trim());
      }}
    >
      {REJECTIONS.map((reason, index) => (
        <button
          key={reason}
          type="button"
          class="small"
          ref={index === 0 ? first : null}
          onClick={() => reject(reason)}
        >
          {inWords(reason)}
        </button>
      ))}
      <input
        aria-label={t("reason.other")}
        placeholder={t("reason.other")}
        maxLength={500}
        value={other.value}
        onInput={(event) => (other.value = event.currentTarget.value)}
      />
      <Cancel />
    </form>
  );
}

function Change({ code }: { code: CodeView }): JSX.Element {
  const reason = useSignal("");
  return (
    <div class="desk-form">
      <label>
        {t("desk.reasonFor")}
        <input
          maxLength={500}
          placeholder={inWords(NAMED_OTHERWISE)}
          value={reason.value}
          onInput={(event) => (reason.value = event.currentTarget.value)}
        />
      </label>
      <Search
        label={t("desk.change")}
        onPick={(to) => void change(code, to, reason.value.trim() || NAMED_OTHERWISE)}
      />
    </div>
  );
}

function Cancel(): JSX.Element {
  return (
    <button type="button" class="quiet small" onClick={() => (asking.value = null)}>
      {t("desk.cancel")}
    </button>
  );
}

/** Look a billable code up by words or by its beginning; arrows move, Enter takes. */
function Search(props: { label: string; onPick: (code: CodeView) => void }): JSX.Element {
  const query = useSignal("");
  const found = useSignal<CodeView[] | null>(null);
  const box = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLUListElement>(null);
  useLayoutEffect(() => box.current?.focus(), []);
  const wanted = query.value.trim();
  useEffect(() => {
    found.value = null;
    if (wanted.length < 2) return;
    let stale = false;
    const timer = setTimeout(() => {
      void look(() => api.searchCodes(wanted)).then((codes) => {
        if (!stale) found.value = codes;
      });
    }, SEARCH_AFTER_MS);
    return () => {
      stale = true;
      clearTimeout(timer);
    };
  }, [wanted, found]);
  const move = (event: KeyboardEvent) => {
    if (event.key === "Escape") asking.value = null;
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    const buttons = [...(list.current?.querySelectorAll("button") ?? [])];
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
    const to = at + (event.key === "ArrowDown" ? 1 : -1);
    if (to < 0) box.current?.focus();
    else buttons[to]?.focus();
  };
  return (
    <form
      class="desk-form"
      onKeyDown={move}
      onSubmit={(event) => {
        event.preventDefault();
        const first = found.value?.[0];
        if (first && first.code !== current.value?.code) props.onPick(first);
      }}
    >
      <label>
        {props.label}
        <input
          type="search"
          ref={box}
          placeholder={t("desk.searchFor")}
          value={query.value}
          onInput={(event) => (query.value = event.currentTarget.value)}
        />
      </label>
      <p role="status" class="muted small">
        {found.value?.length === 0 ? t("desk.noMatch") : ""}
      </p>
      <ul ref={list} class="desk-found">
        {found.value?.map((code) => (
          <li key={code.code}>
            <button type="button" class="result" onClick={() => props.onPick(code)}>
              <code>{code.code}</code>
              <span>{code.display}</span>
            </button>
          </li>
        ))}
      </ul>
      <Cancel />
    </form>
  );
}
