import { launchId } from "./launch-id";
import { t } from "./messages";
import { SERVER } from "./server";
import type {
  CodeDecision,
  CodeView,
  ConsentForm,
  EncounterSummary,
  EncounterView,
  NoteEdits,
  NoteView,
  OpenEncounter,
  PatientCheck,
  Preview,
  Problem,
  ScheduledVisit,
  SentenceChange,
  SessionView,
  SignIn,
  Signature,
  SubmissionView,
  TicketView,
} from "./wire.gen";

/** A refused or failed request. `code` is stable; `message` is written for people. */
export class ApiError extends Error {
  constructor(
    message: string,
    readonly code: string,
    readonly status: number,
    readonly retryable: boolean,
  ) {
    super(message);
    this.name = "ApiError";
  }
}

function offline(): ApiError {
  return new ApiError(t("server.offline"), "unavailable.server", 0, true);
}

/** The error that a response stands for; servers answer with RFC 9457 problem details. */
export async function errorOf(response: Response): Promise<ApiError> {
  const fallback = t("server.answered", { status: response.status });
  try {
    const problem = (await response.json()) as globalThis.Partial<Problem>;
    return new ApiError(
      problem.detail ?? problem.title ?? fallback,
      problem.code ?? "broken.answer",
      response.status,
      problem.retryable ?? response.status >= 500,
    );
  } catch {
    return new ApiError(fallback, "broken.answer", response.status, response.status >= 500);
  }
}

/** The REST API. Keeps the session's CSRF token and sends it with every change. */
export class Api {
  private csrf = "";
  /** Called when the server says that nobody is signed in any more. */
  onSignedOut: () => void = () => undefined;

  constructor(private readonly base = `${SERVER}/api`) {}

  async signIn(body: SignIn): Promise<SessionView> {
    return this.keep(await this.request<SessionView>("POST", "/session", body, false));
  }

  /** The session of this browser, or null when nobody is signed in. */
  async session(): Promise<SessionView | null> {
    try {
      return this.keep(await this.request<SessionView>("GET", "/session", undefined, false));
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) return null;
      throw error;
    }
  }

  async signOut(): Promise<void> {
    await this.request("DELETE", "/session");
    this.csrf = "";
  }

  schedule = () => this.request<ScheduledVisit[]>("GET", "/schedule");
  encounters = () => this.request<EncounterSummary[]>("GET", "/encounters");
  openEncounter = (body: OpenEncounter) => this.request<EncounterView>("POST", "/encounters", body);
  encounter = (id: string) => this.request<EncounterView>("GET", path(id));
  consent = (id: string, body: ConsentForm) =>
    this.request<EncounterView>("POST", path(id, "consent"), body);
  ticket = (id: string) => this.request<TicketView>("POST", path(id, "ticket"));
  editNote = (id: string, body: NoteEdits) =>
    this.request<NoteView>("POST", path(id, "note/edits"), body);
  decideCode = (id: string, code: string, body: CodeDecision) =>
    this.request<CodeView>("PUT", path(id, `codes/${encodeURIComponent(code)}`), body);
  searchCodes = (query: string) =>
    this.request<CodeView[]>("GET", `/codes?q=${encodeURIComponent(query)}`);
  preview = (id: string) => this.request<Preview>("GET", path(id, "preview"));
  sign = (id: string, body: Signature) =>
    this.request<EncounterView>("POST", path(id, "sign"), body);
  changes = (id: string) => this.request<SentenceChange[]>("GET", path(id, "note/changes"));
  release = (id: string) => this.request<SubmissionView>("POST", path(id, "submit/release"));
  checkPatient = (id: string) => this.request<PatientCheck>("POST", path(id, "patient-check"));
  submit = (id: string) => this.request<SubmissionView>("POST", path(id, "submit"));

  /** Where the sound of samples `start` to `end` can be played from. */
  clip(id: string, start: number, end: number): string {
    return `${this.base}${path(id, "audio")}?start=${start}&end=${end}`;
  }

  /** Where the signed note can be downloaded from. */
  exportOf(id: string, format: "text" | "bundle"): string {
    return `${this.base}${path(id, "export")}?format=${format}`;
  }

  /** Send a recorded file, or a transcript; `progress` is called with 0 to 1. (`fetch` cannot report upload progress.) */
  upload(
    id: string,
    file: Blob,
    progress: (done: number) => void,
    as: "upload" | "transcript" = "upload",
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open("POST", `${this.base}${path(id, as)}`);
      request.withCredentials = true;
      request.setRequestHeader("X-CSRF-Token", this.csrf);
      if (launchId !== null) request.setRequestHeader("X-Launch", launchId);
      request.setRequestHeader("Content-Type", file.type || "audio/wav");
      request.upload.onprogress = (event) => progress(event.loaded / Math.max(1, event.total));
      request.onerror = () => reject(offline());
      request.onload = () => {
        if (request.status < 300) return resolve();
        const response = new Response(request.responseText, { status: request.status });
        void errorOf(response).then(reject);
      };
      request.send(file);
    });
  }

  private keep(session: SessionView): SessionView {
    this.csrf = session.csrf;
    return session;
  }

  /** Any request of the REST API; `where` begins after `/api`. Throws an {@link ApiError}. */
  async request<T>(method: string, where: string, body?: object, needsSession = true): Promise<T> {
    const headers: Record<string, string> = { Accept: "application/json" };
    if (method !== "GET") headers["X-CSRF-Token"] = this.csrf;
    if (body) headers["Content-Type"] = "application/json";
    if (launchId !== null) headers["X-Launch"] = launchId;
    const request: RequestInit = { method, headers, credentials: "include" };
    if (body) request.body = JSON.stringify(body);
    const asked = this.csrf;
    let response: Response;
    try {
      response = await fetch(this.base + where, request);
    } catch {
      throw offline();
    }
    if (!response.ok) {
      // A late answer to the session before says nothing of the one that began since.
      if (response.status === 401 && needsSession && this.csrf === asked) this.onSignedOut();
      throw await errorOf(response);
    }
    return (response.status === 204 ? undefined : await response.json()) as T;
  }
}

function path(id: string, rest?: string): string {
  const base = `/encounters/${encodeURIComponent(id)}`;
  return rest ? `${base}/${rest}` : base;
}

export const api = new Api();

/** What to tell a person about any error. */
export function explain(error: unknown): string {
  return error instanceof Error ? error.message : t("server.wrong");
}
