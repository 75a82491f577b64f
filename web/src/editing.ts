import { ApiError, api } from "./api";
import { t } from "./messages";
import { flushNote } from "./note/desk";
import { attempt, change, refresh, visit } from "./state";
import { offerUndo } from "./undo";
import type { CodeDecision, CodeView, Edit, NoteView } from "./wire.gen";

/** Change the note that is shown, after what was typed is saved; true when the server took the change. */
export async function edit(one: Edit): Promise<boolean> {
  await flushNote();
  const note = await attempt(() => send(one));
  if (note) change({ note });
  return note !== null;
}

/** One change concerns one sentence: when the note grew meanwhile, it is made on the newest version. */
async function send(one: Edit, again = true): Promise<NoteView> {
  const encounter = visit.peek()?.encounter;
  if (!encounter?.note) throw new Error(t("note.none"));
  const { version } = encounter.note;
  const before = textOf(encounter.note, one);
  try {
    return await api.editNote(encounter.id, { version, edits: [one] });
  } catch (error) {
    const stale = error instanceof ApiError && error.code === "conflict.version";
    if (!stale || !again) throw error;
    await refresh();
    const now = visit.peek()?.encounter.note;
    if (now && textOf(now, one) === before) return send(one, false);
    throw new Error(t("note.changedMeanwhile"));
  }
}

function textOf(note: NoteView, { sentence }: Edit): string | undefined {
  return note.sentences.find((each) => each.id === sentence)?.text;
}

/** Accept, reject or add a code; true when the server took the decision. */
export async function decide(code: string, decision: CodeDecision): Promise<boolean> {
  const encounter = visit.peek()?.encounter;
  if (!encounter) return false;
  const before = encounter.codes.find((each) => each.code === code);
  const decided = await attempt(() => api.decideCode(encounter.id, code, decision));
  if (decided && before) offerToTakeBack(before, decided);
  if (decided) change({ codes: withCode(visit.peek()?.encounter.codes ?? [], decided) });
  return decided !== null;
}

/** A decision that was changed by mistake can be changed back. */
function offerToTakeBack({ code, decision, decision_reason }: CodeView, now: CodeView): void {
  if (now.decision === "suggested" || decision === now.decision) return;
  offerUndo({
    said: t("codes.changed", { code, decision: t(`codes.${now.decision}`) }),
    undo: () => decide(code, { decision, reason: decision_reason }),
  });
}

/** The codes with one replaced, or added at the end. */
export function withCode(codes: CodeView[], code: CodeView): CodeView[] {
  return codes.some((each) => each.code === code.code)
    ? codes.map((each) => (each.code === code.code ? code : each))
    : [...codes, code];
}
