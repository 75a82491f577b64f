import { EditorState, type Transaction } from "prosemirror-state";
import { describe, expect, it } from "vitest";
import { merge } from "../src/note/merge";
import { docOf, viewOf, writtenIn } from "../src/note/schema";
import type { SentenceView } from "../src/wire.gen";
import { sentence } from "./notes";

function editor(sentences: SentenceView[]): EditorState {
  return EditorState.create({ doc: docOf(sentences) });
}

/** The editor after someone typed at the end of a sentence. */
function typed(state: EditorState, index: number, text: string): EditorState {
  let end = 0;
  state.doc.forEach((node, offset, at) => {
    if (at === index) end = offset + node.nodeSize - 1;
  });
  return state.apply(state.tr.insertText(text, end));
}

function received(state: EditorState, sentences: SentenceView[]): EditorState {
  const tr: Transaction | null = merge(state, sentences);
  return tr ? state.apply(tr) : state;
}

const BASE = [sentence("a", "Rest."), sentence("b", "Fluids.")];

describe("what the server says comes into the editor", () => {
  it("changes nothing when nothing changed", () => {
    expect(merge(editor(BASE), BASE)).toBeNull();
  });

  it("replaces what was not touched here and keeps what was", () => {
    const state = typed(editor(BASE), 0, " Now");
    const after = received(state, [sentence("a", "Sleep."), sentence("b", "Water.")]);
    expect(writtenIn(after.doc)).toEqual([
      { id: "a", text: "Rest. Now" },
      { id: "b", text: "Water." },
    ]);
    expect(viewOf(after.doc.child(0))?.text).toBe("Sleep.");
  });

  it("adds and removes sentences in their places", () => {
    const after = received(editor(BASE), [
      sentence("c", "First."),
      sentence("b", "Fluids."),
      sentence("d", "Last."),
    ]);
    expect(writtenIn(after.doc).map(({ id }) => id)).toEqual(["c", "b", "d"]);
  });

  it("keeps what was typed into a sentence that was deleted elsewhere, as a new one", () => {
    const after = received(typed(editor(BASE), 1, " Much."), [sentence("a", "Rest.")]);
    expect(writtenIn(after.doc)).toEqual([
      { id: "a", text: "Rest." },
      { id: null, text: "Fluids. Much." },
    ]);
  });

  it("never has no sentence at all", () => {
    const after = received(editor(BASE), []);
    expect(writtenIn(after.doc)).toEqual([{ id: null, text: "" }]);
  });

  it("gives a new sentence its id, also when it was written on meanwhile", () => {
    let state = editor(BASE);
    state = state.apply(
      state.tr.split(state.doc.content.size - 1, 1, [{ type: state.doc.child(0).type }]),
    );
    state = typed(state, 2, "Call");
    state = typed(state, 2, " back");
    const fresh = sentence("c", "Call", { origin: "clinician", evidence: [] });
    const after = received(state, [...BASE, fresh]);
    expect(writtenIn(after.doc)).toEqual([
      { id: "a", text: "Rest." },
      { id: "b", text: "Fluids." },
      { id: "c", text: "Call back" },
    ]);
  });
});
