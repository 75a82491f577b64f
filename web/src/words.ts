import {
  SAMPLE_RATE,
  type Division,
  type EncounterState,
  type FindingKind,
  type FindingView,
  type Origin,
  type Polarity,
  type Section,
  type Speaker,
  type SubmissionState,
  type Verdict,
} from "./wire.gen";

/** The words that people read for the stable codes of the wire. */
export const DIVISION: Record<Division, string> = {
  chief_complaint: "Chief complaint",
  history: "History of present illness",
  review_of_systems: "Review of systems",
  past_history: "Past history",
  medications: "Medications",
  allergies: "Allergies",
  family: "Family history",
  social: "Social history",
  vitals: "Vital signs",
  exam: "Examination",
  results: "Results",
  assessment: "Assessment",
  plan: "Plan",
};

export const SECTION: Record<Section, string> = {
  subjective: "Subjective",
  objective: "Objective",
  assessment: "Assessment",
  plan: "Plan",
};

export const SPEAKER: Record<Speaker, string> = {
  clinician: "Clinician",
  patient: "Patient",
  other: "Other voice",
  unknown: "Unknown voice",
};

export const KIND: Record<FindingKind, string> = {
  symptom: "Symptoms",
  problem: "Problems",
  medication: "Medications",
  allergy: "Allergies",
  vital: "Vital signs",
  exam: "Examination",
  result: "Results",
  procedure: "Procedures",
  order: "Orders",
  social: "Social history",
};

export const POLARITY: Record<Polarity, string> = {
  present: "Present",
  absent: "Denied",
  uncertain: "Uncertain",
};

export const ORIGIN: Record<Origin, { word: string; says: string }> = {
  model: { word: "Model", says: "Worded by the language model from the turns it cites" },
  rules: { word: "Rules", says: "Worded by fixed rules from the findings" },
  clinician: { word: "Clinician", says: "Written by a clinician" },
};

export const VERDICT: Record<Verdict, { word: string; says: string }> = {
  supported: { word: "Supported", says: "Agrees with the turns it cites" },
  needs_review: { word: "Please check", says: "Could not be checked fully against what was said" },
  unsupported: { word: "Unsupported", says: "Not found in what was said" },
};

export const STATE: Record<EncounterState, string> = {
  open: "Not recorded",
  recording: "Recording",
  finishing: "Writing the draft",
  no_speech: "No speech detected",
  drafted: "Draft",
  signed: "Signed",
  filed: "Filed",
};

export const SUBMISSION: Record<SubmissionState, { word: string; says: string }> = {
  pending: { word: "Being filed", says: "The note is on its way to the record system." },
  filed: { word: "Filed", says: "The record system has the note." },
  rejected: { word: "Refused", says: "The record system refused the note. Nothing was filed." },
  unknown: {
    word: "Not certain",
    says:
      "The answer was lost, so the note may or may not be filed. Checking asks the record system first " +
      "and never files twice.",
  },
};

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
  const shown = date.toLocaleDateString("en-GB", {
    day: "numeric",
    month: "short",
    year: "numeric",
  });
  return `${shown} · ${age} y`;
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
  if (subject === "family") scope.push(detail.relation ? `Family: ${detail.relation}` : "Family");
  if (subject === "other") scope.push(detail.relation ?? "Someone else");
  if (timing === "past") scope.push("Past");
  if (timing === "hypothetical") scope.push("If it happens");
  return scope;
}

/** "1 sentence", "2 sentences". */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

function strip(duration: string): string {
  return duration.replace(/^for /, "");
}
