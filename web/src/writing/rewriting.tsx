import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { flushNote } from "../note/desk";
import { attempt, change, visit } from "../state";
import type { EncounterView, NoteView, Rewrite, Rewritten } from "../wire.gen";
import { t } from "./messages";
import { requests } from "./requests";

type Wanted = Pick<Rewrite, "how" | "divisions" | "instruction" | "edited_too">;

/** A section again, shorter, longer, or as the clinician says; what they wrote is asked about, never overwritten. */
export function Rewriting(props: { encounter: EncounterView; note: NoteView }): JSX.Element {
  const { encounter, note } = props;
  const section = useSignal("");
  const instruction = useSignal("");
  const busy = useSignal(false);
  const result = useSignal<{ said: Rewritten; wanted: Wanted } | null>(null);
  const rewrite = async (wanted: Wanted) => {
    busy.value = true;
    result.value = null;
    const said = (await flushNote())
      ? await attempt(() =>
          requests.rewrite(encounter.id, {
            version: visit.peek()?.encounter.note?.version ?? note.version,
            ...wanted,
          }),
        )
      : null;
    busy.value = false;
    if (!said) return;
    change(encounter.id, () => ({ note: said.note }));
    result.value = { said, wanted };
  };
  const divisions = note.layout[Number(section.value || "-1")]?.divisions ?? [];
  return (
    <div class="tool rewriting">
      <label>
        {t("rewrite.section")}
        <select value={section.value} onChange={(e) => (section.value = e.currentTarget.value)}>
          <option value="">{t("rewrite.whole")}</option>
          {note.layout.map(({ title }, index) => (
            <option key={title} value={index}>
              {title}
            </option>
          ))}
        </select>
      </label>
      <div class="actions">
        {(["again", "shorter", "longer"] as const).map((how) => (
          <button
            key={how}
            class="small"
            disabled={busy.value}
            onClick={() => void rewrite({ how, divisions })}
          >
            {t(`rewrite.${how}`)}
          </button>
        ))}
      </div>
      <form
        class="one-line"
        onSubmit={(event) => {
          event.preventDefault();
          void rewrite({ how: "instruction", divisions, instruction: instruction.value });
        }}
      >
        <label>
          {t("rewrite.instruction")}
          <input
            value={instruction.value}
            maxLength={300}
            placeholder={t("rewrite.example")}
            onInput={(event) => (instruction.value = event.currentTarget.value)}
          />
        </label>
        <button class="small" disabled={busy.value || instruction.value.trim() === ""}>
          {t("rewrite.do")}
        </button>
      </form>
      <p class="muted small">{t("rewrite.says")}</p>
      <div role="status">{result.value && <Result {...result.value} onMine={rewrite} />}</div>
    </div>
  );
}

function Result(props: {
  said: Rewritten;
  wanted: Wanted;
  onMine: (wanted: Wanted) => Promise<void>;
}): JSX.Element {
  const { said, wanted, onMine } = props;
  const { added, removed, kept_edited: mine } = said;
  return (
    <p>
      {added + removed === 0 ? t("rewrite.nothing") : t("rewrite.done", { added, removed })}{" "}
      {mine > 0 && wanted.edited_too !== true && (
        <>
          {t("rewrite.mine", { n: mine })}{" "}
          <button class="small" onClick={() => void onMine({ ...wanted, edited_too: true })}>
            {t("rewrite.mineToo")}
          </button>
        </>
      )}
    </p>
  );
}
