import { sounds } from "./preferences";

/** Pitches in hertz, one after the other. */
const CUES = {
  start: [523, 784],
  stop: [784, 523],
  lost: [330, 330, 330],
} as const;

const TONE_S = 0.12;
const LOUDNESS = 0.08;

/** A short sound, when the user switched sounds on. They are off until then. */
export function cue(name: keyof typeof CUES): void {
  if (sounds.value === "off") return;
  const context = new AudioContext();
  CUES[name].forEach((pitch, index) => {
    const tone = new OscillatorNode(context, { frequency: pitch });
    const gain = new GainNode(context, { gain: LOUDNESS });
    tone.connect(gain).connect(context.destination);
    tone.start(context.currentTime + index * TONE_S);
    tone.stop(context.currentTime + (index + 0.8) * TONE_S);
  });
  setTimeout(() => void context.close(), CUES[name].length * TONE_S * 1000 + 500);
}
