import { beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import {
  decide as decideOnDesk,
  codes,
  coding,
  encounter,
  loadQueue,
  open,
  place,
  queue,
  take,
} from "../src/coding/desk";
import { decide, edit } from "../src/editing";
import { route } from "../src/router";
import { player } from "../src/player";
import { recorder } from "../src/recorder";
import { begin, change, failure, follow, refresh, session, visit } from "../src/state";
import { offerUndo, offered } from "../src/undo";
import type { CodeView, EncounterView, NoteView } from "../src/wire.gen";
import { note, sentence } from "./notes";

/** A server whose answers come when the test says so. */
class Server {
  private readonly waiting: { url: string; answer: (response: Response) => void }[] = [];

  fetch = (url: string): Promise<Response> =>
    new Promise((answer) => this.waiting.push({ url, answer }));

  /** Answer the oldest request whose address ends so. */
  async answer(end: string, body: object, status = 200): Promise<void> {
    await vi.waitUntil(() => this.asked(end) > 0);
    const at = this.waiting.findIndex(({ url }) => url.endsWith(end));
    const [request] = this.waiting.splice(at, 1);
    request?.answer(new Response(JSON.stringify(body), { status }));
    await new Promise((done) => setTimeout(done));
  }

  /** The answers of every request whose address ends so, in the order in which they were asked. */
  take(end: string): ((body: object) => void)[] {
    const found = this.waiting.filter(({ url }) => url.endsWith(end));
    return found.map(
      ({ answer }) =>
        (body) =>
          answer(new Response(JSON.stringify(body))),
    );
  }

  asked(end: string): number {
    return this.waiting.filter(({ url }) => url.endsWith(end)).length;
  }
}

let server: Server;

const code = (decision: CodeView["decision"], name = "R42"): CodeView => ({
  code: name,
  display: name,
  score: 1,
  reason: "",
  evidence: [],
  accepted_tier: true,
  decision,
  decision_reason: null,
});

function view(id: string, changes: Partial<EncounterView> = {}): EncounterView {
  return {
    id,
    state: "signed",
    patient: { id: "p", name: id, birth_date: null, sex: null },
    ehr_encounter_id: id,
    created: "2026-01-01T00:00:00Z",
    template: "soap",
    chart: { medications: [], allergies: [], problems: [] },
    consent: null,
    earlier_refusal: null,
    reading_until: null,
    samples: 0,
    turns: [],
    gaps: [],
    doubts: [],
    findings: [],
    note: null,
    codes: [code("suggested")],
    submission: null,
    problem: null,
    last_event: 0,
    ...changes,
  };
}

const shownCodes = () => visit.value?.encounter.codes.map((each) => each.decision);
const go = (id: string) => (route.value = { page: "encounters", id });

async function shown(id: string, changes: Partial<EncounterView> = {}): Promise<void> {
  go(id);
  await server.answer(`/encounters/${id}`, view(id, changes));
}

beforeAll(async () => {
  server = new Server();
  vi.stubGlobal("fetch", server.fetch);
  const ready = begin();
  await server.answer("/session", { csrf: "c", user: { id: "u", role: "clinician" } });
  await ready;
});

beforeEach(() => {
  route.value = { page: "visits", id: null };
  server = new Server();
  vi.stubGlobal("fetch", server.fetch);
});

describe("an answer that comes late", () => {
  it("is not shown over a newer one", async () => {
    await shown("a");
    const reading = refresh();
    const deciding = decide("R42", { decision: "accepted" });
    await server.answer("/codes/R42", code("accepted"));
    await deciding;
    await server.answer("/encounters/a", view("a"));
    expect(shownCodes()).toEqual(["accepted"]);
    await server.answer("/encounters/a", view("a", { codes: [code("accepted")] }));
    await reading;
    expect(shownCodes()).toEqual(["accepted"]);
  });

  it("changes no visit but its own", async () => {
    await shown("a", { note: note(1, [sentence("s", "A.")]) });
    const editing = edit({ op: "replace", sentence: "s", text: "Of a." });
    await vi.waitUntil(() => server.asked("/note/edits") > 0);
    await shown("b");
    await server.answer("/note/edits", note(2, [sentence("s", "Of a.")]));
    await editing;
    expect(visit.value?.encounter.note).toBeNull();
    change("a", () => ({ codes: [] }));
    expect(visit.value?.encounter.codes).toHaveLength(1);
  });

  it("does not bring an older note back", async () => {
    await shown("a", { note: note(3, [sentence("s", "New.")]) });
    const older: NoteView = note(2, [sentence("s", "Old.")]);
    change("a", () => ({ note: older }));
    expect(visit.value?.encounter.note?.version).toBe(3);
  });
});

describe("a visit that was left", () => {
  const drafted = { state: "drafted" as const };

  it("is not followed when its answer comes", async () => {
    await shown("a");
    const following = follow("a");
    await vi.waitUntil(() => server.asked("/encounters/a") > 0);
    await shown("b");
    await server.answer("/encounters/a", view("a", drafted));
    await following;
    expect(server.asked("/a/ticket")).toBe(0);
  });

  it("is not followed when its draft was ready a moment before", async () => {
    await shown("a");
    const status = { progress: null, detail: null, lag_s: null, event: 5 };
    recorder.onMessage("a", { type: "status", state: "drafted", ...status });
    await vi.waitUntil(() => server.asked("/encounters/a") > 0);
    go("b");
    await server.answer("/encounters/a", view("a", drafted));
    await server.answer("/encounters/b", view("b", drafted));
    expect([server.asked("/a/ticket"), server.asked("/b/ticket")]).toEqual([0, 1]);
  });

  it("says nothing of what went wrong with it", async () => {
    go("a");
    await vi.waitUntil(() => server.asked("/encounters/a") > 0);
    await shown("b");
    await server.answer("/encounters/a", { detail: "It broke." }, 500);
    expect(failure.value).toBeNull();
  });

  it("is not heard any more when somebody signs out", async () => {
    await shown("a", drafted);
    player.playing.value = "turn-1";
    const before = session.value;
    session.value = null;
    expect(player.playing.value).toBeNull();
    session.value = before;
  });
});

describe("what was chosen fast", () => {
  it("reaches the server in the order in which it was chosen", async () => {
    await shown("a");
    const first = decide("R42", { decision: "accepted" });
    const second = decide("R42", { decision: "rejected" });
    await vi.waitUntil(() => server.asked("/codes/R42") > 0);
    expect(server.asked("/codes/R42")).toBe(1);
    await server.answer("/codes/R42", code("accepted"));
    await server.answer("/codes/R42", code("rejected"));
    await Promise.all([first, second]);
    expect(shownCodes()).toEqual(["rejected"]);
  });

  it("cannot be taken back in another visit", async () => {
    await shown("a");
    offerUndo({ said: "done", undo: () => Promise.resolve() });
    await shown("b");
    expect(offered.value).toBeNull();
  });
});

describe("the coders' desk", () => {
  const both = async (id: string, changes: Partial<EncounterView> = {}) => {
    await server.answer(`/encounters/${id}`, view(id, changes));
    await server.answer(`/encounters/${id}/coding`, { review: { mine: true, state: "coding" } });
  };

  it("shows the visit that was opened last, whichever answer comes first", async () => {
    const first = open("a");
    const second = open("b");
    await both("b");
    await both("a");
    await Promise.all([first, second]);
    expect(encounter.value?.id).toBe("b");
  });

  it("decides at once, and takes it back when the server refuses", async () => {
    const opening = open("a");
    await both("a", { codes: [code("suggested", "A"), code("suggested", "B")] });
    await opening;
    place.value = 1;
    const deciding = decideOnDesk(code("suggested", "B"), "accepted");
    expect(codes.value.map((each) => each.decision)).toEqual(["suggested", "accepted"]);
    expect(place.value).toBe(1);
    await server.answer("/codes/B", { detail: "Another coder has this visit." }, 409);
    expect(codes.value.map((each) => each.decision)).toEqual(["suggested", "suggested"]);
    await both("a", { codes: [code("suggested", "A"), code("rejected", "B")] });
    await deciding;
    expect(codes.value.map((each) => each.decision)).toEqual(["suggested", "rejected"]);
    expect(failure.value).toBe("Another coder has this visit.");
  });

  it("drops what it read before a step that was made meanwhile", async () => {
    const opening = open("a");
    await both("a");
    await opening;
    const deciding = decideOnDesk(code("suggested"), "rejected");
    await server.answer("/codes/R42", code("rejected"));
    await vi.waitUntil(() => server.asked("/encounters/a/coding") > 0);
    const stepping = take("ask", "Since when?");
    await server.answer("/coding/ask", { review: { mine: true, state: "queried" } });
    await stepping;
    await both("a");
    await deciding;
    expect(coding.value?.review.state).toBe("queried");
  });

  it("takes a step once that is asked for twice", async () => {
    const opening = open("a");
    await both("a");
    await opening;
    const steps = [take("claim"), take("claim")];
    await server.answer("/coding/claim", { review: { mine: true, state: "coding" } });
    expect(await Promise.all(steps)).toEqual([true, false]);
    expect(server.asked("/coding/claim")).toBe(0);
    await both("a");
  });

  it("opens a visit as it stands after a step that was still on its way", async () => {
    const first = open("a");
    await both("a");
    await first;
    const stepping = take("claim");
    const opening = open("a");
    await vi.waitUntil(() => server.asked("/encounters/a/coding") > 0);
    await server.answer("/coding/claim", { review: { mine: true, state: "coding" } });
    await stepping;
    await both("a", { codes: [code("suggested")] });
    expect(encounter.value).toBeNull();
    await both("a", { codes: [code("accepted")] });
    await opening;
    expect(codes.value.map((each) => each.decision)).toEqual(["accepted"]);
  });

  it("shows the newest queue, whichever answer comes first", async () => {
    const item = (waiting_s: number) => [{ waiting_s }];
    const older = loadQueue();
    const newer = loadQueue();
    const [first, second] = server.take("/coding/queue");
    second?.(item(2));
    await newer;
    first?.(item(1));
    await older;
    expect(queue.value).toEqual(item(2));
  });
});
