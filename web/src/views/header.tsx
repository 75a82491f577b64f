import type { JSX } from "preact";
import { api } from "../api";
import { recorder } from "../recorder";
import { attempt, encounterId, go, session, theme } from "../state";
import { clock } from "../words";
import type { UserView } from "../wire.gen";
import { Icon } from "./icons";

const NEXT_THEME: Record<string, string> = { auto: "dark", dark: "light", light: "auto" };

export function Header({ user }: { user: UserView }): JSX.Element {
  const leave = async () => {
    await attempt(() => api.signOut());
    session.value = null;
  };
  const busy = recorder.active.value;
  return (
    <header class="app-bar">
      {encounterId.value === null ? (
        <span class="brand">
          <Mark /> Sidenote
        </span>
      ) : (
        <button class="quiet" onClick={() => go(null)}>
          <Icon name="back" /> Visits
        </button>
      )}
      <span class="spacer" />
      {busy && recorder.encounterId.value !== encounterId.value && (
        <button class="record small" onClick={() => go(recorder.encounterId.value)}>
          <Icon name="mic" /> Recording {clock(recorder.samples.value)}. Back to the visit
        </button>
      )}
      <button
        class="quiet"
        title={`Theme: ${theme.value}`}
        aria-label={`Theme: ${theme.value}. Change`}
        onClick={() => (theme.value = NEXT_THEME[theme.value] ?? "auto")}
      >
        <Icon name={theme.value === "light" ? "sun" : "moon"} />
        <span class="wide-only">{theme.value}</span>
      </button>
      <span class="who">
        <Icon name="user" /> <span>{user.name}</span>
      </span>
      <button
        class="quiet"
        disabled={busy}
        title={busy ? "Stop the recording first" : undefined}
        onClick={() => void leave()}
      >
        Sign out
      </button>
    </header>
  );
}

/** Sidenote's mark: a voice that becomes lines of a note. */
export function Mark(): JSX.Element {
  return (
    <svg class="mark" width="26" height="26" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" />
      <path class="voice" d="M8 13v6M12 9.5v13M16 12v8" />
      <path class="lines" d="M20 11.5h5M20 16h5M20 20.5h3" />
    </svg>
  );
}
