import type { Node } from "prosemirror-model";
import type { EditorState, Transaction } from "prosemirror-state";
import type { SentenceView } from "../wire.gen";
import { tidy } from "./edits";
import { freshNode, nodeOf, viewOf } from "./schema";

/**
 * Brings the server's sentences into an editor without losing what was typed since.
 *
 * A sentence that was not touched here becomes what the server says; one that was keeps its text and takes
 * the server's view of it. A new sentence finds its id by its text. Gives null when nothing changes. The
 * transaction is not part of the undo history: undoing goes over what the user did.
 */
export function merge(state: EditorState, sentences: SentenceView[]): Transaction | null {
  const tr = state.tr.setMeta("addToHistory", false).setMeta("merge", true);
  const pairs = pair(state.doc, sentences);
  const wanted = new Map(pairs.map(({ node, view }) => [node, view]));
  updateEach(state.doc, tr, wanted);
  insertMissing(tr, sentences);
  return tr.docChanged ? tr : null;
}

interface Pair {
  node: Node;
  view: SentenceView | null;
}

/**
 * Each sentence of the document and what the server has of it now: by id; a new one by its text, or, when
 * it was written on while it was being saved, by the sentence that it follows.
 */
function pair(doc: Node, sentences: SentenceView[]): Pair[] {
  const known = new Map(sentences.map((each) => [each.id, each]));
  const held = new Set(doc.children.map((node) => viewOf(node)?.id));
  const follows = new Map(sentences.map(({ id }, at) => [id, sentences[at - 1]?.id]));
  const loose = sentences.filter(({ id }) => !held.has(id));
  let previous: string | undefined;
  return doc.children.map((node) => {
    const id = viewOf(node)?.id;
    let view = id === undefined ? null : (known.get(id) ?? null);
    if (id === undefined && node.textContent !== "") {
      const byText = loose.findIndex(({ text }) => text === tidy(node.textContent));
      const byPlace = loose.findIndex(
        (each) => each.origin === "clinician" && follows.get(each.id) === previous,
      );
      const at = byText >= 0 ? byText : byPlace;
      view = at < 0 ? null : (loose.splice(at, 1)[0] ?? null);
    }
    previous = view?.id ?? previous;
    return { node, view };
  });
}

function updateEach(doc: Node, tr: Transaction, wanted: Map<Node, SentenceView | null>): void {
  doc.forEach((node, offset) => {
    const before = viewOf(node);
    const now = wanted.get(node) ?? null;
    const position = tr.mapping.map(offset);
    const touched = tidy(node.textContent) !== (before?.text ?? "");
    if (now === null) {
      // Deleted elsewhere. What was typed into it meanwhile stays, as a new sentence.
      if (before && !touched) remove(tr, position, node);
      else if (before) tr.setNodeMarkup(position, null, { view: null });
      return;
    }
    if (before !== null && !touched && now.text !== before.text) {
      tr.replaceWith(position, position + node.nodeSize, nodeOf(now));
    } else if (!same(before, now)) {
      tr.setNodeMarkup(position, null, { view: now });
    }
  });
}

function remove(tr: Transaction, position: number, node: Node): void {
  if (tr.doc.childCount > 1) tr.delete(position, position + node.nodeSize);
  else tr.replaceWith(position, position + node.nodeSize, freshNode());
}

/** Sentences that only the server has go behind the one that they follow there. */
function insertMissing(tr: Transaction, sentences: SentenceView[]): void {
  const held = new Set(tr.doc.children.map((node) => viewOf(node)?.id));
  let end = 0;
  for (const view of sentences) {
    if (!held.has(view.id)) tr.insert(end, nodeOf(view));
    end = endOf(tr.doc, view.id);
  }
}

function endOf(doc: Node, id: string): number {
  let end = 0;
  doc.forEach((node, offset) => {
    if (viewOf(node)?.id === id) end = offset + node.nodeSize;
  });
  return end;
}

function same(one: SentenceView | null, other: SentenceView): boolean {
  return one !== null && JSON.stringify(one) === JSON.stringify(other);
}
