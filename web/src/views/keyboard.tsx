import { signal, useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { chordOf } from "../keymap";
import { keymap, useKeys, type Action } from "../keys";
import { t } from "../messages";
import { Icon } from "./icons";

/** Whether the keyboard map is shown. */
export const keyboardShown = signal(false);

/** What every key does here, and a way to change it. Opened with "?". */
export function KeyboardMap(): JSX.Element | null {
  useKeys([
    {
      id: "help",
      key: "?",
      label: () => t("keys.help"),
      group: () => t("keys.everywhere"),
      run: () => (keyboardShown.value = true),
    },
  ]);
  return keyboardShown.value ? <MapDialog /> : null;
}

function MapDialog(): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => dialog.current?.showModal(), []);
  const groups = Map.groupBy(keymap.actions, (action) => action.group());
  return (
    <dialog
      ref={dialog}
      class="sheet keyboard"
      aria-labelledby="keyboard-title"
      onClose={() => (keyboardShown.value = false)}
    >
      <header>
        <h2 id="keyboard-title">{t("keys.title")}</h2>
        <button class="quiet" aria-label={t("keys.close")} onClick={() => dialog.current?.close()}>
          <Icon name="cross" />
        </button>
      </header>
      <div class="sheet-body">
        <label class="toggle">
          <input
            type="checkbox"
            checked={keymap.on.value}
            onChange={(event) => keymap.turn(event.currentTarget.checked)}
          />
          {t("keys.on")}
        </label>
        {[...groups].map(([group, actions]) => (
          <section key={group}>
            <h3>{group}</h3>
            <ul>
              {actions.map((action) => (
                <KeyRow key={action.id} action={action} />
              ))}
            </ul>
          </section>
        ))}
        <button class="small" onClick={() => keymap.reset()}>
          {t("keys.reset")}
        </button>
      </div>
    </dialog>
  );
}

function KeyRow({ action }: { action: Action }): JSX.Element {
  const key = keymap.keyOf(action);
  const asking = useSignal(false);
  const taken = useSignal<string | null>(null);
  const pressed = (event: KeyboardEvent) => {
    if (!asking.value || event.key === "Tab") return;
    event.preventDefault();
    event.stopPropagation();
    const wanted = chordOf(event);
    if (wanted === "") return;
    const other = wanted === "escape" ? null : keymap.change(action, wanted);
    taken.value = other && t("keys.taken", { key: wanted, action: other.label() });
    asking.value = false;
  };
  return (
    <li class="key-row">
      <span>{action.label()}</span>
      <button
        class="small"
        aria-label={
          asking.value ? t("keys.press") : t("keys.change", { key, action: action.label() })
        }
        onClick={() => (asking.value = true)}
        onKeyDown={pressed}
        onBlur={() => (asking.value = false)}
      >
        {asking.value ? t("keys.press") : <kbd>{key}</kbd>}
      </button>
      {taken.value !== null && (
        <p class="problem" role="alert">
          {taken.value}
        </p>
      )}
    </li>
  );
}
