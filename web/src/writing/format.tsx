import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { flushNote } from "../note/desk";
import { changing } from "../editing";
import { attempt, look, showAnswer, visit } from "../state";
import type { EncounterView, LayoutChoice, NoteView, TemplateView } from "../wire.gen";
import { t } from "./messages";
import { requests } from "./requests";

export const FORMS = ["bullets", "sentences", "telegraphic"] as const;

/** The format of a draft: the same sentences laid out otherwise, until it is signed. */
export function FormatChoice(props: { encounter: EncounterView; note: NoteView }): JSX.Element {
  const { encounter, note } = props;
  const offered = useSignal<TemplateView[]>([]);
  useEffect(() => {
    void look(requests.templates).then((found) => (offered.value = found ?? []));
  }, [offered]);
  const current = offered.value.find((each) => each.name === encounter.template);
  const form = note.form ?? current?.style.form ?? "bullets";
  const choose = (template: string, wanted: LayoutChoice["form"]) =>
    changing(async () => {
      if (!(await flushNote())) return;
      const { id } = encounter;
      const version = visit.peek()?.encounter.note?.version ?? note.version;
      const choice = { template, version, form: wanted ?? null };
      await attempt(() => showAnswer(id, () => requests.choose(id, choice)));
    });
  return (
    <div class="tool format-choice">
      <label>
        {t("format.choose")}
        <select
          value={encounter.template}
          onChange={(event) => void choose(event.currentTarget.value, null)}
        >
          {offered.value.map((each) => (
            <option key={each.name} value={each.name}>
              {each.title}
            </option>
          ))}
        </select>
      </label>
      <label>
        {t("format.form")}
        <select
          value={form}
          onChange={(event) =>
            void choose(encounter.template, event.currentTarget.value as LayoutChoice["form"])
          }
        >
          {FORMS.map((each) => (
            <option key={each} value={each}>
              {t(`form.${each}`)}
            </option>
          ))}
        </select>
      </label>
      <p class="muted small">{t("format.says")}</p>
      {note.aside.length > 0 && (
        <p class="muted small">{t("format.aside", { n: note.aside.length })}</p>
      )}
    </div>
  );
}
