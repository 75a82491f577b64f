import { signal } from "@preact/signals";
import type { FunctionComponent, JSX } from "preact";
import { useEffect } from "preact/hooks";
import { explain } from "../api";
import { failure } from "../state";
import type { Division, SentenceView } from "../wire.gen";

interface EditorProps {
  division: Division;
  label: string;
  sentences: SentenceView[];
}

/** The editor's code, once it is there. It is half as large as all the rest, so it comes when first needed. */
const Loaded = signal<FunctionComponent<EditorProps> | null>(null);
let loading: Promise<void> | null = null;

async function load(): Promise<void> {
  try {
    Loaded.value = (await import("../note/division")).DivisionText;
  } catch (error) {
    failure.value = explain(error);
    loading = null;
  }
}

/** A division to write in; while the editor loads, the same sentences to read. */
export function DivisionEditor(props: EditorProps & { meanwhile: JSX.Element }): JSX.Element {
  useEffect(() => void (loading ??= load()), []);
  const { meanwhile, ...rest } = props;
  return Loaded.value ? <Loaded.value {...rest} /> : meanwhile;
}
