import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { api } from "../api";
import { t } from "../messages";
import { attempt, go } from "../state";
import type { EmergencyForm as Body, GrantView, ScheduledVisit } from "../wire.gen";
import { Icon } from "./icons";

/** Ask to read a visit that another clinician opened ("break glass"): for a stated reason, and for a while. */
export function EmergencyForm(props: { visit: ScheduledVisit; onCancel: () => void }): JSX.Element {
  const { visit, onCancel } = props;
  const busy = useSignal(false);
  const box = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => box.current?.focus(), []);
  const take = async (event: SubmitEvent) => {
    event.preventDefault();
    if (busy.value) return;
    busy.value = true;
    const reason = new FormData(event.target as HTMLFormElement).get("reason") as string;
    const body: Body = { ehr_encounter_id: visit.ehr_encounter_id, reason: reason.trim() };
    const grant = await attempt(() => api.request<GrantView>("POST", "/emergency-access", body));
    busy.value = false;
    if (grant) go(grant.encounter);
  };
  return (
    <form
      class="emergency"
      aria-label={t("emergency.title")}
      onSubmit={(event) => void take(event)}
    >
      <p>
        <Icon name="alert" /> <strong>{t("emergency.title")}.</strong> {t("emergency.says")}
      </p>
      <label>
        {t("emergency.reason")}
        <textarea name="reason" rows={2} minLength={10} maxLength={1000} required ref={box} />
      </label>
      <div class="actions">
        <button class="danger" disabled={busy.value}>
          {t("emergency.read")}
        </button>
        <button type="button" onClick={onCancel}>
          {t("form.cancel")}
        </button>
      </div>
    </form>
  );
}
