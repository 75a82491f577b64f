import { t } from "./messages";
import { failure } from "./state";

/** Put a text on the clipboard; false, and said, where the browser does not let the page. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    failure.value = t("note.notCopied");
    return false;
  }
}
