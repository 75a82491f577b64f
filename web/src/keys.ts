import { useLayoutEffect, useRef } from "preact/hooks";
import { Keymap, chordOf, type Action } from "./keymap";

export type { Action } from "./keymap";

/** The keymap of this page. */
export const keymap = new Keymap(localStorage);

/** Listen to the keyboard; call once. */
export function listen(): void {
  addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.repeat) return;
    // What lies under an open dialog cannot be seen: no key acts on it. Escape closes the dialog.
    if (document.querySelector("dialog:modal")) return;
    const action = keymap.find(chordOf(event), isTyping(event.target));
    if (!action) return;
    event.preventDefault();
    action.run();
  });
}

/**
 * The actions of a component, while it is shown; they are always those of its last render. They are there before it is
 * painted, so that no key is lost that is pressed at first sight.
 */
export function useKeys(actions: Action[]): void {
  const latest = useRef(actions);
  latest.current = actions;
  useLayoutEffect(() => keymap.register(() => latest.current), []);
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      target.matches("input:not([type=checkbox], [type=radio]), textarea, select"))
  );
}
