import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import { copyText } from "../copy";
import { edit } from "../editing";
import { t } from "../messages";
import { plainText, sectionsOf, type Part } from "../note/sections";
import { useKeys } from "../keys";
import { canWrite } from "../state";
import { toCheck, type Visit } from "../visit";
import type { Division, NoteView, SentenceView } from "../wire.gen";
import { DivisionEditor } from "./division";
import { EvidenceBar } from "./evidence";
import { WritingTools } from "../writing/tools";
import { Icon } from "./icons";
import { SavingMark } from "./saving";
import { SentenceForm, SentenceRow } from "./sentence";

/** The note by sections, draft or signed; while the visit goes on, the sentences drafted so far. */
export function NoteColumn({ visit }: { visit: Visit }): JSX.Element {
  const { note, state } = visit.encounter;
  const sentences = note?.sentences ?? visit.drafting;
  const signed = note?.signed === true;
  const empty =
    state === "no_speech" ? "note.noSpeech" : state === "finishing" ? "note.writing" : "note.empty";
  return (
    <>
      <header class="column-head">
        <h2>{t("note.title")}</h2>
        {note && <Standing note={note} />}
        <SavingMark />
        <span class="spacer" />
        {note && <NoteActions note={note} />}
      </header>
      <WritingTools encounter={visit.encounter} />
      <div class={`column-body paper ${signed ? "signed" : "draft"}`}>
        {sentences.length === 0 && !note ? (
          <p class="empty">{t(empty)}</p>
        ) : (
          sectionsOf(note, sentences).map((part) => (
            <SectionPart key={part.id} part={part} note={note} />
          ))
        )}
      </div>
      <EvidenceBar />
    </>
  );
}

/** Draft or signed, and what a draft still needs. */
function Standing({ note }: { note: NoteView }): JSX.Element {
  if (note.signed) {
    return (
      <span class="seal">
        <Icon name="lock" size={14} /> {t("note.signed", { version: note.version })}
      </span>
    );
  }
  const open = toCheck(note.sentences).length;
  return (
    <span class="draft-mark">
      <Icon name="pen" size={14} /> {t("note.draft")}
      <span class="muted">
        {open === 0 ? t("note.allChecked") : t("note.toCheck", { n: open })}
      </span>
    </span>
  );
}

/** Copy and print, for records that take no FHIR. */
function NoteActions({ note }: { note: NoteView }): JSX.Element {
  useKeys([
    {
      id: "note.print",
      key: "alt+shift+p",
      label: () => t("note.print"),
      group: () => t("note.title"),
      run: () => print(),
    },
  ]);
  return (
    <span class="note-actions">
      <CopyButton
        label={t("note.copy")}
        text={() => plainText(sectionsOf(note, note.sentences), note)}
      />
      <button class="quiet small" onClick={() => print()}>
        <Icon name="print" size={14} /> {t("note.print")}
      </button>
    </span>
  );
}

function CopyButton({ label, text }: { label: string; text: () => string }): JSX.Element {
  const copied = useSignal(false);
  const copy = async () => {
    if (!(await copyText(text()))) return;
    copied.value = true;
    setTimeout(() => (copied.value = false), 2_000);
  };
  return (
    <button class="quiet small copy" aria-label={label} title={label} onClick={() => void copy()}>
      <Icon name={copied.value ? "check" : "copy"} size={14} />
      <span role="status">{copied.value ? t("note.copied") : ""}</span>
    </button>
  );
}

function SectionPart({ part, note }: { part: Part; note: NoteView | null }): JSX.Element {
  // A division whose last sentence was just emptied stays, so that the caret keeps its place.
  const begun = useRef(new Set<Division>());
  for (const { division, sentences } of part.divisions) {
    if (sentences.length > 0) begun.current.add(division);
  }
  const open = (division: Division) => canWrite.value && begun.current.has(division);
  const shown = part.divisions.filter(
    ({ division, sentences }) =>
      sentences.length > 0 || open(division) || note?.not_discussed.includes(division),
  );
  return (
    <section class="note-section" aria-labelledby={`section-${part.id}`}>
      <div class="section-head">
        <h3 id={`section-${part.id}`}>{part.title}</h3>
        {note && (
          <CopyButton
            label={t("note.copySection", { section: part.title })}
            text={() => plainText([part], note)}
          />
        )}
      </div>
      {shown.map(({ division, sentences }) => (
        <div key={division} class="division" id={`division-${division}`}>
          {t(`division.${division}`) !== part.title && <h4>{t(`division.${division}`)}</h4>}
          {sentences.length === 0 && !open(division) ? (
            <NotDiscussed />
          ) : (
            <Sentences division={division} sentences={sentences} note={note} />
          )}
        </div>
      ))}
      {note && shown.length === 0 && (
        <p class="not-discussed">
          <Icon name="dashed" size={14} /> {t("note.nothing")}
        </p>
      )}
      {note && canWrite.value && <AddSentence part={part} />}
    </section>
  );
}

/** Never asked about: not the same as denied, and shown so. */
function NotDiscussed(): JSX.Element {
  return (
    <p class="not-discussed" title={t("note.notDiscussed.says")}>
      <Icon name="dashed" size={14} /> {t("note.notDiscussed")}
    </p>
  );
}

function Sentences(props: {
  division: Division;
  sentences: SentenceView[];
  note: NoteView | null;
}): JSX.Element {
  const { division, sentences, note } = props;
  const rows = (
    <ul>
      {sentences.map((sentence) => (
        <SentenceRow key={sentence.id} sentence={sentence} />
      ))}
    </ul>
  );
  return note && canWrite.value ? (
    <DivisionEditor
      division={division}
      label={t(`division.${division}`)}
      sentences={sentences}
      meanwhile={rows}
    />
  ) : (
    rows
  );
}

function AddSentence({ part }: { part: Part }): JSX.Element {
  const divisions = part.divisions.map(({ division }) => division);
  const adding = useSignal(false);
  const division = useSignal<Division>(divisions[0] ?? "history");
  if (!adding.value) {
    return (
      <button class="quiet add" onClick={() => (adding.value = true)}>
        <Icon name="plus" size={14} /> {t("note.addTo", { section: part.title.toLowerCase() })}
      </button>
    );
  }
  const save = async (text: string) => {
    if (await edit({ op: "insert", division: division.value, text })) adding.value = false;
  };
  return (
    <div class="adding">
      {divisions.length > 1 && (
        <label class="inline">
          {t("note.under")}
          <select
            value={division.value}
            onChange={(event) => (division.value = event.currentTarget.value as Division)}
          >
            {divisions.map((each) => (
              <option key={each} value={each}>
                {t(`division.${each}`)}
              </option>
            ))}
          </select>
        </label>
      )}
      <SentenceForm
        label={t("note.newSentence", { section: part.title.toLowerCase() })}
        onSave={save}
        onCancel={() => (adding.value = false)}
      />
    </div>
  );
}
