import type { JSX } from "preact";
import { t as common } from "../messages";
import { FORMS } from "./format";
import { DIVISIONS, moved, placeOf, removed, shifted, type Draft } from "./layout";
import { t } from "./messages";

type Change = (draft: Draft) => void;

/** The fields of a note format. */
export function FormatEditor(props: { draft: Draft; onChange: Change }): JSX.Element {
  const { draft, onChange } = props;
  const styled = (style: Partial<Draft["style"]>) =>
    onChange({ ...draft, style: { ...draft.style, ...style } });
  return (
    <>
      <label>
        {t("formats.name")}
        <input
          value={draft.name}
          pattern="[a-z][a-z0-9_]*"
          maxLength={40}
          required
          title={t("formats.nameSays")}
          onInput={(event) => onChange({ ...draft, name: event.currentTarget.value })}
        />
      </label>
      <label>
        {t("formats.heading")}
        <input
          value={draft.title}
          maxLength={60}
          required
          onInput={(event) => onChange({ ...draft, title: event.currentTarget.value })}
        />
      </label>
      <label>
        {t("format.form")}
        <select
          value={draft.style.form}
          onChange={(event) =>
            styled({ form: event.currentTarget.value as Draft["style"]["form"] })
          }
        >
          {FORMS.map((form) => (
            <option key={form} value={form}>
              {t(`form.${form}`)}
            </option>
          ))}
        </select>
      </label>
      <label>
        {t("formats.words")}
        <input
          type="number"
          min={50}
          max={5000}
          value={draft.style.words}
          onInput={(event) => styled({ words: event.currentTarget.valueAsNumber || 50 })}
        />
      </label>
      <label class="check">
        <input
          type="checkbox"
          checked={draft.style.headings}
          onChange={(event) => styled({ headings: event.currentTarget.checked })}
        />
        {t("formats.headings")}
      </label>
      <Sections draft={draft} onChange={onChange} />
      <Places draft={draft} onChange={onChange} />
    </>
  );
}

function Sections({ draft, onChange }: { draft: Draft; onChange: Change }): JSX.Element {
  const titled = (index: number, title: string) =>
    draft.sections.map((section, each) => (each === index ? { ...section, title } : section));
  return (
    <fieldset>
      <legend>{t("formats.sections")}</legend>
      {draft.sections.map((section, index) => (
        <div class="section-row" key={index}>
          <label>
            {t("formats.sectionTitle", { n: index + 1 })}
            <input
              value={section.title}
              maxLength={60}
              required
              onInput={(event) =>
                onChange({ ...draft, sections: titled(index, event.currentTarget.value) })
              }
            />
          </label>
          <button
            type="button"
            class="small"
            aria-label={t("formats.up", { n: index + 1 })}
            disabled={index === 0}
            onClick={() => onChange(shifted(draft, index, -1))}
          >
            ↑
          </button>
          <button
            type="button"
            class="small"
            aria-label={t("formats.down", { n: index + 1 })}
            disabled={index === draft.sections.length - 1}
            onClick={() => onChange(shifted(draft, index, 1))}
          >
            ↓
          </button>
          <button
            type="button"
            class="small"
            aria-label={t("formats.removeSection", { n: index + 1 })}
            disabled={draft.sections.length === 1}
            onClick={() => onChange(removed(draft, index))}
          >
            ×
          </button>
        </div>
      ))}
      <button
        type="button"
        class="small"
        onClick={() =>
          onChange({ ...draft, sections: [...draft.sections, { title: "", divisions: [] }] })
        }
      >
        {t("formats.addSection")}
      </button>
    </fieldset>
  );
}

/** Where each part of a note goes: into a section, or nowhere. */
function Places({ draft, onChange }: { draft: Draft; onChange: Change }): JSX.Element {
  return (
    <fieldset>
      <legend>{t("formats.parts")}</legend>
      {DIVISIONS.map((division) => (
        <label key={division}>
          {common(`division.${division}`)}
          <select
            value={placeOf(draft, division)}
            onChange={(event) =>
              onChange(moved(draft, division, Number(event.currentTarget.value)))
            }
          >
            {draft.sections.map((section, index) => (
              <option key={index} value={index}>
                {section.title}
              </option>
            ))}
            <option value={-1}>{t("formats.leftOut")}</option>
          </select>
        </label>
      ))}
    </fieldset>
  );
}
