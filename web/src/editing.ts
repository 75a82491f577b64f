import { ApiError, api } from "./api";
import { withCode } from "./codes";
import { t } from "./messages";
import { flushNote } from "./note/desk";
import { attempt, change, refresh, visit } from "./state";
import { inTurn } from "./turn";
import { offerUndo } from "./undo";
import type { CodeDecision, CodeView, Edit, NoteView } from "./wire.gen";

/** Changes to note and codes are made one after the other. */
export const changing = inTurn();

/** Change the note that is shown, after what was typed is saved; true when the server took the change. */
export function edit(one: Edit): Promise<boolean> {
  const id = visit.peek()?.encounter.id;
  return changing(async () => {
    await flushNote();
    const note = await attempt(() => send(one, id));
    if (note && id !== undefined) change(id, () => ({ note }));
    return note !== null;
  });
}

/** One change concerns one sentence: when the note grew meanwhile, it is made on the newest version. */
async function send(one: Edit, id: string | undefined, again = true): Promise<NoteView> {
  const encounter = visit.peek()?.encounter;
  if (!encounter?.note || encounter.id !== id) throw new Error(t("note.none"));
  const { version } = encounter.note;
  const before = textOf(encounter.note, one);
  try {
    return await api.editNote(encounter.id, { version, edits: [one] });
  } catch (error) {
    const stale = error instanceof ApiError && error.code === "conflict.version";
    if (!stale || !again) throw error;
    await refresh();
    const now = visit.peek()?.encounter.note;
    if (now && textOf(now, one) === before) return send(one, id, false);
    throw new Error(t("note.changedMeanwhile"));
  }
}

function textOf(note: NoteView, { sentence }: Edit): string | undefined {
  return note.sentences.find((each) => each.id === sentence)?.text;
}

/** Accept, reject or add a code; true when the server took the decision. */
export function decide(code: string, decision: CodeDecision): Promise<boolean> {
  const id = visit.peek()?.encounter.id;
  return changing(async () => {
    const encounter = visit.peek()?.encounter;
    if (!encounter || encounter.id !== id) return false;
    const before = encounter.codes.find((each) => each.code === code);
    const decided = await attempt(() => api.decideCode(id, code, decision));
    if (!decided) return false;
    change(id, ({ codes }) => ({ codes: withCode(codes, decided) }));
    if (before && visit.peek()?.encounter.id === id) offerToTakeBack(before, decided);
    return true;
  });
}

/** A decision that was changed by mistake can be changed back. */
function offerToTakeBack({ code, decision, decision_reason }: CodeView, now: CodeView): void {
  if (now.decision === "suggested" || decision === now.decision) return;
  offerUndo({
    said: t("codes.changed", { code, decision: t(`codes.${now.decision}`) }),
    undo: () => decide(code, { decision, reason: decision_reason }),
  });
}
