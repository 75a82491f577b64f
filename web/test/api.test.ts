import { afterEach, describe, expect, it, vi } from "vitest";
import { Api, ApiError, errorOf } from "../src/api";

const problem = {
  type: "about:blank",
  title: "Conflict",
  status: 409,
  code: "conflict.version",
  detail: "The note changed.",
  retryable: false,
};

function answers(...responses: (Response | Error)[]) {
  const fetch = vi.fn<typeof globalThis.fetch>();
  for (const response of responses) {
    if (response instanceof Error) fetch.mockRejectedValueOnce(response);
    else fetch.mockResolvedValueOnce(response);
  }
  vi.stubGlobal("fetch", fetch);
  return fetch;
}

const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status });
const session = {
  user: { id: "u", username: "a", name: "A", role: "clinician" },
  csrf: "token",
  expires_s: 60,
};

afterEach(() => vi.unstubAllGlobals());

describe("errors", () => {
  it("carry the stable code and the words of a problem document", async () => {
    const error = await errorOf(json(problem, 409));
    expect(error).toMatchObject({
      code: "conflict.version",
      message: "The note changed.",
      status: 409,
    });
    expect(error.retryable).toBe(false);
  });

  it("make sense of an answer that is no problem document", async () => {
    const error = await errorOf(new Response("<html>", { status: 502 }));
    expect(error).toMatchObject({ code: "broken.answer", status: 502, retryable: true });
  });
});

describe("api", () => {
  it("sends the session's token with every change, and not with reads", async () => {
    const fetch = answers(json(session), json([]), json({ ticket: "t", expires_s: 30 }));
    const api = new Api();
    await api.session();
    await api.encounters();
    await api.ticket("e 1");
    const headers = fetch.mock.calls.map(
      ([, request]) => request?.headers as Record<string, string>,
    );
    expect(headers.map((each) => each["X-CSRF-Token"])).toEqual([undefined, undefined, "token"]);
    expect(fetch.mock.calls[2]?.[0]).toBe("/api/encounters/e%201/ticket");
  });

  it("takes a missing session as nobody signed in", async () => {
    answers(json({ ...problem, status: 401, code: "auth.required" }, 401));
    expect(await new Api().session()).toBeNull();
  });

  it("says when the session ended, but not when a password was wrong", async () => {
    const signedOut = vi.fn();
    const api = new Api();
    api.onSignedOut = signedOut;
    answers(json({ ...problem, status: 401 }, 401), json({ ...problem, status: 401 }, 401));
    await expect(api.signIn({ username: "a", password: "b" })).rejects.toBeInstanceOf(ApiError);
    expect(signedOut).not.toHaveBeenCalled();
    await expect(api.encounters()).rejects.toMatchObject({ status: 401 });
    expect(signedOut).toHaveBeenCalledOnce();
  });

  it("takes no answer to an earlier session for the end of the one that began since", async () => {
    const signedOut = vi.fn();
    const api = new Api();
    api.onSignedOut = signedOut;
    let refuse: (response: Response) => void = () => undefined;
    const late = new Promise<Response>((answer) => (refuse = answer));
    const fetch = vi.fn<typeof globalThis.fetch>().mockReturnValueOnce(late);
    vi.stubGlobal("fetch", fetch.mockResolvedValueOnce(json(session)));
    const asked = api.ticket("e");
    await api.signIn({ username: "a", password: "b" });
    refuse(json({ ...problem, status: 401 }, 401));
    await expect(asked).rejects.toMatchObject({ status: 401 });
    expect(signedOut).not.toHaveBeenCalled();
  });

  it("names a server that cannot be reached", async () => {
    answers(new TypeError("fetch failed"));
    await expect(new Api().encounters()).rejects.toMatchObject({
      code: "unavailable.server",
      retryable: true,
    });
  });

  it("escapes what goes into an address", async () => {
    const fetch = answers(json({}), json([]));
    const api = new Api();
    await api.decideCode("e/1", "A00.0", { decision: "accepted" });
    await api.searchCodes("chest pain & fever");
    expect(fetch.mock.calls.map(([address]) => address)).toEqual([
      "/api/encounters/e%2F1/codes/A00.0",
      "/api/codes?q=chest%20pain%20%26%20fever",
    ]);
    expect(api.clip("e1", 0, 16000)).toBe("/api/encounters/e1/audio?start=0&end=16000");
  });
});
