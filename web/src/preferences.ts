import { effect, signal, type Signal } from "@preact/signals";

/** A choice that this browser keeps. It never holds anything about a patient. */
export function remembered<Choice extends string>(
  key: string,
  initial: NoInfer<Choice>,
  choices: readonly Choice[],
): Signal<Choice> {
  const kept = localStorage.getItem(key) as Choice | null;
  const choice = signal(kept !== null && choices.includes(kept) ? kept : initial);
  effect(() => localStorage.setItem(key, choice.value));
  return choice;
}

export const THEMES = ["auto", "light", "dark", "contrast"] as const;
export const MOTIONS = ["auto", "reduced"] as const;
const SWITCH = ["on", "off"] as const;

export const theme = remembered("sidenote.theme", "auto", THEMES);
export const motion = remembered("sidenote.motion", "auto", MOTIONS);
/** Whether a click on a sentence plays where it was said. */
export const hearOnClick = remembered("sidenote.hear", "off", SWITCH);
/** Whether starting, stopping and a lost line are heard as well as seen. */
export const sounds = remembered("sidenote.sounds", "off", SWITCH);

effect(() => {
  document.documentElement.dataset["theme"] = theme.value;
  document.documentElement.dataset["motion"] = motion.value;
});
