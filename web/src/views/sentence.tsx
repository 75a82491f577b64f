import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { t } from "../messages";
import { marksOf } from "../note/marks";
import { keyOf, select, selection } from "../state";
import type { SentenceView } from "../wire.gen";
import { Icon } from "./icons";

/** One sentence to read: choose it to see and hear where it was said. */
export function SentenceRow({ sentence }: { sentence: SentenceView }): JSX.Element {
  const key = keyOf(sentence);
  const open = selection.value?.key === key;
  return (
    <li class={`sentence ${sentence.verdict}${open ? " current" : ""}`} id={key}>
      <button
        class="sentence-text"
        aria-pressed={open}
        onClick={() => select(key, sentence.evidence)}
      >
        {sentence.text} <Marks sentence={sentence} />
      </button>
    </li>
  );
}

/** Where it comes from and whether it agrees with what was said, by icon and word. */
function Marks({ sentence }: { sentence: SentenceView }): JSX.Element {
  return (
    <span class="marks">
      {marksOf(sentence).map(({ kind, icon, word, says }) => (
        <span key={kind} class={`mark-${kind}`} title={says}>
          <Icon name={icon} size={12} /> {word}
        </span>
      ))}
    </span>
  );
}

/** A text box for one new sentence. Ctrl+Enter saves, Escape leaves it. */
export function SentenceForm(props: {
  label: string;
  onSave: (text: string) => Promise<void>;
  onCancel: () => void;
}): JSX.Element {
  const text = useSignal("");
  const busy = useSignal(false);
  const box = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => box.current?.focus(), []);
  const ready = text.value.trim() !== "" && !busy.value;
  const save = async () => {
    if (!ready) return;
    busy.value = true;
    await props.onSave(text.value.trim());
    busy.value = false;
  };
  const pressed = (event: KeyboardEvent) => {
    if (event.key === "Escape") props.onCancel();
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void save();
  };
  return (
    <div class="sentence-form">
      <textarea
        ref={box}
        aria-label={props.label}
        rows={2}
        maxLength={4000}
        readOnly={busy.value}
        value={text.value}
        onInput={(event) => (text.value = event.currentTarget.value)}
        onKeyDown={pressed}
      />
      <div class="actions">
        <button class="primary small" disabled={!ready} onClick={() => void save()}>
          {t("form.save")}
        </button>
        <button class="small" onClick={props.onCancel}>
          {t("form.cancel")}
        </button>
        <span class="muted small">{t("form.keys")}</span>
      </div>
    </div>
  );
}
