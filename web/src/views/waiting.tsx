import type { JSX } from "preact";

export function Waiting({ what }: { what: string }): JSX.Element {
  return (
    <main class="waiting">
      <p role="status">{what} …</p>
    </main>
  );
}
