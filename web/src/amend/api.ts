import { api } from "../api";
import type {
  AmendmentForm,
  AmendmentPreview,
  AmendmentView,
  NewAmendment,
  SubmissionView,
} from "../wire.gen";

const at = (id: string, rest = "") => `/encounters/${encodeURIComponent(id)}/amendments${rest}`;

export const amendments = (id: string) => api.request<AmendmentView[]>("GET", at(id));

export const previewAmendment = (id: string, form: AmendmentForm) =>
  api.request<AmendmentPreview>("POST", at(id, "/preview"), form);

export const signAmendment = (id: string, body: NewAmendment) =>
  api.request<AmendmentView>("POST", at(id), body);

/** Say that a person looked in the record system and the amendment is not there. */
export const releaseAmendment = (id: string, number: number) =>
  api.request<SubmissionView>("POST", at(id, `/${number}/submit/release`));

export const submitAmendment = (id: string, number: number) =>
  api.request<SubmissionView>("POST", at(id, `/${number}/submit`));
