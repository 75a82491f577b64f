import { t } from "../messages";
import type { IconName } from "../views/icons";
import type { SentenceView } from "../wire.gen";

/** Where the words of a sentence come from, as far as can be told. */
export type Source = "transcript" | "chart" | "clinician" | "unsupported";

/** Something to say about a sentence, by icon and word; `says` explains it. */
export interface Mark {
  kind: string;
  icon: IconName;
  word: string;
  says: string;
}

const SOURCE_ICON: Record<Source, IconName> = {
  transcript: "speech",
  chart: "file",
  clinician: "user",
  unsupported: "alert",
};

export function sourceOf(sentence: SentenceView): Source {
  if (sentence.evidence.length === 0)
    return sentence.origin === "clinician" ? "clinician" : "chart";
  return sentence.verdict === "unsupported" ? "unsupported" : "transcript";
}

/** The marks of a sentence; of one that the server has not judged yet when there is none. */
export function marksOf(sentence: SentenceView | null): Mark[] {
  if (!sentence) {
    return [
      { kind: "clinician", icon: "pen", word: t("mark.saving"), says: t("mark.saving.says") },
    ];
  }
  const source = sourceOf(sentence);
  const marks: Mark[] = [
    {
      kind: source,
      icon: SOURCE_ICON[source],
      word: t(`source.${source}`),
      says: t(`source.${source}.says`),
    },
  ];
  if (source === "transcript") marks.push(writer(sentence));
  if (sentence.verdict === "needs_review" && source === "transcript") {
    marks.push({
      kind: "check",
      icon: "question",
      word: t("verdict.needs_review"),
      says: t("verdict.needs_review.says"),
    });
  }
  if (sentence.stale) {
    marks.push({
      kind: "stale",
      icon: "refresh",
      word: t("mark.stale"),
      says: t("mark.stale.says"),
    });
  }
  return marks;
}

function writer({ origin }: SentenceView): Mark {
  const icon: Record<SentenceView["origin"], IconName> = {
    model: "sparkle",
    rules: "rules",
    clinician: "user",
  };
  return {
    kind: "writer",
    icon: icon[origin],
    word: t(`origin.${origin}`),
    says: t(`origin.${origin}.says`),
  };
}
