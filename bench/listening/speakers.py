"""Who said it: diarisation error and the share of words under the right role, one channel, no enrolment and with it.

    python -m bench.listening.speakers

The final pass hears each recording. Roles count over words that were recognised right. Diarisation error (missed, false
and confused speech over all reference speech) is taken on 20 ms frames with a collar of 0.25 s around each boundary.
With ``--enrol`` the clinician's voice is enrolled first, from turns of the other recordings of the same voice (named
in the references as ``doctor_voice`` and ``patient_voice``); without such turns that column stays empty.
"""

import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment

from asr.door import transcribe_file
from asr.engine import WhisperTranscriber
from asr.errors import HearingError
from bench.listening import report
from bench.listening.data import Visit, arguments, visits
from bench.listening.score import align, fold
from bench.listening.streaming import listener
from visit.audio import SAMPLE_RATE
from visit.charts import Chart
from visit.turns import Transcript, Turn
from visit.voices import VoicePrint

FRAME_S, COLLAR_S = 0.02, 0.25
ROLES = {"doctor": "clinician"}


def role_share(turns: list[dict[str, Any]], heard: tuple[Turn, ...]) -> float | None:
    """Words under the right role among those that were recognised."""
    truth = [(w, ROLES.get(turn["speaker"], turn["speaker"])) for turn in turns for w in fold(turn["text"])]
    said = [(word, turn.speaker.value) for turn in heard for word in fold(turn.text)]
    _, pairs = align([word for word, _ in truth], [word for word, _ in said])
    right = sum(truth[i][1] == said[j][1] for i, j in pairs)
    return right / len(pairs) if pairs else None


def diarisation_error(turns: list[dict[str, Any]], heard: tuple[Turn, ...]) -> float | None:
    """Missed, false and confused frames over reference speech, after the best assignment of voices."""
    names = sorted({turn["speaker"] for turn in turns})
    voices = sorted({turn.voice for turn in heard if turn.voice})
    if not voices:
        return None
    count = int(max([t["end"] for t in turns] + [t.end / SAMPLE_RATE for t in heard]) / FRAME_S) + 2
    truth, guess, scored = np.full(count, -1), np.full(count, -1), np.ones(count, bool)
    for turn in turns:
        truth[int(turn["start"] / FRAME_S) : int(turn["end"] / FRAME_S)] = names.index(turn["speaker"])
        for edge in (turn["start"], turn["end"]):
            scored[max(0, int((edge - COLLAR_S) / FRAME_S)) : int((edge + COLLAR_S) / FRAME_S)] = False
    for heard_turn in heard:
        at = slice(int(heard_turn.start / SAMPLE_RATE / FRAME_S), int(heard_turn.end / SAMPLE_RATE / FRAME_S))
        guess[at] = voices.index(heard_turn.voice) if heard_turn.voice else -1
    truth, guess = truth[scored], guess[scored]
    both = np.array([[np.sum((truth == i) & (guess == j)) for j in range(len(voices))] for i in range(len(names))])
    rows, columns = linear_sum_assignment(-both)
    wrong = int(np.sum((truth >= 0) != (guess >= 0)) + both.sum() - both[rows, columns].sum())
    return wrong / max(1, int(np.sum(truth >= 0)))


def enrolled(transcriber: WhisperTranscriber, audio: Path, visit: Visit, found: list[Visit]) -> VoicePrint | None:
    """The print of this visit's clinician, from what the same voice says elsewhere."""
    about = {v.name: json.loads((audio / f"{v.name}.json").read_text("utf-8")) for v in found}
    voice = about[visit.name].get("doctor_voice")
    for other in found:
        for speaker in ("doctor", "patient"):
            if other.name != visit.name and voice and about[other.name].get(f"{speaker}_voice") == voice:
                sound, own = other.pcm, [turn for turn in other.turns if turn["speaker"] == speaker]
                parts = [sound[int(t["start"] * SAMPLE_RATE) : int(t["end"] * SAMPLE_RATE)] for t in own]
                joined = np.concatenate(parts)[: 30 * SAMPLE_RATE] if parts else sound[:0]
                with tempfile.NamedTemporaryFile(suffix=".pcm") as file:
                    file.write(joined.tobytes())
                    file.flush()
                    try:
                        return transcriber.enrol(Path(file.name))
                    except HearingError:
                        continue
    return None


def hear(transcriber: WhisperTranscriber, visit: Visit, voice: VoicePrint | None) -> Transcript:
    """The final pass, with a voice known or not."""
    if voice is None:
        return transcribe_file(transcriber, visit.path, Chart())
    with tempfile.NamedTemporaryFile(suffix=".pcm") as file:
        file.write(visit.pcm.tobytes())
        file.flush()
        return transcriber.finalise(Path(file.name), Chart(), clinician=voice)


def main() -> None:
    """Run the bench."""
    parser = arguments(__doc__, 1e9)
    parser.add_argument("--enrol", action="store_true", help="also with the clinician's voice enrolled")
    args = parser.parse_args()
    transcriber, results = listener(args.model, args.threads), {}
    with visits(args.audio, args.visits, args.seconds) as found:
        for visit in found:
            ways: dict[str, VoicePrint | None] = {"plain": None}
            voice = enrolled(transcriber, args.audio, visit, found) if args.enrol else None
            if voice is not None:
                ways["enrolled"] = voice
            results[visit.name] = {"number": visit.number, "turns": len(visit.turns)}
            for way, print_ in ways.items():
                turns = hear(transcriber, visit, print_).turns
                results[visit.name][f"{way} roles"] = role_share(visit.turns, turns)
                results[visit.name][f"{way} der"] = diarisation_error(visit.turns, turns)
            print(visit.name, results[visit.name], flush=True)
    transcriber.close()
    keys = ("plain roles", "plain der", "enrolled roles", "enrolled der")
    rows = [
        [got["number"], *(None if got.get(k) is None else f"{100 * got[k]:.1f} %" for k in keys)]
        for got in results.values()
    ]
    heads = (
        "visit",
        "words under the right role",
        "diarisation error",
        "roles, enrolled",
        "diarisation error, enrolled",
    )
    bars = [
        (f"visit {got['number']}, {what}", None if got.get(key) is None else round(100 * got[key], 1))
        for got in results.values()
        for what, key in (("role", "plain roles"), ("diarisation error", "plain der"))
    ]
    chart = report.Chart("Words under the right role, and diarisation error, in per cent", bars)
    numbers = [got["number"] for got in results.values()] if args.visits else []
    report.publish("speakers", args, report.table(heads, rows), {"results": results}, chart, visits=numbers)


if __name__ == "__main__":
    main()
