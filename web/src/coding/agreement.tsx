import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import "./coding.css";
import { attempt } from "../state";
import { Waiting } from "../views/waiting";
import type { AgreementRow, AgreementView } from "../wire.gen";
import { percent } from "./format";
import { t } from "./messages";
import { requests } from "./requests";

const COUNTS = ["decided", "accepted", "changed", "rejected", "added"] as const;

/** How often suggestions were kept. Nothing decided shows as nothing, not as zero or a hundred percent. */
export function Agreement(): JSX.Element {
  const view = useSignal<AgreementView | null>(null);
  useEffect(() => {
    void attempt(() => requests.agreement()).then((found) => (view.value = found));
  }, [view]);
  if (!view.value) return <Waiting what={t("agreement.title")} />;
  const { total, by_code, by_coder, by_model } = view.value;
  return (
    <main class="agreement">
      <h1>{t("agreement.title")}</h1>
      <p class="muted small">{t("agreement.explain")}</p>
      {total.decided + total.added === 0 ? (
        <p class="empty">{t("agreement.none")}</p>
      ) : (
        <>
          <Table title={t("agreement.all")} rows={[{ ...total, key: t("agreement.all") }]} />
          <Table title={t("agreement.byCode")} rows={by_code} />
          <Table title={t("agreement.byCoder")} rows={by_coder} />
          <Table title={t("agreement.byModel")} rows={by_model} />
        </>
      )}
    </main>
  );
}

function Table({ title, rows }: { title: string; rows: AgreementRow[] }): JSX.Element {
  return (
    <div class="table-scroll" tabIndex={0} role="region" aria-label={title}>
      <table>
        <caption>{title}</caption>
        <thead>
          <tr>
            <th scope="col">{t("agreement.key")}</th>
            <th scope="col">{t("agreement.rate")}</th>
            {COUNTS.map((count) => (
              <th key={count} scope="col">
                {t(`agreement.${count}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.key}>
              <th scope="row">{row.key}</th>
              <td>{percent(row.rate)}</td>
              {COUNTS.map((count) => (
                <td key={count}>{row[count]}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
