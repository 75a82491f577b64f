import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { t } from "../messages";

interface ReleaseProps {
  /** What the person says to have done. */
  looked: string;
  busy: boolean;
  onRelease: () => Promise<void>;
}

/** A person who looked in the record system may say that it is not there; only then is it sent again. */
export function Release({ looked, busy, onRelease }: ReleaseProps): JSX.Element {
  const said = useSignal(false);
  return (
    <div class="release">
      <label class="toggle">
        <input
          type="checkbox"
          checked={said.value}
          onChange={(event) => (said.value = event.currentTarget.checked)}
        />
        {looked}
      </label>
      <button class="danger" disabled={!said.value || busy} onClick={() => void onRelease()}>
        {t("signing.release")}
      </button>
    </div>
  );
}
