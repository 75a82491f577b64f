import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useCallback } from "preact/hooks";
import { Icon } from "../views/icons";
import { moment } from "../words";
import type { AuditEntryView, AuditView, UserView } from "../wire.gen";
import { t } from "./messages";
import { Pending } from "./page";
import { AUDIT_PAGE, admin } from "./requests";
import { useAnswer } from "./use-answer";

/** Who did what, newest first, and whether the chain of entries is whole. */
export function Audit(): JSX.Element {
  const before = useSignal<number | null>(null);
  const end = before.value;
  const ask = useCallback(() => entriesBefore(end), [end]);
  const { value, problem } = useAnswer(ask);
  const people = useAnswer(admin.users).value.value ?? [];
  if (problem.value !== null) {
    return (
      <p class="line bad" role="alert">
        <Icon name="alert" /> {t("audit.broken", { problem: problem.value })}
      </p>
    );
  }
  if (value.value === null) return <Pending problem={null} />;
  const { number, head, entries } = value.value;
  const oldest = entries[0]?.number ?? 1;
  return (
    <>
      <p class="line good" role="status">
        <Icon name="checkCircle" />
        <span>
          {t("audit.intact", { number })} {t("audit.head")} <code>{head.slice(0, 16)}…</code>
        </span>
      </p>
      {entries.length === 0 ? (
        <p class="empty">{t("audit.none")}</p>
      ) : (
        <Table entries={entries.toReversed()} people={people} />
      )}
      <div class="actions">
        <button disabled={oldest <= 1} onClick={() => (before.value = oldest)}>
          {t("audit.older")}
        </button>
        <button onClick={() => (before.value = null)}>{t("audit.newest")}</button>
      </div>
      <Emergencies people={people} />
    </>
  );
}

/** The entries before a number, or the newest. The server gives entries after a number, oldest first. */
async function entriesBefore(before: number | null): Promise<AuditView> {
  const end = before ?? (await admin.audit(0)).number + 1;
  const answer = await admin.audit(Math.max(0, end - 1 - AUDIT_PAGE));
  return { ...answer, entries: answer.entries.filter(({ number }) => number < end) };
}

function Table(props: { entries: AuditEntryView[]; people: UserView[] }): JSX.Element {
  return (
    <div class="scrolled" tabIndex={0} role="region" aria-label={t("audit")}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t("audit.number")}</th>
            <th scope="col">{t("audit.when")}</th>
            <th scope="col">{t("audit.who")}</th>
            <th scope="col">{t("audit.what")}</th>
            <th scope="col">{t("audit.about")}</th>
          </tr>
        </thead>
        <tbody>
          {props.entries.map(({ number, at, actor, action, target }) => (
            <tr key={number}>
              <td>{number}</td>
              <td>{moment(at)}</td>
              <td>{nameOf(actor, props.people)}</td>
              <td>{action}</td>
              <td>{target}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Charts that were opened in an emergency by people who otherwise could not. */
function Emergencies({ people }: { people: UserView[] }): JSX.Element {
  const { value, problem } = useAnswer(admin.emergencies);
  return (
    <>
      <h2>{t("audit.emergency")}</h2>
      {value.value === null && <Pending problem={problem.value} />}
      {value.value?.length === 0 && <p class="muted">{t("audit.noEmergency")}</p>}
      <ul class="rows">
        {value.value?.map(({ encounter, user, at, until, reason }) => (
          <li key={`${encounter}-${at}`} class="row">
            <Icon name="alert" />
            {t("audit.until", {
              who: nameOf(user, people),
              at: moment(at),
              until: moment(until),
              reason,
            })}
          </li>
        ))}
      </ul>
    </>
  );
}

function nameOf(id: string, people: UserView[]): string {
  return people.find((user) => user.id === id)?.name ?? id;
}
