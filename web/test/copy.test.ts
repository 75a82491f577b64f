import { expect, it, vi } from "vitest";
import { copyText } from "../src/copy";
import { failure } from "../src/state";

it("says so when the browser lets the page copy nothing", async () => {
  const writeText = vi.fn(() => Promise.reject(new Error("Document is not focused.")));
  vi.stubGlobal("navigator", { language: "en", clipboard: { writeText } });
  expect(await copyText("Rest.")).toBe(false);
  expect(failure.value).toBe("The browser did not let this page copy the text.");
});
