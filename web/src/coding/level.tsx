import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { Icon } from "../views/icons";
import type { AuditedCodes, CodeProblemView, CodingView, Complexity } from "../wire.gen";
import { audit, show } from "./desk";
import { t } from "./messages";

const LEVELS: Complexity[] = ["straightforward", "low", "moderate", "high"];

/** The visit level with what each element rests on. */
export function Level({ coding }: { coding: CodingView }): JSX.Element | null {
  const { level } = coding;
  if (!level) return null;
  return (
    <section class="desk-section" aria-label={t("level.title")}>
      <h3>
        {t("level.title")}: {t(`level.${level.level}`)}
      </h3>
      <p class="muted small">{t("level.says")}</p>
      <dl class="grid">
        {level.elements.map((element) => (
          <div key={element.name}>
            <dt>
              {t(`level.${element.name}`)}: <strong>{t(`level.${element.level}`)}</strong>
            </dt>
            <dd>
              <span class="small">{element.why}</span>
              {element.evidence.map((evidence, index) => (
                <button
                  key={index}
                  class="code-evidence"
                  onClick={() => show(`${element.name}-${index}`, evidence.turns)}
                >
                  <q>{evidence.text}</q>
                </button>
              ))}
            </dd>
          </div>
        ))}
      </dl>
      <p class="small">
        {level.minutes === null
          ? t("level.noTime")
          : t("level.time", {
              minutes: level.minutes,
              level: level.by_time ? t(`level.${level.by_time}`) : "–",
            })}
      </p>
    </section>
  );
}

/** What is wrong with the accepted codes. A clean claim shows nothing. */
export function Problems({ problems }: { problems: CodeProblemView[] }): JSX.Element | null {
  if (problems.length === 0) return null;
  return (
    <section class="desk-section" aria-label={t("audit.title")}>
      <h3>{t("audit.title")}</h3>
      <ProblemList problems={problems} />
    </section>
  );
}

function ProblemList({ problems }: { problems: CodeProblemView[] }): JSX.Element {
  return (
    <ul class="desk-problems">
      {problems.map((problem, index) => (
        <li key={index}>
          <Icon name="alert" size={14} /> <code>{problem.code}</code> {problem.why}
        </li>
      ))}
    </ul>
  );
}

/** Risk-adjustment categories; they inform and change nothing. */
export function Categories({ coding }: { coding: CodingView }): JSX.Element | null {
  if (coding.hccs.length === 0) return null;
  return (
    <section class="desk-section" aria-label={t("hcc.title")}>
      <h3>{t("hcc.title")}</h3>
      <ul class="small">
        {coding.hccs.map((hcc) => (
          <li key={hcc.code}>
            <code>{hcc.code}</code> {hcc.category} {hcc.label}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Check codes that were entered in another system. */
export function Entered(): JSX.Element {
  const text = useSignal("");
  const level = useSignal<Complexity | "">("");
  const found = useSignal<AuditedCodes | null>(null);
  const check = async () => {
    const entered = text.value.split(/[\s,;]+/).filter((code) => code !== "");
    if (entered.length > 0) found.value = await audit(entered, level.value || null);
  };
  const clean = found.value?.problems.length === 0 && found.value.level === null;
  return (
    <details class="desk-section">
      <summary>{t("audit.enter")}</summary>
      <form
        class="desk-form"
        onSubmit={(event) => {
          event.preventDefault();
          void check();
        }}
      >
        <label>
          {t("desk.codes")}
          <input
            placeholder="I10, E11.9"
            value={text.value}
            onInput={(event) => (text.value = event.currentTarget.value)}
          />
        </label>
        <label>
          {t("audit.level")}
          <select
            value={level.value}
            onChange={(event) => (level.value = event.currentTarget.value as Complexity | "")}
          >
            <option value="">{t("audit.noLevel")}</option>
            {LEVELS.map((each) => (
              <option key={each} value={each}>
                {t(`level.${each}`)}
              </option>
            ))}
          </select>
        </label>
        <button class="small">{t("audit.check")}</button>
      </form>
      <div role="status">
        {clean && <p class="small">{t("audit.clean")}</p>}
        {found.value && <ProblemList problems={found.value.problems} />}
        {found.value?.level && found.value.documented && (
          <p class="small">
            {t(`audit.${found.value.level}`, { level: t(`level.${found.value.documented}`) })}
          </p>
        )}
      </div>
    </details>
  );
}
