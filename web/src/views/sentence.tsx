import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { edit } from "../editing";
import { player } from "../player";
import { canEdit, hear, select, selection, visit } from "../state";
import { ORIGIN, SPEAKER, VERDICT, clock } from "../words";
import type { Origin, SentenceView, Verdict } from "../wire.gen";
import { Icon, type IconName } from "./icons";

const ORIGIN_ICON: Record<Origin, IconName> = {
  model: "sparkle",
  rules: "rules",
  clinician: "user",
};
const VERDICT_ICON: Record<Verdict, IconName> = {
  supported: "check",
  needs_review: "question",
  unsupported: "alert",
};

/** One sentence: click it to see and hear where it was said, and to change it. */
export function SentenceRow(props: { sentence: SentenceView; final: boolean }): JSX.Element {
  const { sentence, final } = props;
  const editing = useSignal(false);
  const key = `sentence-${sentence.id}`;
  const open = selection.value?.key === key;
  if (editing.value) {
    const save = async (text: string) => {
      if (await edit({ op: "replace", sentence: sentence.id, text })) editing.value = false;
    };
    return (
      <li class="sentence editing">
        <SentenceForm
          text={sentence.text}
          label="Sentence"
          onSave={save}
          onCancel={() => (editing.value = false)}
        />
      </li>
    );
  }
  return (
    <li class={`sentence ${sentence.verdict}${open ? " open" : ""}`} id={key}>
      <button
        class="sentence-text"
        aria-expanded={open}
        aria-controls={`${key}-evidence`}
        onClick={() => select(key, sentence.evidence)}
      >
        {sentence.text} <Marks sentence={sentence} />
      </button>
      {open && (
        <div class="evidence" id={`${key}-evidence`}>
          <Evidence sentence={sentence} sentenceKey={key} />
          {final && canEdit.value && (
            <Tools sentence={sentence} onEdit={() => (editing.value = true)} />
          )}
        </div>
      )}
    </li>
  );
}

/** Who worded it and whether it agrees with what was said; a warning stands out, the rest stays quiet. */
function Marks({ sentence }: { sentence: SentenceView }): JSX.Element {
  const origin = ORIGIN[sentence.origin];
  const verdict = VERDICT[sentence.verdict];
  return (
    <span class="marks">
      <span class="mark-origin" title={origin.says}>
        <Icon name={ORIGIN_ICON[sentence.origin]} size={12} /> {origin.word}
      </span>
      <span class={`mark-verdict ${sentence.verdict}`} title={verdict.says}>
        <Icon name={VERDICT_ICON[sentence.verdict]} size={12} /> {verdict.word}
      </span>
      {sentence.stale && (
        <span class="mark-stale" title="A word it rests on changed in the final transcript">
          <Icon name="refresh" size={12} /> Words changed
        </span>
      )}
    </span>
  );
}

function Evidence(props: { sentence: SentenceView; sentenceKey: string }): JSX.Element {
  const { sentence, sentenceKey } = props;
  const turns = visit.value?.encounter.turns ?? [];
  const cited = turns.filter((turn) => sentence.evidence.includes(turn.index));
  const playing = player.playing.value === sentenceKey;
  if (cited.length === 0) {
    return <p class="muted">Written by hand: nothing in the visit is cited.</p>;
  }
  return (
    <>
      <ul class="quotes" aria-label="Where it was said">
        {cited.map((turn) => (
          <li key={turn.index}>
            <span class="speaker">
              {SPEAKER[turn.speaker]} {turn.end > turn.start && clock(turn.start)}
            </span>
            <q>{turn.text}</q>
          </li>
        ))}
      </ul>
      {sentence.verdict !== "supported" && sentence.reasons.length > 0 && (
        <p class="reasons">
          <Icon name="question" size={14} /> {sentence.reasons.join("; ")}
        </p>
      )}
      <button
        class="small"
        onClick={() => (playing ? player.stop() : hear(sentenceKey, sentence.evidence))}
      >
        <Icon name={playing ? "stop" : "play"} size={14} /> {playing ? "Stop" : "Play"}
      </button>
    </>
  );
}

function Tools({ sentence, onEdit }: { sentence: SentenceView; onEdit: () => void }): JSX.Element {
  const sure = useSignal(false);
  if (sure.value) {
    return (
      <span class="sure" role="group" aria-label="Delete this sentence?">
        Delete it?
        <button
          class="small danger"
          onClick={() => void edit({ op: "delete", sentence: sentence.id })}
        >
          Delete
        </button>
        <button class="small" onClick={() => (sure.value = false)}>
          Keep
        </button>
      </span>
    );
  }
  return (
    <>
      <button class="small" onClick={onEdit}>
        <Icon name="pen" size={14} /> Edit
      </button>
      <button class="small" onClick={() => (sure.value = true)}>
        <Icon name="trash" size={14} /> Delete
      </button>
    </>
  );
}

/** A text box for one sentence. Ctrl+Enter saves, Escape leaves it as it was. */
export function SentenceForm(props: {
  text: string;
  label: string;
  onSave: (text: string) => Promise<void>;
  onCancel: () => void;
}): JSX.Element {
  const text = useSignal(props.text);
  const busy = useSignal(false);
  const box = useRef<HTMLTextAreaElement>(null);
  useEffect(() => box.current?.focus(), []);
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
        value={text.value}
        onInput={(event) => (text.value = event.currentTarget.value)}
        onKeyDown={pressed}
      />
      <div class="actions">
        <button class="primary small" disabled={!ready} onClick={() => void save()}>
          Save
        </button>
        <button class="small" onClick={props.onCancel}>
          Cancel
        </button>
        <span class="muted small">Ctrl+Enter saves</span>
      </div>
    </div>
  );
}
