import { useLayoutEffect, useRef } from "preact/hooks";

const BUTTON = "button:not(:disabled)";

/**
 * For a part of the page whose buttons change, as a recorder's do: when the button that had the focus is gone, the
 * first one of `among` has it as soon as there is one, so that the keyboard is not thrown back to the top of the page.
 */
export function useKeptFocus(part: { current: HTMLElement | null }, among = BUTTON): void {
  const last = useRef<EventTarget | null>(null);
  useLayoutEffect(() => {
    const remember = ({ target }: FocusEvent) => {
      last.current = part.current?.contains(target as Node) === true ? target : null;
    };
    const forget = () => (last.current = null);
    document.addEventListener("focusin", remember);
    // Who presses elsewhere leaves on purpose.
    document.addEventListener("pointerdown", forget);
    return () => {
      document.removeEventListener("focusin", remember);
      document.removeEventListener("pointerdown", forget);
    };
  }, [part]);
  useLayoutEffect(() => {
    const gone = last.current instanceof Node && !last.current.isConnected;
    if (!gone || document.activeElement !== document.body) return;
    part.current?.querySelector<HTMLElement>(among)?.focus({ preventScroll: true });
  });
}
