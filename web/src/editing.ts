import { api } from "./api";
import { attempt, change, visit } from "./state";
import type { CodeDecision, CodeView, Edit } from "./wire.gen";

/** Change the note that is shown; true when the server took the change. */
export async function edit(one: Edit): Promise<boolean> {
  const encounter = visit.peek()?.encounter;
  if (!encounter?.note) return false;
  const { version } = encounter.note;
  const note = await attempt(() => api.editNote(encounter.id, { version, edits: [one] }));
  if (note) change({ note });
  return note !== null;
}

/** Accept, reject or add a code; true when the server took the decision. */
export async function decide(code: string, decision: CodeDecision): Promise<boolean> {
  const encounter = visit.peek()?.encounter;
  if (!encounter) return false;
  const decided = await attempt(() => api.decideCode(encounter.id, code, decision));
  if (decided) change({ codes: withCode(visit.peek()?.encounter.codes ?? [], decided) });
  return decided !== null;
}

/** The codes with one replaced, or added at the end. */
export function withCode(codes: CodeView[], code: CodeView): CodeView[] {
  return codes.some((each) => each.code === code.code)
    ? codes.map((each) => (each.code === code.code ? code : each))
    : [...codes, code];
}
