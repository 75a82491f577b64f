import { api } from "../api";
import type {
  AgreementView,
  AuditedCodes,
  CodeChange,
  CodeView,
  CodingView,
  EnteredCodes,
  NewPriority,
  QueueItem,
  ReviewStep,
  ReviewView,
} from "../wire.gen";

/** The parts of the REST API that only coding uses. */
export const requests = {
  queue: () => api.request<QueueItem[]>("GET", "/coding/queue"),
  agreement: () => api.request<AgreementView>("GET", "/coding/agreement"),
  coding: (id: string) => api.request<CodingView>("GET", at(id, "coding")),
  step: (id: string, action: ReviewView["actions"][number], body: ReviewStep) =>
    api.request<CodingView>("POST", at(id, `coding/${action}`), body),
  prioritise: (id: string, body: NewPriority) =>
    api.request<CodingView>("PUT", at(id, "coding/priority"), body),
  change: (id: string, code: string, body: CodeChange) =>
    api.request<CodeView[]>("POST", at(id, `codes/${encodeURIComponent(code)}/change`), body),
  dismiss: (id: string, hint: string) =>
    api.request<CodingView>("POST", at(id, `coding/hints/${encodeURIComponent(hint)}/dismiss`)),
  audit: (id: string, body: EnteredCodes) =>
    api.request<AuditedCodes>("POST", at(id, "coding/audit"), body),
};

/** Where the finished codes can be downloaded from. */
export function claimOf(id: string, format: "fhir" | "csv"): string {
  return `/api${at(id, "coding/claim")}?format=${format}`;
}

function at(id: string, rest: string): string {
  return `/encounters/${encodeURIComponent(id)}/${rest}`;
}
