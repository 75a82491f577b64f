import type { CodeView } from "../wire.gen";

/** What was suggested or decided first, then alternatives. */
export function ordered(all: CodeView[]): CodeView[] {
  const main = (code: CodeView) => code.accepted_tier || code.decision !== "suggested";
  return [...all.filter(main), ...all.filter((code) => !main(code))];
}

/** How long a visit has waited: "3 h", "2 d". */
export function waited(seconds: number): string {
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 48 * 3600) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

/** A share as whole percent; nothing decided is no share, and says so. */
export function percent(rate: number | null): string {
  return rate === null ? "–" : `${Math.round(rate * 100)} %`;
}
