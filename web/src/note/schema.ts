import { Schema, type Node } from "prosemirror-model";
import type { Division, SentenceView } from "../wire.gen";
import type { Written } from "./edits";

/** One division of a note: sentences, each carrying what the server says of it. */
export const schema = new Schema({
  nodes: {
    doc: { content: "sentence+" },
    sentence: {
      content: "text*",
      attrs: { view: { default: null } },
      parseDOM: [{ tag: "p" }],
      toDOM: () => ["p", 0],
    },
    text: {},
  },
});

const sentenceType = schema.node("sentence").type;

/** What the server has of this sentence; null for one that it does not know yet. */
export function viewOf(node: Node): SentenceView | null {
  return node.attrs["view"] as SentenceView | null;
}

export function nodeOf(view: SentenceView): Node {
  return sentenceType.create({ view }, schema.text(view.text));
}

/** An empty sentence that nobody but its writer knows. */
export function freshNode(): Node {
  return sentenceType.create();
}

export function docOf(sentences: SentenceView[]): Node {
  const nodes = sentences.map(nodeOf);
  return schema.node("doc", null, nodes.length > 0 ? nodes : [freshNode()]);
}

/** The sentences of a document in order, as {@link editsOf} takes them. */
export function writtenIn(doc: Node): Written[] {
  return doc.children.map((node) => ({ id: viewOf(node)?.id ?? null, text: node.textContent }));
}

/** The sentences of a note that belong to a division. */
export function inDivision(sentences: SentenceView[], division: Division): SentenceView[] {
  return sentences.filter((sentence) => sentence.division === division);
}
