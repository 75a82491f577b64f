import type { JSX } from "preact";
import { Icon } from "../views/icons";
import type { ConnectionView } from "../wire.gen";
import { t } from "./messages";
import { Pending } from "./page";
import { admin } from "./requests";
import { useAnswer } from "./use-answer";

/** Whether notes can be filed: does the record system answer, and which permission is missing? */
export function Connection(): JSX.Element {
  const { value, problem, read } = useAnswer(admin.connection);
  if (value.value === null) return <Pending problem={problem.value} />;
  const { reachable, missing, problems } = value.value;
  return (
    <>
      <p class={`line ${reachable ? "good" : "bad"}`} role="status">
        <Icon name={reachable ? "checkCircle" : "alert"} />
        {reachable ? t("ehr.reachable") : t("ehr.unreachable")}
      </p>
      {missing.length > 0 && (
        <>
          <h2>{t("ehr.missing")}</h2>
          <ul class="rows">
            {missing.map(({ scope, purpose }) => (
              <li key={scope} class="row check bad">
                <Icon name="alert" />
                <code>{scope}</code> <span>{purpose}</span>
              </li>
            ))}
          </ul>
        </>
      )}
      {problems.length > 0 && (
        <>
          <h2>{t("ehr.problems")}</h2>
          <ul class="rows">
            {problems.map((each) => (
              <li key={each} class="row check bad">
                <Icon name="alert" /> {each}
              </li>
            ))}
          </ul>
        </>
      )}
      <Facts connection={value.value} />
      {problem.value !== null && <Pending problem={problem.value} />}
      <button onClick={() => void read()}>
        <Icon name="refresh" /> {t("again")}
      </button>
    </>
  );
}

function Facts({ connection }: { connection: ConnectionView }): JSX.Element {
  const facts = [
    [t("ehr.address"), connection.url],
    [t("ehr.destination"), connection.destination],
    [t("ehr.status"), connection.doc_status],
    [t("ehr.software"), connection.software],
    [t("ehr.version"), connection.fhir_version],
    [t("ehr.duplicates"), connection.refuses_duplicates ? t("ehr.yes") : t("ehr.no")],
    [t("ehr.granted"), connection.granted],
  ];
  return (
    <dl class="exact-facts">
      {facts.map(([name, fact]) => (
        <div key={name} class="fact">
          <dt>{name}</dt>
          <dd>{fact ?? t("ehr.unknown")}</dd>
        </div>
      ))}
    </dl>
  );
}
