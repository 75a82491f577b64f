// Generated from app/wire by `python -m app.schema`; a test fails when it is stale.

export const PROTOCOL = "sidenote.v1";
export const SAMPLE_RATE = 16000;

export type EncounterState =
  | "open"
  | "recording"
  | "finishing"
  | "no_speech"
  | "drafted"
  | "signed"
  | "filed";

export type Role = "clinician" | "coder" | "admin";

export type AmendmentKind = "addendum" | "replacement" | "retraction";

/** An account as an administrator sees it: whether a second factor and an identity elsewhere belong to it. */
export interface AccountView {
  id: string;
  username: string;
  name: string;
  role: Role;
  disabled: boolean;
  second_factor: boolean;
  linked: boolean;
}

/** Audio before `durable_through` is on disk and may be forgotten by the client. */
export interface Ack {
  type: "ack";
  durable_through: number;
}

/** Counts under one heading; `rate` is absent while nothing was decided. */
export interface AgreementRow {
  key: string;
  decided: number;
  accepted: number;
  changed: number;
  rejected: number;
  added: number;
  rate: number | null;
}

/** How often suggestions were kept: in all, per code, per person, per version of what suggests. */
export interface AgreementView {
  total: AgreementRow;
  by_code: AgreementRow[];
  by_coder: AgreementRow[];
  by_model: AgreementRow[];
}

/** Body of `POST /api/encounters/{id}/amendments/preview`: what is to change. */
export interface AmendmentForm {
  kind: AmendmentKind;
  /** What a retraction withdraws: 0 the note as it stands, else an addendum. */
  target?: number;
  text?: string;
  edits?: Edit[];
  reason?: string;
}

/** Exactly the text that signing fixes, its SHA-256, and what happens in the EHR. */
export interface AmendmentPreview {
  text: string;
  sha256: string;
  destination: string;
  effect: string;
}

/** A signed amendment and where its filing stands; `number` counts the amendments of one note from 1. */
export interface AmendmentView {
  number: number;
  kind: AmendmentKind;
  target: number;
  text: string;
  sha256: string;
  by: string;
  at: string;
  submission: SubmissionView | null;
  /** Of a replacement: the note that took the old one's place. */
  sentences: SentenceView[];
}

/** What the visit says about a question: passages, best first. None means that it was not said. */
export interface AnswerView {
  passages: PassageView[];
  missing: string[];
}

/** One link of the audit chain; it holds ids and codes, never what was said. */
export interface AuditEntryView {
  number: number;
  at: string;
  actor: string;
  action: string;
  target: string;
  ids: Record<string, string>;
  head: string;
}

/** Answer of `GET /api/audit`: some entries, and the number and head at the end of the verified chain. */
export interface AuditView {
  number: number;
  head: string;
  entries: AuditEntryView[];
}

/** What is wrong with entered codes, and whether an entered visit level is above or below what is documented. */
export interface AuditedCodes {
  problems: CodeProblemView[];
  level: "over" | "under" | null;
  documented: Complexity | null;
}

/** Body of `POST /api/launches/{id}/check`: whether the open chart is still this encounter's. */
export interface ChartCheck {
  encounter_id: string;
  moment: "start" | "stop";
}

/** What the chart said when the encounter was opened. */
export interface ChartView {
  medications: string[];
  allergies: string[];
  problems: string[];
}

/** One thing that `sidenote doctor` looked at; `advice` says what to do when it is not `ok`. */
export interface CheckView {
  name: string;
  ok: boolean;
  advice: string;
}

/** Body of `POST /api/encounters/{id}/codes/{code}/change`. */
export interface CodeChange {
  to: string;
  reason: string;
}

/** Body of `PUT /api/encounters/{id}/codes/{code}`; `accepted` also adds a code that was not suggested. */
export interface CodeDecision {
  decision: "suggested" | "accepted" | "rejected";
  reason?: string | null;
}

/** Words of the note that a code rests on, and the turns behind them. */
export interface CodeEvidenceView {
  text: string;
  sentence: string | null;
  turns: number[];
}

/** What is wrong with a code on the claim. */
export interface CodeProblemView {
  code: string;
  kind: "unknown" | "incomplete" | "excluded" | "integral" | "order" | "patient" | "negated" | "undocumented";
  why: string;
}

/** A suggested or added ICD-10-CM code and what was decided about it. */
export interface CodeView {
  code: string;
  display: string;
  score: number;
  reason: string;
  evidence: CodeEvidenceView[];
  accepted_tier: boolean;
  decision: "suggested" | "accepted" | "rejected";
  decision_reason: string | null;
}

/** Code suggestions for the note. */
export interface CodesEvent {
  type: "codes";
  event: number;
  codes: CodeView[];
}

/** Everything that the coders' desk shows beside the note and its codes. */
export interface CodingView {
  review: ReviewView;
  remarks: RemarkView[];
  hints: HintView[];
  /** Absent before there is a note. */
  level: LevelView | null;
  /** Of the accepted codes; empty when the claim is clean. */
  problems: CodeProblemView[];
  hccs: HccView[];
  /** Of the official list that codes are suggested and checked from. */
  release: string;
}

/** The four levels of medical decision making, lowest first. */
export type Complexity = "straightforward" | "low" | "moderate" | "high";

/** Answer of `GET /api/ehr`: what is known about the connection to the EHR. */
export interface ConnectionView {
  url: string;
  destination: string;
  doc_status: string;
  reachable: boolean;
  software: string | null;
  fhir_version: string | null;
  /** Whether the server promises to honour If-None-Exist. */
  refuses_duplicates: boolean;
  /** Scopes of the access token, where one can be asked. */
  granted: string | null;
  missing: MissingScope[];
  problems: string[];
}

/** Body of `POST /api/encounters/{id}/consent`. A refusal is remembered and blocks recording. */
export interface ConsentForm {
  given: boolean;
  method?: "verbal" | "written";
}

/** Consent as recorded. */
export interface ConsentView {
  given: boolean;
  method: "verbal" | "written";
  by: string;
  at: string;
}

/** See :class:`visit.findings.Detail`. */
export interface DetailView {
  value: string | null;
  unit: string | null;
  route: string | null;
  frequency: string | null;
  duration: string | null;
  onset: string | null;
  severity: string | null;
  side: string | null;
  site: string | null;
  quality: string | null;
  reaction: string | null;
  action: string | null;
  relation: string | null;
  status: string | null;
  course: string | null;
  aggravating: string | null;
  relieving: string | null;
  source: string | null;
  reason: string | null;
}

/** Where in a note a sentence belongs, finer than a section and independent of the format. */
export type Division =
  | "chief_complaint"
  | "history"
  | "review_of_systems"
  | "past_history"
  | "medications"
  | "allergies"
  | "family"
  | "social"
  | "vitals"
  | "exam"
  | "results"
  | "assessment"
  | "plan";

/** One line of a document; `sentence` is the note's sentence it says again, `evidence` the turns behind it. */
export interface DocumentLine {
  text: string;
  sentence: string;
  evidence: number[];
  origin: Origin;
}

/** A titled run of lines. */
export interface DocumentPart {
  title: string;
  lines: DocumentLine[];
}

/** Something else made of the note's reliable sentences. */
export interface DocumentView {
  kind: "summary" | "letter";
  title: string;
  note_version: number;
  signed: boolean;
  to: string | null;
  parts: DocumentPart[];
  left_out: number;
  text: string;
}

/** A filter kept words out of the live transcript: a place to listen to again. */
export interface DoubtEvent {
  type: "doubt";
  event: number;
  doubt: DoubtView;
}

/** Why a person should listen again. */
export type DoubtKind = "rejected" | "listed" | "sounds_like";

/** A place to listen to again; see :class:`visit.turns.Doubt`. */
export interface DoubtView {
  kind: DoubtKind;
  text: string;
  start: number;
  end: number;
  other: string;
  reason: string;
}

/** Something that the rules would delete now. */
export interface DueView {
  encounter: string;
  kind: "audio" | "transcript" | "encounter";
}

/** One change to the note. `insert` needs `division` or the `sentence` to follow; the others `sentence`. */
export interface Edit {
  op: "replace" | "insert" | "delete" | "restore";
  sentence?: string | null;
  division?: Division | null;
  text?: string | null;
  version?: number | null;
}

/** Body of `POST /api/emergency-access`. The reason is kept, sealed, and reviewed. */
export interface EmergencyForm {
  ehr_encounter_id: string;
  reason: string;
}

/** A row of the encounter list. */
export interface EncounterSummary {
  id: string;
  state: EncounterState;
  patient: PatientView;
  ehr_encounter_id: string;
  created: string;
}

/** Everything about one encounter that the page shows. */
export interface EncounterView {
  id: string;
  state: EncounterState;
  patient: PatientView;
  ehr_encounter_id: string;
  created: string;
  template: string;
  chart: ChartView;
  consent: ConsentView | null;
  /** The patient's answer at an earlier visit, while this one has none and that was no. */
  earlier_refusal: ConsentView | null;
  /** Read by emergency access until then; nothing can be changed. */
  reading_until: string | null;
  /** Samples stored durably. */
  samples: number;
  turns: TurnView[];
  gaps: GapView[];
  doubts: DoubtView[];
  findings: FindingView[];
  note: NoteView | null;
  codes: CodeView[];
  submission: SubmissionView | null;
  /** Code of what went wrong while finishing, when something did. */
  problem: string | null;
  /** Events up to this one are in this answer; watch from here on. */
  last_event: number;
}

/** Body of `POST /api/encounters/{id}/coding/audit`: codes as a clinician or another system entered them. */
export interface EnteredCodes {
  codes: string[];
  level?: Complexity | null;
}

/** Something was refused and nothing stored was lost. The connection stays open unless a close follows. */
export interface ErrorMessage {
  type: "error";
  code: string;
  message: string;
  retryable: boolean;
  next_sample: number | null;
  sequence: number | null;
}

/** Body of `PUT /api/session/second-factor`: the code that the authenticator shows. */
export interface FactorCode {
  code: string;
}

/** Answer of `POST /api/session/second-factor`: what an authenticator is shown, once. */
export interface FactorSetup {
  secret: string;
  uri: string;
}

/** A finding was added or revised. */
export interface FindingEvent {
  type: "finding";
  event: number;
  finding: FindingView;
}

/** What sort of fact a finding is. */
export type FindingKind =
  | "symptom"
  | "problem"
  | "medication"
  | "allergy"
  | "vital"
  | "exam"
  | "result"
  | "procedure"
  | "order"
  | "social";

/** See :class:`visit.findings.Finding`. */
export interface FindingView {
  id: string;
  kind: FindingKind;
  concept: string;
  text: string;
  turns: number[];
  polarity: Polarity;
  subject: Subject;
  timing: Timing;
  detail: DetailView;
  supersedes: string | null;
  division: Division | null;
}

/** Speech that could not be written down. */
export interface GapView {
  start: number;
  end: number;
  reason: string;
}

/** Emergency access that was taken; `user` is the id of who took it. */
export interface GrantView {
  encounter: string;
  user: string;
  at: string;
  until: string;
  reason: string;
}

/** A risk-adjustment category of an accepted code. It informs; nothing is suggested because of it. */
export interface HccView {
  code: string;
  category: string;
  label: string;
}

/** First message of a client. `last_event` is 0 for a first connection, else the last event it saw. */
export interface Hello {
  type: "hello";
  encounter_id: string;
  mode?: "record" | "watch";
  channels?: 1 | 2;
  last_event?: number;
  recorder?: string;
}

/** A question about what the note leaves open. It never proposes an answer. */
export interface HintView {
  id: string;
  question: string;
  guideline: string;
  code: string;
  sentence: string | null;
}

/** Body of `PUT /api/administration/retention/holds/{held}`. The reason is kept, sealed. */
export interface HoldForm {
  reason: string;
}

/** A legal hold: the encounter is kept until it is released. `by` is the id of who placed it, or `system`. */
export interface HoldView {
  encounter: string;
  by: string;
  at: string;
  reason: string;
}

/** The chart from which Sidenote was opened. Name `id` in the header `X-Launch` of every request. */
export interface LaunchView {
  id: string;
  patient: string;
  /** The visit that is open in the EHR, when it says one. */
  ehr_encounter_id: string | null;
  /** Sidenote's encounter of that visit, when it was opened. */
  encounter_id: string | null;
  need_patient_banner: boolean;
  missing_scopes: string[];
}

/** Body of `PUT /api/encounters/{id}/template`. */
export interface LayoutChoice {
  template: string;
  version?: number | null;
  form?: "bullets" | "sentences" | "telegraphic" | null;
}

/** One element of medical decision making with its evidence. */
export interface LevelElementView {
  name: "problems" | "data" | "risk";
  level: Complexity;
  why: string;
  evidence: CodeEvidenceView[];
}

/** The level that the note documents. `by_time` is what the stated minutes support, when they are stated. */
export interface LevelView {
  level: Complexity;
  elements: LevelElementView[];
  minutes: number | null;
  by_time: Complexity | null;
}

/** A scope that was not granted, and what does not work without it. */
export interface MissingScope {
  scope: string;
  purpose: string;
  optional: boolean;
}

/** A model of the manifest; `job` is what it does on this server, `None` when another one does it. */
export interface ModelView {
  name: string;
  about: string;
  version: string;
  licence: string;
  job: "speech" | "speakers" | "drafting" | "search" | null;
  sheet: SheetView;
}

/** Body of `POST /api/encounters/{id}/amendments`: the change and the hash of the text that was shown. */
export interface NewAmendment {
  kind: AmendmentKind;
  /** What a retraction withdraws: 0 the note as it stands, else an addendum. */
  target?: number;
  text?: string;
  edits?: Edit[];
  reason?: string;
  sha256: string;
  attestation: string;
}

/** Body of `PUT /api/encounters/{id}/coding/priority`. */
export interface NewPriority {
  priority: "routine" | "soon" | "urgent";
}

/** Body of `PUT /api/users/{id}/role`. */
export interface NewRole {
  role: Role;
}

/** Body of `POST /api/users`. */
export interface NewUser {
  username: string;
  name: string;
  role: Role;
  password: string;
}

/** Body of `POST /api/encounters/{id}/note/edits`; refused with `conflict.version` when stale. */
export interface NoteEdits {
  version: number;
  edits: Edit[];
}

/** The assembled note, with findings as they stand. */
export interface NoteEvent {
  type: "note";
  event: number;
  note: NoteView;
  findings: FindingView[];
}

/** The note at one version; `version` grows with every change. */
export interface NoteView {
  version: number;
  template: string;
  sentences: SentenceView[];
  not_discussed: Division[];
  /** Engine that wrote the draft: local, openai or rules. */
  drafter: string;
  signed: boolean;
  aside: SentenceView[];
  /** How the sentences are set, where it is not as the format says. */
  form: "bullets" | "sentences" | "telegraphic" | null;
  layout: SectionLayout[];
}

/** Body of `POST /api/encounters`. */
export interface OpenEncounter {
  ehr_encounter_id: string;
  template?: string;
}

/** Who wrote a sentence: the language model, a deterministic phrase, or the clinician. */
export type Origin = "model" | "rules" | "clinician";

/** Words that may change; replaces the previous partial. */
export interface Partial {
  type: "partial";
  words: WordView[];
}

/** Turns that answer a question, and the findings that rest on them; `flagged` when they address the software. */
export interface PassageView {
  turns: TurnView[];
  findings: FindingView[];
  flagged: boolean;
}

/** Body of `PUT /api/session/password`: the user's own. */
export interface PasswordChange {
  old: string;
  new: string;
  code?: string | null;
}

/** Body of `POST /api/session/second-factor/remove`: the user's password and a code. */
export interface PasswordProof {
  password: string;
  code: string;
}

/** Answer of `POST /api/encounters/{id}/patient-check`: whether the EHR says that the patient is the same. */
export interface PatientCheck {
  outcome: "same" | "different" | "unreachable";
  at: string;
}

/** Who the visit is about, for the banner. */
export interface PatientView {
  id: string;
  name: string;
  birth_date: string | null;
  sex: string | null;
}

/** Keep-alive; answered with `pong`. */
export interface Ping {
  type: "ping";
}

/** Whether the fact holds. A thing never asked about has no finding at all. */
export type Polarity = "present" | "absent" | "uncertain";

/** Answer to `ping`. */
export interface Pong {
  type: "pong";
}

/** Exactly the text that signing fixes and submitting sends, and its SHA-256. */
export interface Preview {
  version: number;
  text: string;
  sha256: string;
  destination: string;
  doc_status: string;
}

/** RFC 9457 problem details; `code` is stable. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  code: string;
  detail: string;
  retryable: boolean;
}

/** Body of `POST /api/encounters/{id}/ask`. */
export interface Question {
  text: string;
}

/** A row of the queue. `waiting_s` is the visit's age in seconds. */
export interface QueueItem {
  encounter: EncounterSummary;
  review: ReviewView;
  waiting_s: number;
  undecided: number;
}

/** Something that was said about the coding of a visit. */
export interface RemarkView {
  kind: "query" | "answer" | "return";
  by: string;
  at: string;
  text: string;
}

/** Answer of `GET /api/administration/retention`: the rules in days (null: kept), what is due, what is held. */
export interface RetentionView {
  /** Days after filing at which sound is deleted. */
  audio_days: number | null;
  /** Days after filing at which transcript and findings are deleted. */
  transcript_days: number | null;
  /** Days after its opening at which a whole encounter is deleted. */
  encounter_days: number | null;
  due: DueView[];
  holds: HoldView[];
}

/** Body of `POST /api/encounters/{id}/coding/{action}`. */
export interface ReviewStep {
  text?: string | null;
}

/** Where the coding of a visit stands. `actions` are the steps that the asking user may take now. */
export interface ReviewView {
  state: "waiting" | "coding" | "queried" | "second_wanted" | "checking" | "coded";
  priority: "routine" | "soon" | "urgent";
  /** Name of the coder who has the visit. */
  assignee: string | null;
  mine: boolean;
  /** Another coder has it now. */
  locked: boolean;
  actions: ("claim" | "release" | "ask" | "withdraw" | "answer" | "finish" | "pass_on" | "confirm" | "return" | "reopen")[];
}

/** Body of `POST /api/encounters/{id}/note/rewrite`. No `divisions` means the whole note. */
export interface Rewrite {
  version: number;
  how: "again" | "shorter" | "longer" | "instruction";
  divisions?: Division[];
  instruction?: string;
  edited_too?: boolean;
}

/** The note after a rewrite, how many sentences came and went, and how many of the clinician's were left alone. */
export interface Rewritten {
  note: NoteView;
  added: number;
  removed: number;
  kept_edited: number;
}

/** An encounter that the EHR knows and that may be recorded. */
export interface ScheduledVisit {
  ehr_encounter_id: string;
  patient: PatientView;
  start: string | null;
  reason: string | null;
  /** Sidenote's encounter, when one was opened already. */
  encounter_id: string | null;
}

/** The four parts of a SOAP note. */
export type Section = "subjective" | "objective" | "assessment" | "plan";

/** A section of a note format: its title and the divisions it holds, in order. */
export interface SectionLayout {
  title: string;
  divisions: Division[];
}

/** What became of one sentence between the draft and the newest version of the note. */
export interface SentenceChange {
  kind: "kept" | "reworded" | "added" | "deleted";
  division: Division;
  before: string | null;
  after: string | null;
}

/** A drafted sentence, while the visit goes on; assembly may still merge or reorder it. */
export interface SentenceEvent {
  type: "sentence";
  event: number;
  sentence: SentenceView;
}

/** One sentence of the note. `stale` means that a word it rests on changed in the final pass. */
export interface SentenceView {
  id: string;
  division: Division;
  section: Section;
  text: string;
  evidence: number[];
  verdict: Verdict;
  origin: Origin;
  findings: string[];
  reasons: string[];
  stale: boolean;
}

/** Answer of `POST` and `GET /api/session`. Send `csrf` back as `X-CSRF-Token` with every change. */
export interface SessionView {
  user: UserView;
  csrf: string;
  expires_s: number;
  second_factor: boolean;
  /** An authenticator must be set up before anything else works. */
  factor_setup: boolean;
  via: "password" | "oidc" | "launch";
}

/** The source attributes of a model, in sentences. `training_known`: how much of what it learnt from is known. */
export interface SheetView {
  developer: string;
  intended_use: string;
  out_of_scope: string;
  inputs: string;
  outputs: string;
  training_data: string;
  training_known: "yes" | "partly" | "no";
  validation: string;
  limits: string;
  fairness: string;
  maintenance: string;
}

/** Body of `POST /api/session`. `code` is that of the authenticator, where there is one. */
export interface SignIn {
  username: string;
  password: string;
  code?: string | null;
}

/** Answer of `GET /api/session/methods`: the ways to sign in besides a password. */
export interface SignInMethods {
  /** What the identity provider is called; go to `/oidc/sign-in`. */
  single_sign_on: string | null;
}

/** Body of `POST /api/encounters/{id}/sign`: the version and hash that the clinician saw. */
export interface Signature {
  version: number;
  sha256: string;
  attestation: string;
}

/** The role of a voice. `UNKNOWN` is an answer; nothing is guessed silently. */
export type Speaker = "clinician" | "patient" | "other" | "unknown";

/** Where the visit stands. `detail` is a stable code such as `asr.degraded` or `no_speech`. */
export interface Status {
  type: "status";
  event: number;
  state: EncounterState;
  detail: string | null;
  lag_s: number | null;
  progress: number | null;
}

/** The visit is over; `samples` is how many the client captured, so that nothing is forgotten. */
export interface Stop {
  type: "stop";
  samples: number;
}

/** Whose fact it is. */
export type Subject = "patient" | "family" | "other";

/** Where a submission stands. `UNKNOWN` means the answer was lost: it may or may not be filed. */
export type SubmissionState = "pending" | "filed" | "rejected" | "unknown";

/** The filing of a signed note. */
export interface SubmissionView {
  id: string;
  note_version: number;
  state: SubmissionState;
  sha256: string;
  location: string | null;
  problem: string | null;
}

/** Body of `POST /api/templates/check`: a format as the text of its file. */
export interface TemplateFile {
  text: string;
}

/** A note format as it is edited: body of `PUT /api/templates/{name}` and `POST /api/templates/preview`. */
export interface TemplateForm {
  name: string;
  title: string;
  style?: TemplateStyle;
  sections: SectionLayout[];
  leave_out?: Division[];
}

/** The sample visit's note in a format, as it would be signed. */
export interface TemplatePreview {
  text: string;
}

/** How a format looks; `words` is the length that a note in it aims at. */
export interface TemplateStyle {
  form?: "bullets" | "sentences" | "telegraphic";
  headings?: boolean;
  not_discussed?: string;
  words?: number;
}

/** A note format. `own` says that it is the clinic's and not one that comes with Sidenote. */
export interface TemplateView {
  name: string;
  title: string;
  style: TemplateStyle;
  sections: SectionLayout[];
  leave_out: Division[];
  version: number;
  own: boolean;
}

/** A single-use ticket for one WebSocket connection; sent as subprotocol `ticket.<ticket>`. */
export interface TicketView {
  ticket: string;
  expires_s: number;
}

/** When it holds. `HYPOTHETICAL` covers "if it gets worse" and "watch out for". */
export type Timing = "current" | "past" | "hypothetical";

/** The final pass replaced the transcript. `changed` are indices of turns whose words differ. */
export interface TranscriptEvent {
  type: "transcript";
  event: number;
  turns: TurnView[];
  gaps: GapView[];
  doubts: DoubtView[];
  changed: number[];
}

/** A turn closed, or its speaker was revised. */
export interface TurnEvent {
  type: "turn";
  event: number;
  turn: TurnView;
}

/** One turn of the transcript. */
export interface TurnView {
  index: number;
  speaker: Speaker;
  text: string;
  start: number;
  end: number;
  words: WordView[];
  voice: string | null;
}

/** A person with an account. */
export interface UserView {
  id: string;
  username: string;
  name: string;
  role: Role;
  disabled: boolean;
}

/** What the verification gate says of a sentence against the turns it cites. */
export type Verdict = "supported" | "needs_review" | "unsupported";

/** Answer to `hello`: where to go on. `next_sample` is the truth about what is stored. */
export interface Welcome {
  type: "welcome";
  encounter_id: string;
  state: EncounterState;
  next_sample: number;
  last_event: number;
  epoch: number;
}

/** One word; `start` and `end` are samples. */
export interface WordView {
  text: string;
  start: number;
  end: number;
  probability: number;
}

/** Committed words, appended for good. */
export interface Words {
  type: "words";
  event: number;
  words: WordView[];
}

export type ClientMessage = Hello | Stop | Ping;

export type ServerMessage =
  | Welcome
  | Ack
  | Partial
  | Words
  | TurnEvent
  | DoubtEvent
  | FindingEvent
  | SentenceEvent
  | TranscriptEvent
  | NoteEvent
  | CodesEvent
  | Status
  | ErrorMessage
  | Pong;

/** The SOAP section of each division, in the order of a note. */
export const SECTION_OF: Record<Division, Section> = {
  chief_complaint: "subjective",
  history: "subjective",
  review_of_systems: "subjective",
  past_history: "subjective",
  medications: "subjective",
  allergies: "subjective",
  family: "subjective",
  social: "subjective",
  vitals: "objective",
  exam: "objective",
  results: "objective",
  assessment: "assessment",
  plan: "plan",
};
