import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import { explain } from "../api";
import { inTurn } from "../turn";
import { Icon } from "../views/icons";
import { moment } from "../words";
import type { DueView, HoldView, RetentionView, UserView } from "../wire.gen";
import { t } from "./messages";
import { Pending, Sure } from "./page";
import { admin } from "./requests";
import { useAnswer } from "./use-answer";

const KINDS = ["audio", "transcript", "encounter"] as const;

/** What is kept how long, what the rules would delete now, and what a legal hold keeps. */
export function Retention(): JSX.Element {
  const { value, problem } = useAnswer(admin.retention);
  const people = useAnswer(admin.users).value.value ?? [];
  const failed = useSignal<string | null>(null);
  // One after the other: the last answer is the newest.
  const inOrder = useRef(inTurn()).current;
  const run = async (action: () => Promise<RetentionView>) => {
    failed.value = null;
    try {
      value.value = await inOrder(action);
      return true;
    } catch (error) {
      failed.value = explain(error);
      return false;
    }
  };
  if (value.value === null) return <Pending problem={problem.value} />;
  const { due, holds } = value.value;
  return (
    <>
      {failed.value !== null && (
        <p class="problem" role="alert">
          <Icon name="alert" /> {failed.value}
        </p>
      )}
      <Rules retention={value.value} />
      <h2>{t("keep.due")}</h2>
      <p class="muted">{t("keep.dueSays")}</p>
      {due.length === 0 ? <p>{t("keep.nothingDue")}</p> : <Due due={due} />}
      <h2>{t("keep.holds")}</h2>
      <p class="muted">{t("keep.holdsSay")}</p>
      <ul class="rows" aria-label={t("keep.holds")}>
        {holds.map((hold) => (
          <Held
            key={hold.encounter}
            hold={hold}
            people={people}
            onRelease={() => void run(() => admin.release(hold.encounter))}
          />
        ))}
      </ul>
      <HoldForm onHold={(encounter, reason) => run(() => admin.hold(encounter, reason))} />
    </>
  );
}

/** The rule of each kind, as the settings have it. */
function Rules({ retention }: { retention: RetentionView }): JSX.Element {
  return (
    <dl class="exact-facts">
      {KINDS.map((kind) => {
        const days = retention[`${kind}_days`];
        return (
          <div key={kind} class="fact">
            <dt>{t(`keep.${kind}`)}</dt>
            <dd>
              {days === null ? t("keep.forever") : t(`keep.${kind}.days`, { n: days })}{" "}
              <code class="muted">SIDENOTE_RETENTION_{kind.toUpperCase()}_DAYS</code>
            </dd>
          </div>
        );
      })}
    </dl>
  );
}

function Due({ due }: { due: DueView[] }): JSX.Element {
  return (
    <div class="scrolled" tabIndex={0} role="region" aria-label={t("keep.due")}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t("keep.visit")}</th>
            <th scope="col">{t("keep.what")}</th>
          </tr>
        </thead>
        <tbody>
          {due.map(({ encounter, kind }) => (
            <tr key={`${encounter}-${kind}`}>
              <td>
                <code>{encounter}</code>
              </td>
              <td>{t(`keep.${kind}`)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Held(props: { hold: HoldView; people: UserView[]; onRelease: () => void }): JSX.Element {
  const { encounter, by, at, reason } = props.hold;
  const name = props.people.find((user) => user.id === by)?.name ?? by;
  return (
    <li class="row">
      <Icon name="lock" />
      <span class="grow">
        <code>{encounter}</code> {reason} <span class="muted">{`${name}, ${moment(at)}`}</span>
      </span>
      <Sure ask={t("keep.sure")} word={t("keep.release")} onSure={props.onRelease} />
    </li>
  );
}

function HoldForm(props: {
  onHold: (encounter: string, reason: string) => Promise<boolean>;
}): JSX.Element {
  const hold = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const field = (name: string) => (new FormData(form).get(name) as string).trim();
    const encounter = field("encounter");
    const held = await props.onHold(encounter, field("reason"));
    // The next one may be typed already.
    if (held && field("encounter") === encounter) form.reset();
  };
  return (
    <form class="card add-person" onSubmit={hold} aria-labelledby="place-hold">
      <h2 id="place-hold">{t("keep.place")}</h2>
      <label>
        {t("keep.visit")}
        <input name="encounter" required maxLength={100} autocomplete="off" autocapitalize="none" />
      </label>
      <label>
        {t("keep.reason")}
        <input name="reason" required minLength={3} maxLength={1000} autocomplete="off" />
      </label>
      <button class="primary">{t("keep.hold")}</button>
    </form>
  );
}
