import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { hearOnClick } from "../preferences";
import { canEdit } from "../state";
import { toCheck, type Visit } from "../visit";
import { DIVISION, SECTION, count } from "../words";
import {
  SECTION_OF,
  type Division,
  type NoteView,
  type Section,
  type SentenceView,
} from "../wire.gen";
import { edit } from "../editing";
import { Icon } from "./icons";
import { SentenceForm, SentenceRow } from "./sentence";

const SECTIONS = Object.keys(SECTION) as Section[];
const DIVISIONS = Object.keys(SECTION_OF) as Division[];

/** The note by sections, draft or signed; while the visit goes on, the sentences drafted so far. */
export function NoteColumn({ visit }: { visit: Visit }): JSX.Element {
  const { note, state } = visit.encounter;
  const sentences = note?.sentences ?? visit.drafting;
  const signed = note?.signed === true;
  return (
    <>
      <header class="column-head">
        <h2>Note</h2>
        {note && <Standing note={note} />}
        <span class="spacer" />
        <label class="toggle">
          <input
            type="checkbox"
            checked={hearOnClick.value === "on"}
            onChange={(event) => (hearOnClick.value = event.currentTarget.checked ? "on" : "off")}
          />
          Hear on click
        </label>
      </header>
      <div class={`column-body paper ${signed ? "signed" : "draft"}`}>
        {sentences.length === 0 && !note ? (
          <p class="empty">
            {state === "no_speech"
              ? "No speech was detected, so there is no note."
              : state === "finishing"
                ? "The draft is being written."
                : "The draft grows here while you talk. Each sentence shows where it was said."}
          </p>
        ) : (
          SECTIONS.map((section) => (
            <SectionPart
              key={section}
              section={section}
              sentences={sentences.filter((sentence) => sentence.section === section)}
              note={note}
            />
          ))
        )}
      </div>
    </>
  );
}

/** Draft or signed, and what a draft still needs. */
function Standing({ note }: { note: NoteView }): JSX.Element {
  if (note.signed) {
    return (
      <span class="seal">
        <Icon name="lock" size={14} /> Signed, version {note.version}
      </span>
    );
  }
  const open = toCheck(note.sentences).length;
  return (
    <span class="draft-mark">
      <Icon name="pen" size={14} /> Draft
      <span class="muted">
        {open === 0 ? "all checked" : `${count(open, "sentence")} to check`}
      </span>
    </span>
  );
}

function SectionPart(props: {
  section: Section;
  sentences: SentenceView[];
  note: NoteView | null;
}): JSX.Element {
  const { section, sentences, note } = props;
  const divisions = DIVISIONS.filter((division) => SECTION_OF[division] === section);
  const shown = divisions.filter(
    (division) =>
      note?.not_discussed.includes(division) === true ||
      sentences.some((sentence) => sentence.division === division),
  );
  return (
    <section class="note-section" aria-labelledby={`section-${section}`}>
      <h3 id={`section-${section}`}>{SECTION[section]}</h3>
      {shown.map((division) => (
        <div key={division} class="division">
          {DIVISION[division] !== SECTION[section] && <h4>{DIVISION[division]}</h4>}
          <ul>
            {sentences
              .filter((sentence) => sentence.division === division)
              .map((sentence) => (
                <SentenceRow key={sentence.id} sentence={sentence} final={note !== null} />
              ))}
          </ul>
          {!sentences.some((sentence) => sentence.division === division) && (
            <p class="not-discussed">
              <Icon name="dashed" size={14} /> Not discussed
            </p>
          )}
        </div>
      ))}
      {note && shown.length === 0 && (
        <p class="not-discussed">
          <Icon name="dashed" size={14} /> Nothing was drafted here
        </p>
      )}
      {note && canEdit.value && <AddSentence section={section} divisions={divisions} />}
    </section>
  );
}

function AddSentence(props: { section: Section; divisions: Division[] }): JSX.Element {
  const { section, divisions } = props;
  const adding = useSignal(false);
  const division = useSignal<Division>(divisions[0] ?? "history");
  if (!adding.value) {
    return (
      <button class="quiet add" onClick={() => (adding.value = true)}>
        <Icon name="plus" size={14} /> Add to {SECTION[section].toLowerCase()}
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
          Under
          <select
            value={division.value}
            onChange={(event) => (division.value = event.currentTarget.value as Division)}
          >
            {divisions.map((each) => (
              <option key={each} value={each}>
                {DIVISION[each]}
              </option>
            ))}
          </select>
        </label>
      )}
      <SentenceForm
        text=""
        label={`New sentence for ${SECTION[section].toLowerCase()}`}
        onSave={save}
        onCancel={() => (adding.value = false)}
      />
    </div>
  );
}
