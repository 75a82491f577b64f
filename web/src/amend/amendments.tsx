import { useSignal, type Signal } from "@preact/signals";
import type { JSX } from "preact";
import { useCallback, useEffect, useRef } from "preact/hooks";
import { explain } from "../api";
import { t } from "../messages";
import { session } from "../state";
import { Icon } from "../views/icons";
import { Release } from "../views/release";
import { SUBMISSION_ICON } from "../views/signing";
import { moment } from "../words";
import type {
  AmendmentForm,
  AmendmentKind,
  AmendmentPreview,
  AmendmentView,
  EncounterView,
  SentenceView,
} from "../wire.gen";
import {
  amendments,
  previewAmendment,
  releaseAmendment,
  signAmendment,
  submitAmendment,
} from "./api";
import { NOTHING, formOf, isRetracted, standing, unsettled, type Typed } from "./form";

const KINDS: AmendmentKind[] = ["addendum", "replacement", "retraction"];

/** What happened to a filed note since, and a way to add to it, correct it or withdraw it. */
export function Amendments({ encounter }: { encounter: EncounterView }): JSX.Element {
  const made = useSignal<AmendmentView[]>([]);
  const problem = useSignal<string | null>(null);
  const asked = useRef(0);
  const read = useCallback(async () => {
    const number = ++asked.current;
    try {
      const found = await amendments(encounter.id);
      if (number === asked.current) made.value = found;
    } catch (error) {
      problem.value = explain(error);
    }
  }, [encounter.id, made, problem]);
  useEffect(() => void read(), [read]);
  const file = async (number: number, released = false) => {
    problem.value = null;
    try {
      if (released) await releaseAmendment(encounter.id, number);
      await submitAmendment(encounter.id, number);
    } catch (error) {
      problem.value = explain(error);
    }
    await read();
  };
  const may = session.value?.user.role === "clinician";
  const free = may && unsettled(made.value) === null && !isRetracted(made.value);
  return (
    <details class="amendments" open={made.value.length > 0}>
      <summary>{t("amend.title")}</summary>
      {problem.value !== null && (
        <p class="problem" role="alert">
          <Icon name="alert" /> {problem.value}
        </p>
      )}
      {made.value.map((each) => (
        <Made key={each.number} amendment={each} onFile={may ? file : null} />
      ))}
      {free && <Form encounter={encounter} made={made.value} problem={problem} onSigned={file} />}
    </details>
  );
}

interface MadeProps {
  amendment: AmendmentView;
  onFile: ((number: number, released?: boolean) => Promise<void>) | null;
}

function Made({ amendment, onFile }: MadeProps): JSX.Element {
  const { submission, number } = amendment;
  const busy = useSignal(false);
  const run = async (released: boolean) => {
    busy.value = true;
    await onFile?.(number, released);
    busy.value = false;
  };
  const open = submission === null || ["pending", "unknown"].includes(submission.state);
  return (
    <details class="amendment" open={submission?.state === "unknown"}>
      <summary>
        <strong>{t(`amend.${amendment.kind}`)}</strong>{" "}
        <span class="muted">
          {amendment.by}, {moment(amendment.at)}
        </span>
        {submission && (
          <span class={`chip submission-${submission.state}`}>
            <Icon name={SUBMISSION_ICON[submission.state]} size={14} />{" "}
            {t(`submission.${submission.state}`)}
          </span>
        )}
        {open && onFile && (
          <button disabled={busy.value} onClick={() => void run(false)}>
            <Icon name="send" /> {submission ? t("signing.check") : t("amend.file")}
          </button>
        )}
      </summary>
      <pre class="exact">{amendment.text}</pre>
      {submission?.problem && <p class="muted">{submission.problem}</p>}
      {submission?.state === "unknown" && onFile && (
        <Release looked={t("amend.looked")} busy={busy.value} onRelease={() => run(true)} />
      )}
    </details>
  );
}

interface FormProps {
  encounter: EncounterView;
  made: AmendmentView[];
  problem: Signal<string | null>;
  onSigned: (number: number) => Promise<void>;
}

function Form({ encounter, made, problem, onSigned }: FormProps): JSX.Element {
  const typed = useSignal<Typed>(NOTHING);
  const shown = useSignal<{ form: AmendmentForm; preview: AmendmentPreview } | null>(null);
  const sentences = standing(encounter.note?.sentences ?? [], made);
  const form = formOf(typed.value, sentences);
  const type = (change: Partial<Typed>) => {
    shown.value = null;
    typed.value = { ...typed.value, ...change };
  };
  const busy = useSignal(false);
  const run = async (step: () => Promise<void>) => {
    if (busy.value) return;
    busy.value = true;
    problem.value = null;
    try {
      await step();
    } catch (error) {
      shown.value = null;
      problem.value = explain(error);
    } finally {
      busy.value = false;
    }
  };
  const look = async (wanted: AmendmentForm) => {
    const asked = typed.value;
    const preview = await previewAmendment(encounter.id, wanted);
    // Typed on meanwhile: this text is not what would be signed.
    if (typed.value === asked) shown.value = { form: wanted, preview };
  };
  const sign = async () => {
    if (!shown.value) return;
    const { form: wanted, preview } = shown.value;
    const asked = typed.value;
    const attestation = t("amend.attestation");
    const body = { ...wanted, sha256: preview.sha256, attestation };
    const signed = await signAmendment(encounter.id, body);
    if (typed.value === asked) typed.value = NOTHING;
    shown.value = null;
    await onSigned(signed.number);
  };
  return (
    <div class="amend-form">
      <fieldset>
        <legend>{t("amend.how")}</legend>
        {KINDS.map((kind) => (
          <label key={kind}>
            <input
              type="radio"
              name="amend-kind"
              checked={typed.value.kind === kind}
              onChange={() => type({ kind })}
            />{" "}
            <strong>{t(`amend.${kind}`)}</strong> {t(`amend.${kind}.says`)}
          </label>
        ))}
      </fieldset>
      <Words typed={typed.value} sentences={sentences} onType={type} />
      {shown.value === null ? (
        <button
          disabled={form === null || busy.value}
          onClick={() => form && void run(() => look(form))}
        >
          {t("amend.show")}
        </button>
      ) : (
        <>
          <pre class="exact" tabIndex={0} aria-label={t("signing.exact")}>
            {shown.value.preview.text}
          </pre>
          <p class="muted">
            {shown.value.preview.destination}. {shown.value.preview.effect}
          </p>
          <p>{t("amend.attestation")}</p>
          <button class="primary" disabled={busy.value} onClick={() => void run(sign)}>
            <Icon name="lock" /> {t("amend.sign")}
          </button>
        </>
      )}
    </div>
  );
}

interface WordsProps {
  typed: Typed;
  sentences: SentenceView[];
  onType: (change: Partial<Typed>) => void;
}

/** Where the words of the chosen kind are typed. */
function Words({ typed, sentences, onType }: WordsProps): JSX.Element {
  if (typed.kind === "addendum") {
    return (
      <Area label={t("amend.words")} value={typed.words} onInput={(words) => onType({ words })} />
    );
  }
  const reason = (
    <Area
      label={t("amend.reason")}
      value={typed.reason}
      onInput={(text) => onType({ reason: text })}
    />
  );
  if (typed.kind === "retraction") return reason;
  return (
    <>
      {sentences.map((sentence) => (
        <Area
          key={sentence.id}
          label={t(`division.${sentence.division}`)}
          value={typed.texts[sentence.id] ?? sentence.text}
          onInput={(text) => onType({ texts: { ...typed.texts, [sentence.id]: text } })}
        />
      ))}
      {reason}
    </>
  );
}

function Area(props: {
  label: string;
  value: string;
  onInput: (text: string) => void;
}): JSX.Element {
  return (
    <label class="amend-words">
      {props.label}
      <textarea
        rows={2}
        maxLength={4000}
        value={props.value}
        onInput={(event) => props.onInput(event.currentTarget.value)}
      />
    </label>
  );
}
