import type { JSX } from "preact";

/** Outlines on a 24-unit grid. Icons are decoration: the word beside them carries the meaning. */
export const PATHS = {
  alert:
    "M12 8.5v4.5M12 16.5v.1M10.3 4.2 2.8 17.4A2 2 0 0 0 4.5 20.4h15a2 2 0 0 0 1.7-3L13.7 4.2a2 2 0 0 0-3.4 0Z",
  back: "M15 5l-7 7 7 7",
  check: "M5 12.5l4.5 4.5L19 7.5",
  checkCircle: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM8 12.2l2.8 2.8 5.2-5.6",
  cross: "M6 6l12 12M18 6L6 18",
  denied: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM5.7 5.7l12.6 12.6",
  dashed:
    "M12 3a9 9 0 0 1 3.4.7M18.4 5.6a9 9 0 0 1 2 3.1M21 12.2a9 9 0 0 1-.8 3.6M18 18.7a9 9 0 0 1-3 1.8M11.6 21a9 9 0 0 1-3.5-.9M5.4 18.2a9 9 0 0 1-1.9-3.1M3 11.6a9 9 0 0 1 .8-3.4M6.1 5.2A9 9 0 0 1 9 3.5",
  file: "M14 3H7a2 2 0 0 0-2 2v14a2 2 0 0 0 2 2h10a2 2 0 0 0 2-2V8l-5-5ZM14 3v5h5M9 13h6M9 17h4",
  copy: "M9 8.5h10.5v12H9ZM15 8.5V3.5H4.5v12H9",
  keyboard: "M3 6.5h18v11H3ZM6.5 10h.1M10 10h.1M13.5 10h.1M17 10h.1M8 14h8",
  lock: "M6 11h12v9H6zM8.5 11V7.5a3.5 3.5 0 0 1 7 0V11",
  mic: "M12 14.5a3 3 0 0 0 3-3v-5a3 3 0 0 0-6 0v5a3 3 0 0 0 3 3ZM6 11.5a6 6 0 0 0 12 0M12 17.5V21",
  print: "M7 8.5V3.5h10v5M7 17H4v-8.5h16V17h-3M7 14h10v6.5H7Z",
  pause: "M9 5.5v13M15 5.5v13",
  pen: "M4 20l1-4.5L16.5 4a2.1 2.1 0 0 1 3 0l.5.5a2.1 2.1 0 0 1 0 3L8.5 19 4 20ZM14.5 6l3.5 3.5",
  play: "M8 5.5v13l10.5-6.5z",
  plus: "M12 5v14M5 12h14",
  question:
    "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM9.6 9.4a2.5 2.5 0 1 1 3.6 2.3c-.8.4-1.2 1-1.2 1.8M12 16.7v.1",
  refresh:
    "M20 11a8 8 0 0 0-14.3-4L3.5 9.5M3.5 4.5v5h5M4 13a8 8 0 0 0 14.3 4l2.2-2.5M20.5 19.5v-5h-5",
  rules: "M4 6h9M4 12h16M4 18h12M17 4.5l1.5 1.5L21 3.5",
  search: "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM16 16l4.5 4.5",
  send: "M21 3L10 14M21 3l-7 18-4-7-7-4 18-7Z",
  settings: "M4 7h9M17 7h3M15 9.5v-5M4 17h3M11 17h9M9 19.5v-5M4 12h16",
  speech:
    "M20 12a7.5 7.5 0 0 1-7.5 7.5c-1.3 0-2.6-.3-3.7-.9L4 20l1.4-4.3A7.5 7.5 0 1 1 20 12ZM9 10.5h7M9 13.5h4.5",
  sparkle:
    "M12 3.5l1.9 5.6 5.6 1.9-5.6 1.9L12 18.5l-1.9-5.6L4.5 11l5.6-1.9L12 3.5ZM19 16v4M17 18h4",
  stop: "M6.5 6.5h11v11h-11z",
  trash: "M4 7h16M9.5 7V4h5v3M6.5 7l1 13h9l1-13M10 11v5M14 11v5",
  undo: "M8.5 4.5L4 9l4.5 4.5M4 9h10.5a5.5 5.5 0 0 1 0 11H9",
  upload: "M12 15.5V4M7.5 8L12 3.5 16.5 8M4 15v4a1.5 1.5 0 0 0 1.5 1.5h13A1.5 1.5 0 0 0 20 19v-4",
  user: "M12 11.5a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4.5 20.5a7.5 7.5 0 0 1 15 0",
  volume: "M4 9.5v5h3.5L12 19V5L7.5 9.5H4ZM15.5 9a4 4 0 0 1 0 6M18 6.5a8 8 0 0 1 0 11",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 16 }: { name: IconName; size?: number }): JSX.Element {
  return (
    <svg class="icon" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
