import { baseKeymap, chainCommands } from "prosemirror-commands";
import { history, redo, undo } from "prosemirror-history";
import { keymap } from "prosemirror-keymap";
import {
  EditorState,
  Plugin,
  TextSelection,
  type Command,
  type Transaction,
} from "prosemirror-state";
import { Decoration, DecorationSet, EditorView } from "prosemirror-view";
import type { SentenceView } from "../wire.gen";
import { merge } from "./merge";
import { docOf, freshNode, viewOf, writtenIn } from "./schema";
import type { Written } from "./edits";
import { SentenceNode } from "./sentence-node";

export interface EditorOptions {
  /** What a screen reader calls the text box. */
  label: string;
  sentences: SentenceView[];
  /** The user changed the text. */
  onChange: () => void;
  /** The caret went into a sentence; null for one that the server does not know yet. */
  onSentence: (sentence: SentenceView | null) => void;
  /** The caret left the editor at its start or end: go to the neighbour. */
  onLeave: (direction: -1 | 1) => boolean;
}

/** A text box for the sentences of one division. */
export class DivisionEditor {
  private readonly view: EditorView;
  /** Outlives the view: what is typed last is still being saved when the page moves on. */
  private state: EditorState;

  constructor(
    place: HTMLElement,
    private readonly options: EditorOptions,
  ) {
    const keys = {
      "Mod-z": undo,
      "Mod-y": redo,
      "Mod-Shift-z": redo,
      Enter: splitSentence,
      End: toSentenceEnd,
      ArrowUp: this.leave(-1),
      ArrowDown: this.leave(1),
    };
    this.state = EditorState.create({
      doc: docOf(options.sentences),
      plugins: [history(), keymap(keys), keymap(baseKeymap), markCurrent()],
    });
    this.view = new EditorView(place, {
      state: this.state,
      attributes: { role: "textbox", "aria-multiline": "true", "aria-label": options.label },
      nodeViews: { sentence: (node) => new SentenceNode(node) },
      dispatchTransaction: (tr) => this.apply(tr),
      handleDOMEvents: {
        focus: () => options.onSentence(this.current),
      },
    });
  }

  get written(): Written[] {
    return writtenIn(this.state.doc);
  }

  /** The sentence that holds the caret. */
  get current(): SentenceView | null {
    return viewOf(this.state.selection.$head.parent);
  }

  /** Take in what the server says. */
  receive(sentences: SentenceView[]): void {
    const tr = merge(this.state, sentences);
    if (tr) this.apply(tr);
  }

  /** Put the caret at the start or end, or into the sentence with an id. */
  focus(where: "start" | "end" | { id: string }): void {
    const { doc } = this.state;
    let position = where === "end" ? doc.content.size - 1 : 1;
    if (typeof where === "object") {
      doc.forEach((node, offset) => {
        if (viewOf(node)?.id === where.id) position = offset + 1 + node.content.size;
      });
    }
    const selection = TextSelection.near(doc.resolve(position));
    this.apply(this.state.tr.setSelection(selection).scrollIntoView());
    this.view.focus();
  }

  close(): void {
    this.view.destroy();
  }

  private apply(tr: Transaction): void {
    this.state = this.state.apply(tr);
    if (this.view.isDestroyed) return;
    this.view.updateState(this.state);
    if (tr.docChanged && tr.getMeta("merge") !== true) this.options.onChange();
    if ((tr.selectionSet || tr.docChanged) && this.view.hasFocus()) {
      this.options.onSentence(this.current);
    }
  }

  private leave(direction: -1 | 1): Command {
    return (state, _dispatch, view) => {
      const side = direction < 0 ? "up" : "down";
      const { $head } = state.selection;
      const last = direction < 0 ? 0 : state.doc.childCount - 1;
      if ($head.index(0) !== last || view?.endOfTextblock(side) !== true) return false;
      return this.options.onLeave(direction);
    };
  }
}

/** Enter makes a new sentence. The part with the first words keeps the evidence. */
const splitSentence: Command = chainCommands((state, dispatch) => {
  const { $from, from, to } = state.selection;
  if (!dispatch) return true;
  const tr = state.tr;
  if (from === to && $from.parentOffset === 0 && $from.parent.content.size > 0) {
    tr.insert($from.before(), freshNode());
    tr.setSelection(TextSelection.near(tr.doc.resolve($from.before() + 1)));
  } else {
    tr.deleteSelection();
    const fresh = [{ type: freshNode().type, attrs: { view: null } }];
    tr.split(tr.selection.from, 1, fresh);
  }
  dispatch(tr.scrollIntoView());
  return true;
});

/** On the last line of a sentence, End stays in it: the browser would step over the marks to the end of the text. */
const toSentenceEnd: Command = (state, dispatch, view) => {
  if (view?.endOfTextblock("down") !== true) return false;
  const { $head } = state.selection;
  dispatch?.(state.tr.setSelection(TextSelection.create(state.doc, $head.end())));
  return true;
};

/** Marks the sentence that holds the caret. */
function markCurrent(): Plugin {
  return new Plugin({
    props: {
      decorations({ doc, selection: { $head } }) {
        const at = $head.before(1);
        const current = Decoration.node(at, at + $head.parent.nodeSize, { class: "current" });
        return DecorationSet.create(doc, [current]);
      },
    },
  });
}
