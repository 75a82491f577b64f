import {
  SECTION_OF,
  type Division,
  type TemplateForm,
  type TemplateStyle,
  type TemplateView,
} from "../wire.gen";

export const DIVISIONS = Object.keys(SECTION_OF) as Division[];

/** A format under the hand of its editor: every field is there. */
export type Draft = Required<TemplateForm> & { style: Required<TemplateStyle> };

const STYLE: Required<TemplateStyle> = {
  form: "bullets",
  headings: true,
  not_discussed: "Not discussed in this visit.",
  words: 420,
};

/** What the editor begins with: a format as it is listed, without what only the server says of it. */
export function draftOf(format: TemplateForm | TemplateView): Draft {
  const { name, title, style, sections, leave_out } = format;
  return { name, title, style: { ...STYLE, ...style }, sections, leave_out: leave_out ?? [] };
}

/** Where a division stands: the index of its section, or -1 when it is left out. */
export function placeOf(draft: Draft, division: Division): number {
  return draft.sections.findIndex((section) => section.divisions.includes(division));
}

/** The format with one division in another section, or left out (-1). It goes where notes usually have it. */
export function moved(draft: Draft, division: Division, to: number): Draft {
  const without = draft.sections.map((section) => ({
    ...section,
    divisions: section.divisions.filter((each) => each !== division),
  }));
  const leave_out = draft.leave_out.filter((each) => each !== division);
  if (to < 0) return { ...draft, sections: without, leave_out: [...leave_out, division] };
  const sections = without.map((section, index) =>
    index === to ? { ...section, divisions: inserted(section.divisions, division) } : section,
  );
  return { ...draft, sections, leave_out };
}

/** The format with a section one place up (-1) or down (1); the same where there is no such place. */
export function shifted(draft: Draft, index: number, by: -1 | 1): Draft {
  const sections = [...draft.sections];
  const [section] = sections.splice(index, 1);
  if (!section || index + by < 0 || index + by > sections.length) return draft;
  sections.splice(index + by, 0, section);
  return { ...draft, sections };
}

/** The format without a section; what stood in it is left out. */
export function removed(draft: Draft, index: number): Draft {
  const orphans = draft.sections[index]?.divisions ?? [];
  return {
    ...draft,
    sections: draft.sections.filter((_, each) => each !== index),
    leave_out: [...draft.leave_out, ...orphans],
  };
}

function inserted(divisions: Division[], division: Division): Division[] {
  const order = DIVISIONS.indexOf(division);
  const after = divisions.findIndex((each) => DIVISIONS.indexOf(each) > order);
  return after < 0
    ? [...divisions, division]
    : [...divisions.slice(0, after), division, ...divisions.slice(after)];
}
