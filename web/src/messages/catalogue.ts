import { effect, signal } from "@preact/signals";
import { LANGUAGES, fill, type Language, type Values } from "./fill";

const KEY = "sidenote.language";

/** The language of the interface. Notes stay in the language of the visit. */
export const language = signal<Language>(first());

effect(() => {
  localStorage.setItem(KEY, language.value);
  document.documentElement.lang = language.value;
});

/**
 * The messages of one part of the page, as a function of key and values.
 *
 * `es` must have every key of `en`, or the type check fails. A message may hold `{name}` for a value, and
 * two forms "one|other" between which the value `n` chooses. Rendering a message follows the language.
 */
export function catalogue<Messages extends Record<string, string>>(
  en: Messages,
  es: { [Key in keyof Messages]: string },
): (key: keyof Messages, values?: Values) => string {
  const all = { en, es };
  return (key, values = {}) => fill(all[language.value][key], values, language.value);
}

function first(): Language {
  const chosen = localStorage.getItem(KEY);
  if (chosen !== null && chosen in LANGUAGES) return chosen as Language;
  return navigator.language.startsWith("es") ? "es" : "en";
}
