import type { JSX } from "preact";

/** Sidenote's mark: a voice that becomes lines of a note. */
export function Mark(): JSX.Element {
  return (
    <svg class="mark" width="26" height="26" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" />
      <path class="voice" d="M8 13v6M12 9.5v13M16 12v8" />
      <path class="lines" d="M20 11.5h5M20 16h5M20 20.5h3" />
    </svg>
  );
}
