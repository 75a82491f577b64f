import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { asking, take } from "./desk";
import { t } from "./messages";

/** Words to another person: a question to the clinician, or why a review goes back. Ctrl+Enter sends. */
export function Say({ action }: { action: "ask" | "return" }): JSX.Element {
  const text = useSignal("");
  const box = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => box.current?.focus(), []);
  const busy = useSignal(false);
  const ready = text.value.trim() !== "" && !busy.value;
  const send = async () => {
    if (!ready) return;
    busy.value = true;
    await take(action, text.value.trim());
    busy.value = false;
  };
  return (
    <form
      class="desk-form desk-note"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
      onKeyDown={(event) => {
        if (event.key === "Escape") asking.value = null;
        if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void send();
      }}
    >
      <label>
        {t(`action.${action}`)}
        <textarea
          ref={box}
          rows={2}
          maxLength={2000}
          readOnly={busy.value}
          placeholder={t("desk.text")}
          value={text.value}
          onInput={(event) => (text.value = event.currentTarget.value)}
        />
      </label>
      <div class="actions">
        <button class="primary small" disabled={!ready}>
          {t("desk.send")}
        </button>
        <button type="button" class="quiet small" onClick={() => (asking.value = null)}>
          {t("desk.cancel")}
        </button>
      </div>
    </form>
  );
}
