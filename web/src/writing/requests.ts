import { api } from "../api";
import type {
  AnswerView,
  DocumentView,
  EncounterView,
  LayoutChoice,
  Rewrite,
  Rewritten,
  TemplateFile,
  TemplateForm,
  TemplatePreview,
  TemplateView,
} from "../wire.gen";

/** The parts of the REST API that formats, documents, rewriting and questions use. */
export const requests = {
  templates: () => api.request<TemplateView[]>("GET", "/templates"),
  check: (body: TemplateFile) => api.request<TemplateForm>("POST", "/templates/check", body),
  preview: (body: TemplateForm) => api.request<TemplatePreview>("POST", "/templates/preview", body),
  save: (body: TemplateForm) =>
    api.request<TemplateView>("PUT", `/templates/${encodeURIComponent(body.name)}`, body),
  remove: (name: string) => api.request("DELETE", `/templates/${encodeURIComponent(name)}`),
  choose: (id: string, body: LayoutChoice) =>
    api.request<EncounterView>("PUT", at(id, "template"), body),
  rewrite: (id: string, body: Rewrite) =>
    api.request<Rewritten>("POST", at(id, "note/rewrite"), body),
  document: (id: string, kind: DocumentView["kind"]) =>
    api.request<DocumentView>("GET", at(id, `documents/${kind}`)),
  ask: (id: string, text: string) => api.request<AnswerView>("POST", at(id, "ask"), { text }),
};

/** Where a format can be downloaded from as a file. */
export function fileOf(name: string): string {
  return `/api/templates/${encodeURIComponent(name)}/file`;
}

function at(id: string, rest: string): string {
  return `/encounters/${encodeURIComponent(id)}/${rest}`;
}
