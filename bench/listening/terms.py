"""Do the chart's drugs help hearing them, and are they ever heard where nobody said them?

    python -m bench.listening.terms

Sentences of ``terms.toml`` are spoken by four synthetic voices (flite) with some noise, everyday talk between them, and
heard by the final pass three times: without a list, with the twenty drugs that are said, and with twenty drugs that
are not (another patient's chart). Word error is over all words; drug error is the share of spoken drugs that are not in
the text; an insertion is a listed drug more often in the text than it was said.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from asr.audio import open_recording
from asr.door import transcribe_file
from asr.engine import WhisperTranscriber
from bench.listening import report
from bench.listening.data import Pcm, write_wav
from bench.listening.score import fold, word_error
from bench.listening.streaming import listener
from visit.audio import SAMPLE_RATE
from visit.charts import Chart
from visit.turns import DoubtKind

VOICES = ("slt", "rms", "awb", "kal16")
PAUSE_S, NOISE_DB = 0.9, -50.0


def script(terms: dict[str, Any], most: int) -> list[str]:
    """What is said, in order: each drug in one sentence, with talk after every second one."""
    lines = []
    for at, drug in enumerate(terms["drugs"][:most]):
        lines.append(terms["sentences"][at % len(terms["sentences"])].format(drug=drug))
        if at % 2:
            lines.append(terms["talk"][at // 2 % len(terms["talk"])])
    return lines


def speak(lines: Sequence[str], folder: Path) -> Pcm:
    """All lines one after the other, each by the next voice, with noise under them."""
    if shutil.which("flite") is None:
        sys.exit("the sentences are spoken by Debian's flite")
    rng, parts = np.random.default_rng(5), []
    for at, line in enumerate(lines):
        wav = folder / "line.wav"
        subprocess.run(["flite", "-voice", VOICES[at % len(VOICES)], "-t", line, "-o", str(wav)], check=True)
        parts += [np.frombuffer(b"".join(open_recording(wav).blocks()), "<i2"), np.zeros(int(PAUSE_S * SAMPLE_RATE))]
    sound = np.concatenate(parts) / 32768
    noisy = sound + rng.normal(0, 10 ** (NOISE_DB / 20), len(sound))
    return (np.clip(noisy, -1, 1) * 32767).astype(np.int16)


def measure(transcriber: WhisperTranscriber, path: Path, lines: Sequence[str], listed: Sequence[str],
            drugs: Sequence[str]) -> dict[str, Any]:  # fmt: skip
    """One way of hearing."""
    heard = transcribe_file(transcriber, path, Chart(medications=tuple(listed)))
    text = " ".join(turn.text for turn in heard.turns)
    words, said = Counter(fold(text)), Counter(fold(" ".join(lines)))
    errors, count = word_error([{"text": line} for line in lines], text)
    kinds = Counter(doubt.kind for doubt in heard.doubts)
    return {
        "word_error": round(errors / count, 4),
        "drug_error": round(sum(not words[drug] for drug in drugs) / len(drugs), 4),
        "inserted": sum(max(0, words[term] - said[term]) for term in listed),
        "heard_again": kinds[DoubtKind.LISTED],
        "offered": kinds[DoubtKind.SOUNDS_LIKE],
    }


def main() -> None:
    """Run the bench."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--drugs", type=int, default=20, help="speak only so many of the drugs")
    parser.add_argument("--model", default="whisper-base")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--out", type=Path, default=Path("out/bench/listening"))
    parser.add_argument("--docs", action="store_true", help="write the table into docs/benchmarks/listening.md")
    args = parser.parse_args()
    terms = tomllib.loads(Path(__file__).with_name("terms.toml").read_text("utf-8"))
    lines, drugs = script(terms, args.drugs), terms["drugs"][: args.drugs]
    transcriber, results = listener(args.model, args.threads), {}
    with tempfile.TemporaryDirectory() as folder:
        sound = speak(lines, Path(folder))
        path = write_wav(Path(folder) / "terms.wav", sound)
        for name, listed in (("no list", []), ("the patient's list", terms["drugs"]), ("wrong list", terms["wrong"])):
            results[name] = measure(transcriber, path, lines, listed, drugs)
            print(name, results[name], flush=True)
    transcriber.close()
    hours = len(sound) / SAMPLE_RATE / 3600
    rows = [
        [name, f"{100 * got['word_error']:.2f} %", f"{100 * got['drug_error']:.0f} %",
         f"{got['inserted']} ({got['inserted'] / hours:.0f} an hour)", got["heard_again"], got["offered"]]
        for name, got in results.items()
    ]  # fmt: skip
    heads = ("told of", "word error", "drug error", "listed drugs inserted", "in doubt", "offered")
    text = f"{len(drugs)} drugs in {60 * hours:.1f} minutes of speech.\n\n{report.table(heads, rows)}"
    bars = [(f"told of {name}", round(100 * got["drug_error"], 1)) for name, got in results.items()]
    chart = report.Chart("Drugs that are not in the text, of 100 said", bars)
    report.publish("terms", args, text, {"minutes": round(60 * hours, 2), "results": results}, chart)


if __name__ == "__main__":
    main()
