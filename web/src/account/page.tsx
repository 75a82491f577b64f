import type { JSX } from "preact";
import { session } from "../state";
import "./account.css";
import { Factor } from "./factor";
import { t } from "./messages";
import { Password } from "./password";

/** One's own account: the second factor, and the password. Nothing else opens while a factor must be set up. */
export function Account(): JSX.Element | null {
  const now = session.value;
  if (!now) return null;
  return (
    <main class="page account">
      <h1>{t("title")}</h1>
      <p>
        <strong>{now.user.name}</strong> <span class="muted">{now.user.username}</span>
      </p>
      <Factor session={now} />
      {!now.factor_setup && <Password factor={now.second_factor} />}
    </main>
  );
}
