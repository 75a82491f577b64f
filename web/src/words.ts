import { language, t } from "./messages";
import { SAMPLE_RATE, type FindingView } from "./wire.gen";

/** Samples as a clock: "0:07", "12:40", "1:02:03". */
export function clock(samples: number): string {
  const total = Math.floor(samples / SAMPLE_RATE);
  const seconds = String(total % 60).padStart(2, "0");
  const minutes = Math.floor(total / 60) % 60;
  const hours = Math.floor(total / 3600);
  return hours > 0
    ? `${hours}:${String(minutes).padStart(2, "0")}:${seconds}`
    : `${minutes}:${seconds}`;
}

/** A birth date with the age it gives today: "12 Mar 1961 · 65 y". */
export function born(birthDate: string, today = new Date()): string {
  const date = new Date(`${birthDate}T00:00:00`);
  const hadBirthday =
    today.getMonth() > date.getMonth() ||
    (today.getMonth() === date.getMonth() && today.getDate() >= date.getDate());
  const age = today.getFullYear() - date.getFullYear() - (hadBirthday ? 0 : 1);
  const shown = date.toLocaleDateString(language.value === "es" ? "es" : "en-GB", {
    day: "numeric",
    month: "short",
    year: "numeric",
  });
  return t("patient.born", { date: shown, age });
}

/** What was said about a finding beyond its name, in a few words. */
export function detailOf({ detail, kind }: FindingView): string {
  const amount = [detail.value, detail.unit].filter(Boolean).join(" ");
  const rest = [
    detail.action,
    amount,
    detail.route,
    detail.frequency,
    detail.severity,
    detail.quality,
    detail.side,
    detail.site,
    detail.duration && (kind === "symptom" ? `for ${strip(detail.duration)}` : detail.duration),
    detail.onset,
    detail.reaction,
  ];
  return rest.filter(Boolean).join(" · ");
}

/** Whose and when, where it is not the patient's and current. */
export function scopeOf({ subject, timing, detail }: FindingView): string[] {
  const scope: string[] = [];
  const relation = detail.relation ? `: ${detail.relation}` : "";
  if (subject === "family") scope.push(t("scope.family") + relation);
  if (subject === "other") scope.push(detail.relation ?? t("scope.other"));
  if (timing === "past") scope.push(t("scope.past"));
  if (timing === "hypothetical") scope.push(t("scope.hypothetical"));
  return scope;
}

function strip(duration: string): string {
  return duration.replace(/^for /, "");
}

/** A moment as date and time. */
export function moment(at: string): string {
  return new Date(at).toLocaleString(language.value, { dateStyle: "medium", timeStyle: "short" });
}
