"""Ten minutes each of silence, a fan, a keyboard and a murmuring television: how many words are written?

    python -m bench.listening.noise --minutes 10

All sounds are made here: filtered noise, clicks, and four synthetic voices (espeak-ng) talking at once behind a wall.
Each is heard live (fast clock) and by the final pass, with a chart of ten drugs that the recogniser is told of. Every
word is one too many; a listed drug among them is counted apart.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from scipy.signal import butter, sosfilt

from asr.door import live_file, transcribe_file
from asr.listed import mentions
from bench.listening import report
from bench.listening.data import Pcm, write_wav
from bench.listening.streaming import listener
from visit.audio import SAMPLE_RATE
from visit.charts import Chart
from visit.words import Word

CHART = Chart(
    medications=("lisinopril", "metformin", "atorvastatin", "amlodipine", "omeprazole", "levothyroxine", "sertraline"),
    allergies=("penicillin", "ibuprofen", "codeine"),
)

CHATTER = (
    "and now the weather for the weekend, which will be mild with some rain in the west and sunshine later on sunday",
    "the home side took the lead just before the break and never looked like losing it in the second half of the match",
    "stir the onions slowly until they are soft, add the garlic and the tomatoes, and leave it all for half an hour",
    "the minister said that talks would go on through the night and that an agreement was closer than it had ever been",
)


def silence(length: int, rng: np.random.Generator) -> Pcm:
    """A quiet room: the faint hiss of a microphone."""
    return _scaled(rng.normal(size=length), -68)


def fan(length: int, rng: np.random.Generator) -> Pcm:
    """Low rumble and blades."""
    rumble = sosfilt(butter(2, 350, fs=SAMPLE_RATE, output="sos"), rng.normal(size=length))
    blades = 1 + 0.3 * np.sin(2 * np.pi * 24 * np.arange(length) / SAMPLE_RATE)
    return _scaled(rumble * blades, -36)


def keyboard(length: int, rng: np.random.Generator) -> Pcm:
    """Keys struck in bursts, about four a second."""
    out = rng.normal(size=length) * 10 ** (-65 / 20)
    click = sosfilt(butter(2, (1500, 6000), "bandpass", fs=SAMPLE_RATE, output="sos"), rng.normal(size=800))
    click *= np.exp(-np.arange(800) / 120)
    at = 0.0
    while at < length / SAMPLE_RATE - 1:
        start = int(at * SAMPLE_RATE)
        out[start : start + 800] += click * rng.uniform(0.05, 0.2)
        at += rng.exponential(0.25) if rng.random() > 0.03 else rng.uniform(2, 6)
    return (np.clip(out, -1, 1) * 32767).astype(np.int16)


def television(length: int, rng: np.random.Generator) -> Pcm:
    """Four voices at once, muffled and quiet."""
    if shutil.which("espeak-ng") is None:
        sys.exit("the television needs Debian's espeak-ng")
    total = np.zeros(length)
    for at, text in enumerate(CHATTER):
        raw = subprocess.run(
            ["espeak-ng", "-v", f"en-us+m{at + 1}", "-s", "150", "--stdout", text], check=True, capture_output=True
        ).stdout
        voice = np.frombuffer(raw[44:], "<i2").astype(np.float64)[: len(raw) // 2 - 22]
        voice = np.interp(np.arange(0, len(voice), 22_050 / SAMPLE_RATE), np.arange(len(voice)), voice)
        total += np.roll(np.resize(voice, length), int(rng.integers(0, length)))
    muffled = sosfilt(butter(4, 450, fs=SAMPLE_RATE, output="sos"), total)
    return _scaled(muffled, -46)


SOUNDS = {"silence": silence, "fan": fan, "keyboard": keyboard, "television": television}


def _scaled(sound: "np.typing.NDArray[np.float64]", level_db: float) -> Pcm:
    level = 10 ** (level_db / 20) / max(1e-9, float(np.sqrt(np.mean(sound**2))))
    return (np.clip(sound * level, -1, 1) * 32767).astype(np.int16)


def drugs_in(text: str) -> int:
    """Listed drugs in a text that should be empty."""
    return len(mentions([Word(word, 0, 0) for word in text.split()], (*CHART.medications, *CHART.allergies)))


def main() -> None:
    """Run the bench."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--sounds", nargs="*", choices=list(SOUNDS), help="all if left out")
    parser.add_argument("--model", default="whisper-base")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--out", type=Path, default=Path("out/bench/listening"))
    parser.add_argument("--docs", action="store_true", help="write the table into docs/benchmarks/listening.md")
    args = parser.parse_args()
    transcriber = listener(args.model, args.threads)
    results = {}
    with tempfile.TemporaryDirectory() as folder:
        for name in args.sounds or SOUNDS:
            sound = SOUNDS[name](int(args.minutes * 60 * SAMPLE_RATE), np.random.default_rng(11))
            path = write_wav(Path(folder) / f"{name}.wav", sound)
            live = live_file(transcriber, path, CHART, 60.0)
            final = transcribe_file(transcriber, path, CHART)
            texts = [" ".join(turn.text for turn in heard.turns) for heard in (live, final)]
            results[name] = {
                "live_words": len(texts[0].split()),
                "final_words": len(texts[1].split()),
                "drugs": sum(map(drugs_in, texts)),
                "gaps": len(final.gaps),
            }
            print(name, results[name], flush=True)
    transcriber.close()
    rows = [[name, *got.values()] for name, got in results.items()]
    heads = (
        f"{args.minutes:g} minutes of",
        "words live",
        "words final",
        "listed drugs",
        "gaps reported",
    )
    bars = [(f"{name}, {way}", got[f"{way}_words"]) for name, got in results.items() for way in ("live", "final")]
    chart = report.Chart(f"Words written in {args.minutes:g} minutes without speech", bars)
    report.publish("noise", args, report.table(heads, rows), {"minutes": args.minutes, "results": results}, chart)


if __name__ == "__main__":
    main()
