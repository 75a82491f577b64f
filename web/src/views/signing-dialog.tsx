import { useSignal, type Signal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { Amendments } from "../amend/amendments";
import { api, explain } from "../api";
import { useKeptFocus } from "../focus";
import { t } from "../messages";
import { change, look, refresh, session, showAnswer } from "../state";
import { born } from "../words";
import type { EncounterView, Preview, SubmissionView } from "../wire.gen";
import { Changes } from "./changes";
import { Icon } from "./icons";
import { Release } from "./release";
import { SUBMISSION_ICON } from "./signing";

const TITLE: globalThis.Partial<
  Record<EncounterView["state"], "signing.review" | "signing.fileIt" | "state.filed">
> = {
  drafted: "signing.review",
  signed: "signing.fileIt",
  filed: "state.filed",
};

/** Exactly the text that is fixed and sent, who signs it, and where it goes. */
export function SigningDialog(props: {
  encounter: EncounterView;
  onClose: () => void;
}): JSX.Element {
  const { encounter, onClose } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  useKeptFocus(dialog, "footer button:not(:disabled)");
  const preview = useSignal<Preview | null>(null);
  const problem = useSignal<string | null>(null);
  const asked = useSignal(0);
  useLayoutEffect(() => dialog.current?.showModal(), []);
  useEffect(() => {
    let stale = false;
    api.preview(encounter.id).then(
      (found) => stale || (preview.value = found),
      (error: unknown) => stale || (problem.value = explain(error)),
    );
    return () => {
      stale = true;
    };
  }, [encounter.id, encounter.state, asked.value, preview, problem]);
  const { note, state } = encounter;
  const changed =
    state === "drafted" && preview.value !== null && (note?.version ?? 0) > preview.value.version;
  return (
    <dialog ref={dialog} class="sheet signing" aria-labelledby="signing-title" onClose={onClose}>
      <header>
        <div>
          <h2 id="signing-title">{t(TITLE[encounter.state] ?? "signing.review")}</h2>
          <p class="whose">
            <Icon name="user" size={14} /> <strong>{encounter.patient.name}</strong>
            {encounter.patient.birth_date !== null && `, ${born(encounter.patient.birth_date)}`}
          </p>
        </div>
        <button class="quiet" aria-label={t("keys.close")} onClick={() => dialog.current?.close()}>
          <Icon name="cross" />
        </button>
      </header>
      <div class="sheet-body">
        {problem.value !== null && (
          <p class="problem" role="alert">
            <Icon name="alert" /> {problem.value}
          </p>
        )}
        {changed && (
          <p class="line warn" role="alert">
            <Icon name="refresh" />
            <span>
              {t("signing.changed")}{" "}
              <button class="small" onClick={() => (asked.value += 1)}>
                {t("signing.showAgain")}
              </button>
            </span>
          </p>
        )}
        {preview.value !== null && <Exact preview={preview.value} />}
        {preview.value === null && problem.value === null && (
          <p role="status">{t("signing.preparing")}</p>
        )}
        {encounter.note && <Changes encounter={encounter} />}
        {encounter.note?.signed === true && <TakeAway id={encounter.id} />}
        {encounter.state === "filed" && <Amendments encounter={encounter} />}
      </div>
      {preview.value !== null && (
        <footer>
          {encounter.state === "drafted" ? (
            <Sign
              encounter={encounter}
              preview={preview.value}
              problem={problem}
              changed={changed}
            />
          ) : (
            <File encounter={encounter} problem={problem} />
          )}
        </footer>
      )}
    </dialog>
  );
}

function Exact({ preview }: { preview: Preview }): JSX.Element {
  const final = preview.doc_status === "final";
  return (
    <>
      <pre class="exact" tabIndex={0} aria-label={t("signing.exact")}>
        {preview.text}
      </pre>
      <dl class="exact-facts">
        <dt>{t("signing.goesTo")}</dt>
        <dd>{preview.destination}</dd>
        <dt>{t("signing.status")}</dt>
        <dd>
          {t(final ? "signing.statusFinal" : "signing.statusPreliminary")}{" "}
          {final
            ? t("signing.final")
            : t("signing.notFinal", { name: session.value?.user.name ?? "" })}
        </dd>
        <dt>{t("signing.version")}</dt>
        <dd>{preview.version}</dd>
        <dt>SHA-256</dt>
        <dd>
          <code>{preview.sha256}</code>
        </dd>
      </dl>
    </>
  );
}

function TakeAway({ id }: { id: string }): JSX.Element {
  return (
    <p class="take-away">
      {t("signing.take")}{" "}
      <a href={api.exportOf(id, "text")} download>
        {t("signing.takeText")}
      </a>{" "}
      {t("signing.or")}{" "}
      <a href={api.exportOf(id, "bundle")} download>
        {t("signing.takeBundle")}
      </a>
    </p>
  );
}

interface Step {
  encounter: EncounterView;
  problem: Signal<string | null>;
}

function Sign(props: Step & { preview: Preview; changed: boolean }): JSX.Element {
  const { encounter, preview, problem, changed } = props;
  const attestation = useSignal(t("signing.attestation.text"));
  const busy = useSignal(false);
  const unsupported = encounter.note?.sentences.filter((each) => each.verdict === "unsupported");
  const sign = async () => {
    busy.value = true;
    problem.value = null;
    const { version, sha256 } = preview;
    try {
      const body = { version, sha256, attestation: attestation.value.trim() };
      await showAnswer(encounter.id, () => api.sign(encounter.id, body));
    } catch (error) {
      problem.value = explain(error);
    } finally {
      busy.value = false;
    }
  };
  return (
    <>
      {unsupported && unsupported.length > 0 && (
        <p class="line bad">
          <Icon name="alert" />
          <span>{t("signing.unsupported", { n: unsupported.length })}</span>
        </p>
      )}
      <label class="attestation">
        {t("signing.attestation")}
        <textarea
          rows={2}
          maxLength={500}
          value={attestation.value}
          onInput={(event) => (attestation.value = event.currentTarget.value)}
        />
      </label>
      <div class="actions end">
        <span class="muted">{t("signing.as", { name: session.value?.user.name ?? "" })}</span>
        <button
          class="primary"
          disabled={busy.value || changed || attestation.value.trim() === ""}
          onClick={() => void sign()}
        >
          <Icon name="lock" /> {busy.value ? t("signing.busy") : t("signing.do")}
        </button>
      </div>
    </>
  );
}

function File({ encounter, problem }: Step): JSX.Element {
  const busy = useSignal(false);
  const { submission } = encounter;
  const run = async (steps: () => Promise<SubmissionView>) => {
    busy.value = true;
    problem.value = null;
    try {
      const submission = await steps();
      change(encounter.id, () => ({ submission }));
    } catch (error) {
      problem.value = explain(error);
    }
    await look(refresh);
    busy.value = false;
  };
  const submit = () => run(() => api.submit(encounter.id));
  const sendAgain = () =>
    run(async () => {
      await api.release(encounter.id);
      return api.submit(encounter.id);
    });
  const word = submission?.state === "unknown" ? "signing.check" : "signing.file";
  return (
    <>
      {submission && <Result submission={submission} />}
      {submission?.state === "unknown" && (
        <Release looked={t("signing.looked")} busy={busy.value} onRelease={sendAgain} />
      )}
      {submission?.state !== "filed" && (
        <div class="actions end">
          <button class="primary" disabled={busy.value} onClick={() => void submit()}>
            <Icon name="send" />{" "}
            {busy.value
              ? t("signing.filing")
              : t(submission?.state === "rejected" ? "signing.again" : word)}
          </button>
        </div>
      )}
    </>
  );
}

function Result({ submission }: { submission: SubmissionView }): JSX.Element {
  return (
    <div class={`result-card submission-${submission.state}`} role="status">
      <Icon name={SUBMISSION_ICON[submission.state]} size={20} />
      <div>
        <strong>{t(`submission.${submission.state}`)}</strong>
        <p>{t(`submission.${submission.state}.says`)}</p>
        {submission.location !== null && (
          <p>
            {t("signing.document")} <code>{submission.location}</code>
          </p>
        )}
        {submission.problem !== null && <p class="muted">{submission.problem}</p>}
      </div>
    </div>
  );
}
