import { useSignal, type Signal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { api, explain } from "../api";
import { attempt, change, refresh, session, show } from "../state";
import { toCheck } from "../visit";
import { SUBMISSION, born, count } from "../words";
import type { EncounterView, Preview, SubmissionView } from "../wire.gen";
import { Icon, type IconName } from "./icons";

const ATTESTATION =
  "I have reviewed and edited this note and confirm that it is an accurate record of the visit.";

/** What is left to do with the note: review and sign, file, or nothing. */
export function SigningBar({ encounter }: { encounter: EncounterView }): JSX.Element | null {
  const open = useSignal(false);
  const { note, state, codes, submission } = encounter;
  if (!note || state === "recording" || state === "finishing") return null;
  const unchecked = toCheck(note.sentences).length;
  const undecided = codes.filter((each) => each.accepted_tier && each.decision === "suggested");
  const may = session.value?.user.role === "clinician";
  return (
    <section class={`signing-bar ${state}`} aria-label="Signing">
      {state === "drafted" && (
        <>
          <span class="draft-line">
            <strong>Draft.</strong> Not part of the record until you sign.{" "}
            <span class="muted">
              {[
                unchecked > 0 && `${count(unchecked, "sentence")} to check`,
                undecided.length > 0 && `${count(undecided.length, "code")} undecided`,
              ]
                .filter(Boolean)
                .join(" · ")}
            </span>
          </span>
          <button
            class="primary"
            disabled={!may}
            title={may ? undefined : "Only a clinician signs"}
            onClick={() => (open.value = true)}
          >
            <Icon name="pen" /> Review and sign
          </button>
        </>
      )}
      {state === "signed" && (
        <>
          <span class="signed-line">
            <Icon name="lock" /> <strong>Signed.</strong> The text can no longer change.
            {submission && <Standing submission={submission} />}
          </span>
          <button class="primary" disabled={!may} onClick={() => (open.value = true)}>
            <Icon name="send" /> {submission ? "Look at filing" : "File in the record"}
          </button>
        </>
      )}
      {state === "filed" && (
        <>
          <span class="signed-line">
            <Icon name="checkCircle" /> <strong>Signed and filed</strong>
            {submission?.location && (
              <>
                {" as document "}
                <code>{submission.location}</code>
              </>
            )}
          </span>
          <button onClick={() => (open.value = true)}>
            <Icon name="file" /> Show what was filed
          </button>
        </>
      )}
      {open.value && <SigningDialog encounter={encounter} onClose={() => (open.value = false)} />}
    </section>
  );
}

/** Exactly the text that is fixed and sent, who signs it, and where it goes. */
function SigningDialog(props: { encounter: EncounterView; onClose: () => void }): JSX.Element {
  const { encounter, onClose } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  const preview = useSignal<Preview | null>(null);
  const problem = useSignal<string | null>(null);
  useEffect(() => dialog.current?.showModal(), []);
  useEffect(() => {
    api.preview(encounter.id).then(
      (found) => (preview.value = found),
      (error: unknown) => (problem.value = explain(error)),
    );
  }, [encounter.id, encounter.state, preview, problem]);
  return (
    <dialog ref={dialog} class="sheet signing" aria-labelledby="signing-title" onClose={onClose}>
      <header>
        <div>
          <h2 id="signing-title">{TITLE[encounter.state] ?? "Review and sign"}</h2>
          <p class="muted">
            <strong>{encounter.patient.name}</strong>
            {encounter.patient.birth_date !== null && `, ${born(encounter.patient.birth_date)}`}
          </p>
        </div>
        <button class="quiet" aria-label="Close" onClick={() => dialog.current?.close()}>
          <Icon name="cross" />
        </button>
      </header>
      <div class="sheet-body">
        {problem.value !== null && (
          <p class="problem" role="alert">
            <Icon name="alert" /> {problem.value}
          </p>
        )}
        {preview.value === null ? (
          problem.value === null && <p role="status">Preparing the exact text …</p>
        ) : (
          <Exact preview={preview.value} />
        )}
        {encounter.note?.signed === true && (
          <p class="take-away">
            Take it along:{" "}
            <a href={api.exportOf(encounter.id, "text")} download>
              as text
            </a>{" "}
            or{" "}
            <a href={api.exportOf(encounter.id, "bundle")} download>
              as a FHIR document
            </a>
          </p>
        )}
      </div>
      {preview.value !== null && (
        <footer>
          {encounter.state === "drafted" ? (
            <Sign encounter={encounter} preview={preview.value} problem={problem} />
          ) : (
            <File encounter={encounter} problem={problem} />
          )}
        </footer>
      )}
    </dialog>
  );
}

const TITLE: globalThis.Partial<Record<EncounterView["state"], string>> = {
  drafted: "Review and sign",
  signed: "Signed. File it?",
  filed: "Filed",
};

function Exact({ preview }: { preview: Preview }): JSX.Element {
  return (
    <>
      <pre class="exact" tabIndex={0} aria-label="Exactly the text that is filed">
        {preview.text}
      </pre>
      <dl class="exact-facts">
        <dt>Goes to</dt>
        <dd>{preview.destination}</dd>
        <dt>Status there</dt>
        <dd>{preview.doc_status}</dd>
        <dt>Version</dt>
        <dd>{preview.version}</dd>
        <dt>SHA-256</dt>
        <dd>
          <code>{preview.sha256}</code>
        </dd>
      </dl>
    </>
  );
}

interface Step {
  encounter: EncounterView;
  problem: Signal<string | null>;
}

function Sign({ encounter, preview, problem }: Step & { preview: Preview }): JSX.Element {
  const attestation = useSignal(ATTESTATION);
  const busy = useSignal(false);
  const unsupported = encounter.note?.sentences.filter((each) => each.verdict === "unsupported");
  const sign = async () => {
    busy.value = true;
    problem.value = null;
    const { version, sha256 } = preview;
    try {
      const body = { version, sha256, attestation: attestation.value.trim() };
      show(await api.sign(encounter.id, body));
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
          <span>
            {count(unsupported.length, "sentence")} could not be found in what was said. Edit or
            delete before you sign, or sign knowing it.
          </span>
        </p>
      )}
      <label class="attestation">
        Attestation
        <textarea
          rows={2}
          maxLength={500}
          value={attestation.value}
          onInput={(event) => (attestation.value = event.currentTarget.value)}
        />
      </label>
      <div class="actions end">
        <span class="muted">Signing as {session.value?.user.name}. The text is fixed then.</span>
        <button
          class="primary"
          disabled={busy.value || attestation.value.trim() === ""}
          onClick={() => void sign()}
        >
          <Icon name="lock" /> {busy.value ? "Signing …" : "Sign"}
        </button>
      </div>
    </>
  );
}

function File({ encounter, problem }: Step): JSX.Element {
  const busy = useSignal(false);
  const { submission } = encounter;
  const submit = async () => {
    busy.value = true;
    problem.value = null;
    try {
      change({ submission: await api.submit(encounter.id) });
    } catch (error) {
      problem.value = explain(error);
    }
    await attempt(refresh);
    busy.value = false;
  };
  const filed = submission?.state === "filed";
  return (
    <>
      {submission && <Result submission={submission} />}
      {!filed && (
        <div class="actions end">
          <button class="primary" disabled={busy.value} onClick={() => void submit()}>
            <Icon name="send" />{" "}
            {busy.value ? "Filing …" : submission ? "Check and try again" : "File in the record"}
          </button>
        </div>
      )}
    </>
  );
}

const SUBMISSION_ICON: Record<SubmissionView["state"], IconName> = {
  pending: "refresh",
  filed: "checkCircle",
  rejected: "alert",
  unknown: "question",
};

function Standing({ submission }: { submission: SubmissionView }): JSX.Element {
  return (
    <span class={`chip submission-${submission.state}`}>
      <Icon name={SUBMISSION_ICON[submission.state]} size={14} />{" "}
      {SUBMISSION[submission.state].word}
    </span>
  );
}

function Result({ submission }: { submission: SubmissionView }): JSX.Element {
  return (
    <div class={`result-card submission-${submission.state}`} role="status">
      <Icon name={SUBMISSION_ICON[submission.state]} size={20} />
      <div>
        <strong>{SUBMISSION[submission.state].word}</strong>
        <p>{SUBMISSION[submission.state].says}</p>
        {submission.location !== null && (
          <p>
            Document <code>{submission.location}</code>
          </p>
        )}
        {submission.problem !== null && <p class="muted">{submission.problem}</p>}
      </div>
    </div>
  );
}
