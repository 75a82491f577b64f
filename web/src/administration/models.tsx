import type { JSX } from "preact";
import type { ModelView, SheetView } from "../wire.gen";
import { t } from "./messages";
import { Pending } from "./page";
import { admin } from "./requests";
import { useAnswer } from "./use-answer";

const STATEMENTS = [
  "developer",
  "intended_use",
  "out_of_scope",
  "inputs",
  "outputs",
  "training_data",
  "validation",
  "limits",
  "fairness",
  "maintenance",
] as const satisfies readonly (keyof SheetView)[];

/** Every model that can work here, and what is known of it: whose it is, what for, from what it learnt. */
export function Models(): JSX.Element {
  const { value, problem } = useAnswer(admin.models);
  if (value.value === null) return <Pending problem={problem.value} />;
  return (
    <>
      <p class="muted">{t("models.says")}</p>
      <ul class="rows">
        {value.value.map((model) => (
          <li key={model.name} class="row">
            <Model model={model} />
          </li>
        ))}
      </ul>
    </>
  );
}

/** One model: its name and job, and its sheet when it is opened. The sheets are in English. */
function Model({ model }: { model: ModelView }): JSX.Element {
  return (
    <details class="sheet">
      <summary>
        <strong>{model.name}</strong>{" "}
        {t(model.job === null ? "models.idle" : `models.${model.job}`)}
      </summary>
      <p lang="en">
        {model.about} · {model.version} · {model.licence}
      </p>
      <dl class="exact-facts">
        {STATEMENTS.map((name) => (
          <div key={name} class="fact">
            <dt>{t(`models.${name}`)}</dt>
            <dd lang="en">{model.sheet[name]}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
