import { useSignal, type Signal } from "@preact/signals";
import type { JSX } from "preact";
import { useCallback, useEffect, useRef } from "preact/hooks";
import { explain } from "../api";
import { attempt, look } from "../state";
import type { TemplateView } from "../wire.gen";
import { FormatEditor } from "./format-editor";
import { draftOf, type Draft } from "./layout";
import { t } from "./messages";
import { fileOf, requests } from "./requests";
import "./writing.css";

const PREVIEW_AFTER_MS = 400;

/** Note formats: those that come with Sidenote, the clinic's own, an editor, and the sample visit in each. */
export function Formats(): JSX.Element {
  const all = useSignal<TemplateView[]>([]);
  const draft = useSignal<Draft | null>(null);
  const said = useSignal("");
  const list = useCallback(
    async () => (all.value = (await look(requests.templates)) ?? all.peek()),
    [all],
  );
  const begin = useCallback(async () => {
    const before = draft.peek();
    const [first] = await list();
    // What was chosen, typed or imported meanwhile stays.
    if (first && draft.peek() === before) draft.value = draftOf(first);
  }, [draft, list]);
  useEffect(() => void begin(), [begin]);
  const stored = all.value.find((each) => each.name === draft.value?.name);
  return (
    <main class="formats">
      <div class="title-row">
        <h1>{t("formats.title")}</h1>
        <ImportFile draft={draft} said={said} />
      </div>
      <div class="format-columns">
        {draft.value && (
          <form
            class="format-editor"
            onSubmit={(event) => {
              event.preventDefault();
              void save(draft.value, said, list);
            }}
          >
            <label>
              {t("formats.title")}
              <select
                value={stored?.name ?? ""}
                onChange={(event) => {
                  const chosen = all.value.find((each) => each.name === event.currentTarget.value);
                  if (chosen) draft.value = draftOf(chosen);
                }}
              >
                {!stored && <option value="">{t("formats.new")}</option>}
                {all.value.map((each) => (
                  <option key={each.name} value={each.name}>
                    {each.title}
                  </option>
                ))}
              </select>
            </label>
            {stored && (
              <p class="muted small">
                {stored.own ? t("formats.own", { version: stored.version }) : t("formats.shipped")}
              </p>
            )}
            <FormatEditor draft={draft.value} onChange={(changed) => (draft.value = changed)} />
            <div class="actions">
              <button class="primary" disabled={stored !== undefined && !stored.own}>
                {t("formats.save")}
              </button>
              {stored && <a href={fileOf(stored.name)}>{t("formats.export")}</a>}
              {stored?.own === true && (
                <button type="button" onClick={() => void remove(stored, said, begin)}>
                  {t("formats.delete")}
                </button>
              )}
            </div>
            <p role="status">{said.value}</p>
          </form>
        )}
        {draft.value && <Preview draft={draft.value} />}
      </div>
    </main>
  );
}

type Read = () => Promise<unknown>;

/** Store a format. What is typed meanwhile stays as it is: only the list is read again. */
async function save(draft: Draft | null, said: Signal<string>, read: Read): Promise<void> {
  if (!draft) return;
  said.value = "";
  const saved = await attempt(() => requests.save(draft));
  if (!saved) return;
  said.value = t("formats.saved", { version: saved.version });
  await read();
}

async function remove({ name }: TemplateView, said: Signal<string>, read: Read): Promise<void> {
  const gone = await attempt(async () => {
    await requests.remove(name);
    return true;
  });
  if (!gone) return;
  said.value = t("formats.deleted");
  await read();
}

/** The sample visit in the format as it stands, or what is wrong with the format. */
function Preview({ draft }: { draft: Draft }): JSX.Element {
  const text = useSignal("");
  const problem = useSignal<string | null>(null);
  useEffect(() => {
    let stale = false;
    const timer = setTimeout(() => {
      requests.preview(draft).then(
        (made) => {
          if (stale) return;
          text.value = made.text;
          problem.value = null;
        },
        (error: unknown) => {
          if (!stale) problem.value = explain(error);
        },
      );
    }, PREVIEW_AFTER_MS);
    return () => {
      stale = true;
      clearTimeout(timer);
    };
  }, [draft, text, problem]);
  return (
    <section aria-label={t("formats.preview")}>
      <h2>{t("formats.preview")}</h2>
      {problem.value !== null && <p role="alert">{problem.value}</p>}
      <pre class="format-preview" tabIndex={0}>
        {text.value}
      </pre>
    </section>
  );
}

/** A file becomes the draft; a fault is told with its line, and nothing is stored. */
function ImportFile(props: { draft: Signal<Draft | null>; said: Signal<string> }): JSX.Element {
  const { draft, said } = props;
  const input = useRef<HTMLInputElement>(null);
  const take = async (file: File) => {
    said.value = "";
    const text = await file.text();
    const read = await attempt(() => requests.check({ text }));
    if (read) draft.value = draftOf(read);
  };
  return (
    <>
      <button onClick={() => input.current?.click()}>{t("formats.import")}</button>
      <input
        ref={input}
        class="hidden"
        type="file"
        accept=".toml"
        tabIndex={-1}
        aria-label={t("formats.import")}
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          event.currentTarget.value = "";
          if (file) void take(file);
        }}
      />
    </>
  );
}
