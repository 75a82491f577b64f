import type { JSX } from "preact";
import { useKeys } from "../keys";
import { t } from "../messages";
import { forgetUndo, offered, undoLast } from "../undo";
import { Icon } from "./icons";

/** Says what was just done and offers to take it back. It lies over the page, so nothing moves. */
export function UndoBar(): JSX.Element {
  useKeys([
    {
      id: "undo",
      key: "ctrl+z",
      label: () => t("undo.key"),
      group: () => t("keys.everywhere"),
      run: () => void undoLast(),
      when: () =>
        offered.value !== null &&
        !document.activeElement?.matches("[contenteditable], textarea, input"),
    },
  ]);
  return (
    <div class="undo-place" role="status">
      {offered.value && (
        <div class="undo-bar">
          <span>{offered.value.said}</span>
          <button class="small" onClick={() => void undoLast()}>
            <Icon name="undo" size={14} /> {t("undo.do")}
          </button>
          <button class="small quiet" aria-label={t("undo.dismiss")} onClick={forgetUndo}>
            <Icon name="cross" size={14} />
          </button>
        </div>
      )}
    </div>
  );
}
