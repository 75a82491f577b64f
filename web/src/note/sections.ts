import { t } from "../messages";
import { SECTION_OF, type Division, type NoteView, type SentenceView } from "../wire.gen";

/** A section of the note with its divisions in order, as its format lays it out. */
export interface Part {
  id: string;
  title: string;
  divisions: { division: Division; sentences: SentenceView[] }[];
}

const DIVISIONS = Object.keys(SECTION_OF) as Division[];

/** The sections of a note, or of what is drafted so far while there is no note. */
export function sectionsOf(note: NoteView | null, sentences: SentenceView[]): Part[] {
  const layout = note && note.layout.length > 0 ? note.layout : soap();
  return [...layout, ...other(layout, sentences)].map(({ title, divisions }, index) => ({
    id: `${index}`,
    title,
    divisions: divisions.map((division) => ({
      division,
      sentences: sentences.filter((sentence) => sentence.division === division),
    })),
  }));
}

/** What a clinician wrote in divisions that the format has no place for: it is shown, and filed, all the same. */
function other(
  layout: { divisions: Division[] }[],
  sentences: SentenceView[],
): { title: string; divisions: Division[] }[] {
  const placed = new Set(layout.flatMap(({ divisions }) => divisions));
  const divisions = DIVISIONS.filter(
    (each) => !placed.has(each) && sentences.some(({ division }) => division === each),
  );
  return divisions.length > 0 ? [{ title: t("note.other"), divisions }] : [];
}

/** The four parts of a SOAP note, for a draft that has no format yet. */
function soap(): { title: string; divisions: Division[] }[] {
  const sections = Map.groupBy(DIVISIONS, (division) => SECTION_OF[division]);
  return [...sections].map(([section, divisions]) => ({
    title: t(`section.${section}`),
    divisions,
  }));
}

/** Sections as plain text, for a record that takes text only. Not the bytes that are filed: those are signed. */
export function plainText(parts: Part[], note: NoteView): string {
  return parts.map((part) => sectionText(part, note.not_discussed)).join("\n\n");
}

function sectionText({ title, divisions }: Part, notDiscussed: Division[]): string {
  const blocks = divisions.flatMap(({ division, sentences }) => {
    const silent = sentences.length === 0;
    if (silent && !notDiscussed.includes(division)) return [];
    const name = t(`division.${division}`);
    const text = silent ? t("note.notDiscussed") : sentences.map((each) => each.text).join("\n");
    return name === title ? text : `${name}:\n${text}`;
  });
  return [title.toUpperCase(), ...blocks].join("\n");
}
