import type { Node } from "prosemirror-model";
import type { NodeView } from "prosemirror-view";
import type { SentenceView } from "../wire.gen";
import { tidy } from "./edits";
import { marksOf } from "./marks";
import { viewOf } from "./schema";
import { iconElement } from "./icon-element";

/** A sentence in the editor: its text, and behind it by icon and word where it comes from. */
export class SentenceNode implements NodeView {
  readonly dom = document.createElement("p");
  readonly contentDOM = document.createElement("span");
  private readonly marks = document.createElement("span");
  private view: SentenceView | null = null;
  private touched = false;

  constructor(node: Node) {
    this.contentDOM.className = "sentence-text";
    this.marks.className = "marks";
    this.marks.contentEditable = "false";
    this.dom.append(this.contentDOM, this.marks);
    this.draw(node);
  }

  update(node: Node): boolean {
    const touched = isTouched(node);
    // A key press in a sentence that is touched already draws nothing but its letter.
    if (viewOf(node) !== this.view || touched !== this.touched) this.draw(node);
    return true;
  }

  ignoreMutation(mutation: { target: globalThis.Node; type: string }): boolean {
    return mutation.type !== "selection" && !this.contentDOM.contains(mutation.target);
  }

  private draw(node: Node): void {
    this.view = viewOf(node);
    this.touched = isTouched(node);
    this.dom.className = `sentence ${this.touched ? "touched" : (this.view?.verdict ?? "")}`;
    this.dom.dataset["sentence"] = this.view?.id ?? "";
    const marks = marksOf(this.touched ? null : this.view);
    this.marks.replaceChildren(
      ...marks.map(({ kind, icon, word, says }) => {
        const mark = document.createElement("span");
        mark.className = `mark-${kind}`;
        mark.title = says;
        mark.append(iconElement(icon, 12), ` ${word}`);
        return mark;
      }),
    );
  }
}

function isTouched(node: Node): boolean {
  return tidy(node.textContent) !== (viewOf(node)?.text ?? "");
}
