import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useKeys } from "../keys";
import { t } from "../messages";
import { flushNote } from "../note/desk";
import { failure, session } from "../state";
import { toCheck } from "../visit";
import type { EncounterView, SubmissionView } from "../wire.gen";
import { Icon, type IconName } from "./icons";
import { SigningDialog } from "./signing-dialog";

/** What is left to do with the note: review and sign, file, or nothing. */
export function SigningBar({ encounter }: { encounter: EncounterView }): JSX.Element | null {
  const open = useSignal(false);
  const { note, state } = encounter;
  const may = session.value?.user.role === "clinician";
  const shown = note !== null && state !== "recording" && state !== "finishing";
  const show = async () => {
    if (await flushNote()) open.value = true;
    else failure.value = t("signing.unsaved");
  };
  useKeys([
    {
      id: "sign",
      key: "alt+s",
      label: () => t("signing.review"),
      group: () => t("signing.title"),
      when: () => shown && may && !open.value,
      run: () => void show(),
    },
  ]);
  if (!shown) return null;
  return (
    <section class={`signing-bar ${state}`} aria-label={t("signing.title")}>
      {state === "drafted" && <DraftLine encounter={encounter} />}
      {state === "signed" && <SignedLine encounter={encounter} />}
      {state === "filed" && <FiledLine encounter={encounter} />}
      <button
        class={state === "filed" ? "" : "primary"}
        disabled={!may && state !== "filed"}
        title={may ? undefined : t("signing.onlyClinician")}
        onClick={() => void show()}
      >
        <Icon name={BUTTON_ICON[state] ?? "pen"} /> {buttonWord(encounter)}
      </button>
      {open.value && <SigningDialog encounter={encounter} onClose={() => (open.value = false)} />}
    </section>
  );
}

const BUTTON_ICON: globalThis.Partial<Record<EncounterView["state"], IconName>> = {
  drafted: "pen",
  signed: "send",
  filed: "file",
};

function buttonWord({ state, submission }: EncounterView): string {
  if (state === "drafted") return t("signing.review");
  if (state === "filed") return t("signing.show");
  return submission ? t("signing.look") : t("signing.file");
}

function DraftLine({ encounter }: { encounter: EncounterView }): JSX.Element {
  const unchecked = toCheck(encounter.note?.sentences ?? []).length;
  const undecided = encounter.codes.filter(
    (each) => each.accepted_tier && each.decision === "suggested",
  );
  const left = [
    unchecked > 0 && t("note.toCheck", { n: unchecked }),
    undecided.length > 0 && t("signing.undecided", { n: undecided.length }),
  ];
  return (
    <span class="draft-line">
      <strong>{t("signing.draft")}</strong> {t("signing.draft.says")}{" "}
      <span class="muted">{left.filter(Boolean).join(" · ")}</span>
    </span>
  );
}

function SignedLine({ encounter }: { encounter: EncounterView }): JSX.Element {
  return (
    <span class="signed-line">
      <Icon name="lock" /> <strong>{t("signing.signed")}</strong> {t("signing.signed.says")}
      {encounter.submission && <Standing submission={encounter.submission} />}
    </span>
  );
}

function FiledLine({ encounter }: { encounter: EncounterView }): JSX.Element {
  const location = encounter.submission?.location;
  return (
    <span class="signed-line">
      <Icon name="checkCircle" /> <strong>{t("signing.filed")}</strong>
      {location && (
        <>
          {" "}
          {t("signing.asDocument")} <code>{location}</code>
        </>
      )}
    </span>
  );
}

export const SUBMISSION_ICON: Record<SubmissionView["state"], IconName> = {
  pending: "refresh",
  filed: "checkCircle",
  rejected: "alert",
  unknown: "question",
};

function Standing({ submission }: { submission: SubmissionView }): JSX.Element {
  return (
    <span class={`chip submission-${submission.state}`}>
      <Icon name={SUBMISSION_ICON[submission.state]} size={14} />{" "}
      {t(`submission.${submission.state}`)}
    </span>
  );
}
