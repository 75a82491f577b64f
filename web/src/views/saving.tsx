import type { JSX } from "preact";
import { t } from "../messages";
import { saving } from "../note/desk";
import { Icon, type IconName } from "./icons";
import type { Standing } from "../note/saving";

const ICON: Record<Standing, IconName> = {
  saved: "check",
  waiting: "pen",
  saving: "refresh",
  failed: "alert",
};

/** Whether what was written is safe on the server. */
export function SavingMark(): JSX.Element | null {
  const desk = saving.value;
  if (!desk) return null;
  const standing = desk.standing.value;
  return (
    <span class={`saving ${standing}`} role={standing === "failed" ? "alert" : "status"}>
      <Icon name={ICON[standing]} size={14} /> {t(`saving.${standing}`)}
      {standing === "failed" && desk.problem.value !== null && ` ${desk.problem.value}`}
    </span>
  );
}
