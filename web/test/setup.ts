import { vi } from "vitest";

/** The little of a browser that modules touch when they are loaded. */
const kept = new Map<string, string>();

vi.stubGlobal("localStorage", {
  getItem: (key: string) => kept.get(key) ?? null,
  setItem: (key: string, value: string) => kept.set(key, value),
});
vi.stubGlobal("location", new URL("http://127.0.0.1:8000/"));
vi.stubGlobal("document", { documentElement: { dataset: {}, lang: "" } });
vi.stubGlobal("navigator", { language: "en" });
vi.stubGlobal("addEventListener", () => undefined);
vi.stubGlobal(
  "Audio",
  class {
    pause = () => undefined;
  },
);
