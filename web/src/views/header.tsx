import type { JSX } from "preact";
import { api } from "../api";
import { t } from "../messages";
import { flushNote } from "../note/desk";
import { PAGES } from "../pages";
import { recorder } from "../recorder";
import { START, hrefOf, route } from "../router";
import { SERVER } from "../server";
import { attempt, encounterId, failure, go, session } from "../state";
import { clock } from "../words";
import type { UserView } from "../wire.gen";
import { Icon } from "./icons";
import { Mark } from "./mark";
import { Preferences } from "./preferences";

/** The bar of every page: where one can go, a recording that runs elsewhere, who is signed in. */
export function Header({ user }: { user: UserView }): JSX.Element {
  const leave = async () => {
    const { via } = session.peek() ?? {};
    // Who is signed out can save nothing more.
    if (!(await flushNote())) {
      failure.value = t("header.unsaved");
      return;
    }
    await attempt(() => api.signOut());
    session.value = null;
    if (via === "oidc" && SERVER === "") location.assign("/oidc/sign-out");
  };
  const busy = recorder.active.value;
  const mine = t("header.account", { name: user.name });
  return (
    <header class="app-bar">
      <Places user={user} />
      <span class="spacer" />
      {busy && recorder.encounterId.value !== encounterId.value && (
        <button class="record small" onClick={() => go(recorder.encounterId.value)}>
          <Icon name="mic" /> {t("header.recording", { time: clock(recorder.samples.value) })}
        </button>
      )}
      <Preferences />
      <a class="who" href={hrefOf("account")} title={mine} aria-label={mine}>
        <Icon name="user" /> <span>{user.name}</span>
      </a>
      <button
        class="quiet"
        disabled={busy}
        title={busy ? t("header.stopFirst") : undefined}
        onClick={() => void leave()}
      >
        {t("header.signOut")}
      </button>
    </header>
  );
}

function Places({ user }: { user: UserView }): JSX.Element {
  const closed = session.value?.factor_setup === true;
  const pages = PAGES.filter(
    (page) => !closed && page.title !== null && page.roles.includes(user.role),
  );
  const { page: here, id } = route.value;
  const inVisit = here === "encounters" && id !== null;
  return (
    <>
      {!inVisit && (
        <span class="brand">
          <Mark /> <span class="wide-only">Sidenote</span>
        </span>
      )}
      {(pages.length > 1 || ((inVisit || here === "account") && pages.length > 0)) && (
        <nav class="places" aria-label={t("header.pages")}>
          {pages.map(({ name, title }, index) => (
            <a
              key={name}
              href={hrefOf(name)}
              aria-current={
                here === name || (here === START.page && index === 0) ? "page" : undefined
              }
            >
              {(inVisit || here === "account") && index === 0 && <Icon name="back" />} {title?.()}
            </a>
          ))}
        </nav>
      )}
    </>
  );
}
