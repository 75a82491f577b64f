import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Division, SentenceView } from "../wire.gen";
import { choose } from "../state";
import { neighbours, saving } from "./desk";
import { DivisionEditor } from "./editor";

/** The sentences of a division as a text box. Loaded when the first note is opened for editing. */
export function DivisionText(props: {
  division: Division;
  label: string;
  sentences: SentenceView[];
}): JSX.Element {
  const { division, label, sentences } = props;
  const place = useRef<HTMLDivElement>(null);
  const latest = useRef(sentences);
  latest.current = sentences;
  useLayoutEffect(() => {
    if (!place.current) return;
    const desk = saving.peek();
    const editor = new DivisionEditor(place.current, {
      label,
      sentences: latest.current,
      onChange: () => desk?.changed(),
      onSentence: (sentence) => choose(sentence),
      onLeave: (direction) => neighbours.go(division, direction),
    });
    desk?.attach(division, editor);
    neighbours.add(division, editor);
    return () => {
      neighbours.remove(division, editor);
      editor.close();
      desk?.detach(division, editor);
    };
  }, [division, label]);
  return <div ref={place} class="division-text" />;
}
