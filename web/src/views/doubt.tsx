import type { JSX } from "preact";
import { t } from "../messages";
import { inWords } from "../messages/stored";
import { player } from "../player";
import { visit } from "../state";
import { clock } from "../words";
import type { DoubtView } from "../wire.gen";
import { Icon } from "./icons";

/** A place to listen to again: what was heard, what may have been said instead, and its sound. */
export function DoubtRow({ doubt }: { doubt: DoubtView }): JSX.Element {
  const { kind, text, other, reason, start, end } = doubt;
  const key = `doubt-${start}-${other}`;
  const playing = player.playing.value === key;
  const play = () => {
    if (visit.value) player.play(key, visit.value.encounter.id, [{ start, end }]);
  };
  return (
    <li class="gap">
      <Icon name="alert" size={14} />{" "}
      {t(`doubt.${kind}`, { text: text || "…", other: other || "…", reason: inWords(reason) })}{" "}
      {end > start && (
        <button
          class="time"
          aria-label={t(playing ? "doubt.stop" : "doubt.play", { time: clock(start) })}
          onClick={() => (playing ? player.stop() : play())}
        >
          <Icon name={playing ? "stop" : "play"} size={12} /> {clock(start)}
        </button>
      )}
    </li>
  );
}
