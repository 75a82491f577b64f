import type { Signal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { LANGUAGES, language, t, type Language } from "../messages";
import { MOTIONS, THEMES, hearOnClick, motion, sounds, theme } from "../preferences";
import { Icon } from "./icons";
import { keyboardShown } from "./keyboard";

/** What each person sets for themselves, kept in this browser. */
export function Preferences(): JSX.Element {
  const menu = useRef<HTMLDetailsElement>(null);
  useEffect(() => closeOutside(menu), []);
  const showKeys = () => {
    if (menu.current) menu.current.open = false;
    keyboardShown.value = true;
  };
  return (
    <details class="menu" ref={menu}>
      <summary>
        <Icon name="settings" /> <span class="wide-only">{t("preferences.title")}</span>
      </summary>
      <div class="menu-body">
        <Choice label={t("preferences.theme")} of={theme}>
          {THEMES.map((each) => (
            <option key={each} value={each}>
              {t(`theme.${each}`)}
            </option>
          ))}
        </Choice>
        <Choice label={t("preferences.language")} of={language}>
          {(Object.keys(LANGUAGES) as Language[]).map((each) => (
            <option key={each} value={each} lang={each}>
              {LANGUAGES[each]}
            </option>
          ))}
        </Choice>
        <Choice label={t("preferences.motion")} of={motion}>
          {MOTIONS.map((each) => (
            <option key={each} value={each}>
              {t(`motion.${each}`)}
            </option>
          ))}
        </Choice>
        <Switch label={t("preferences.hear")} of={hearOnClick} />
        <Switch label={t("preferences.sounds")} of={sounds} />
        <button class="quiet" onClick={showKeys}>
          <Icon name="keyboard" /> {t("keys.help")} <kbd>?</kbd>
        </button>
      </div>
    </details>
  );
}

function Choice<T extends string>(props: {
  label: string;
  of: Signal<T>;
  children: JSX.Element[];
}): JSX.Element {
  return (
    <label class="setting">
      {props.label}
      <select
        value={props.of.value}
        onChange={(event) => (props.of.value = event.currentTarget.value as T)}
      >
        {props.children}
      </select>
    </label>
  );
}

function Switch({ label, of }: { label: string; of: Signal<"on" | "off"> }): JSX.Element {
  return (
    <label class="toggle">
      <input
        type="checkbox"
        checked={of.value === "on"}
        onChange={(event) => (of.value = event.currentTarget.checked ? "on" : "off")}
      />
      {label}
    </label>
  );
}

/** An open menu closes when one clicks elsewhere or presses Escape, as menus do. */
function closeOutside(menu: { current: HTMLDetailsElement | null }): () => void {
  const clicked = (event: Event) => {
    if (menu.current && !menu.current.contains(event.target as Node)) menu.current.open = false;
  };
  const pressed = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || !menu.current?.open) return;
    menu.current.open = false;
    menu.current.querySelector("summary")?.focus();
  };
  addEventListener("click", clicked);
  addEventListener("keydown", pressed);
  return () => {
    removeEventListener("click", clicked);
    removeEventListener("keydown", pressed);
  };
}
