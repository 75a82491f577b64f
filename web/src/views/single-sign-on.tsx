import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { api } from "../api";
import { t } from "../messages";
import { recorder } from "../recorder";
import { SERVER } from "../server";
import { session } from "../state";
import type { SignInMethods } from "../wire.gen";
import { Icon } from "./icons";

/** The way to the identity provider, where there is one. */
export function SingleSignOn(): JSX.Element | null {
  const name = useSignal<string | null>(null);
  useEffect(() => {
    api.request<SignInMethods>("GET", "/session/methods", undefined, false).then(
      (found) => (name.value = found.single_sign_on),
      () => undefined, // the password form says what is wrong
    );
    addEventListener("focus", look);
    return () => removeEventListener("focus", look);
  }, [name]);
  if (name.value === null) return null;
  // A recording lives in this page, and the extension's panel cannot leave: both wait for another tab.
  const elsewhere = recorder.active.value || SERVER !== "";
  return (
    <a
      class="button sso"
      href={`${SERVER}/oidc/sign-in`}
      target={elsewhere ? "_blank" : undefined}
      rel="noreferrer"
    >
      <Icon name="lock" /> {t("signin.with", { name: name.value })}
    </a>
  );
}

/** Somebody comes back to this page: perhaps they signed in elsewhere. */
function look(): void {
  api.session().then(
    (found) => (session.value ??= found),
    () => undefined,
  );
}
