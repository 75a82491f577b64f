import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { api } from "../api";
import { signedIn } from "../state";
import { Icon } from "../views/icons";
import type { FactorSetup, SessionView } from "../wire.gen";
import { t } from "./messages";
import { QrCode } from "./qr";
import { account } from "./requests";
import { Problem, useRun } from "./run";

/** The authenticator of one's own account: set up, or taken away with password and code. */
export function Factor({ session }: { session: SessionView }): JSX.Element {
  return (
    <section class="card" aria-labelledby="factor-title">
      <h2 id="factor-title">{t("factor.title")}</h2>
      {session.second_factor ? <Remove /> : <SetUp required={session.factor_setup} />}
    </section>
  );
}

function SetUp({ required }: { required: boolean }): JSX.Element {
  const setup = useSignal<FactorSetup | null>(null);
  const { problem, busy, run } = useRun();
  const begin = () => run(async () => (setup.value = await account.begin()));
  return (
    <>
      <p>{t(required ? "factor.required" : "factor.off")}</p>
      <p class="muted">{t("factor.says")}</p>
      <Problem of={problem} />
      {setup.value === null ? (
        <button class="primary" disabled={busy.value} onClick={() => void begin()}>
          <Icon name="lock" /> {t("factor.begin")}
        </button>
      ) : (
        <Confirm setup={setup.value} />
      )}
    </>
  );
}

/** Show the secret once, as picture and as text, and ask for a code that proves that it was taken over. */
function Confirm({ setup }: { setup: FactorSetup }): JSX.Element {
  const { problem, busy, run } = useRun();
  const confirm = (event: SubmitEvent) => {
    event.preventDefault();
    const code = new FormData(event.target as HTMLFormElement).get("code") as string;
    void run(async () => {
      await account.confirm({ code });
      await signedIn(await api.session());
    });
  };
  return (
    <>
      <ol class="steps">
        <li>
          {t("factor.scan")}
          <QrCode text={setup.uri} label={t("factor.qr")} />
        </li>
        <li>
          {t("factor.type")}
          <code class="secret">{setup.secret.replace(/(.{4})(?=.)/g, "$1 ")}</code>
        </li>
        <li>{t("factor.enter")}</li>
      </ol>
      <form onSubmit={confirm}>
        <label>
          {t("factor.code")}
          <Code first />
        </label>
        <Problem of={problem} />
        <button class="primary" disabled={busy.value}>
          <Icon name="check" /> {t("factor.confirm")}
        </button>
      </form>
    </>
  );
}

function Remove(): JSX.Element {
  const { problem, busy, run } = useRun();
  const remove = (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    const [password, code] = [form.get("password") as string, form.get("code") as string];
    void run(async () => {
      await account.remove({ password, code });
      await signedIn(await api.session());
    });
  };
  return (
    <>
      <p class="line good" role="status">
        <Icon name="checkCircle" /> {t("factor.on")}
      </p>
      <p class="muted">{t("factor.lost")}</p>
      <details>
        <summary>{t("factor.remove")}</summary>
        <form onSubmit={remove}>
          <label>
            {t("password.old")}
            <input name="password" type="password" autocomplete="current-password" required />
          </label>
          <label>
            {t("factor.code")}
            <Code />
          </label>
          <Problem of={problem} />
          <button class="danger" disabled={busy.value}>
            {t("factor.remove")}
          </button>
        </form>
      </details>
    </>
  );
}

/** Where the code of an authenticator is typed; with `first` the caret begins here. */
export function Code({ first = false }: { first?: boolean }): JSX.Element {
  const box = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => {
    if (first) box.current?.focus();
  }, [first]);
  return (
    <input
      name="code"
      inputMode="numeric"
      autocomplete="one-time-code"
      minLength={6}
      maxLength={7}
      required
      ref={box}
    />
  );
}
