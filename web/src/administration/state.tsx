import type { JSX } from "preact";
import { Icon } from "../views/icons";
import { t } from "./messages";
import { Pending } from "./page";
import { admin } from "./requests";
import { useAnswer } from "./use-answer";

/** What the server says of itself: page, data, disk, device, models, record system. */
export function State(): JSX.Element {
  const { value, problem, read } = useAnswer(admin.checks);
  if (value.value === null) return <Pending problem={problem.value} />;
  return (
    <>
      <p class="muted">{t("state.says")}</p>
      <ul class="rows">
        {value.value.map(({ name, ok, advice }) => (
          <li key={name} class={`row check ${ok ? "good" : "bad"}`}>
            <Icon name={ok ? "checkCircle" : "alert"} />
            <strong class="grow">{name}</strong>
            <span>{ok ? t("state.good") : t("state.bad")}</span>
            {!ok && <p class="advice">{advice}</p>}
          </li>
        ))}
      </ul>
      {problem.value !== null && <Pending problem={problem.value} />}
      <button onClick={() => void read()}>
        <Icon name="refresh" /> {t("again")}
      </button>
    </>
  );
}
