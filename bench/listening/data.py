"""The recordings a bench listens to, and what was really said in them."""

import argparse
import json
import sys
import tempfile
import wave
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from asr.audio import open_recording
from asr.errors import TruncatedAudio
from visit.audio import BYTES_PER_SAMPLE, SAMPLE_RATE

AUDIO = Path(__file__).parents[3] / "shared" / "audio"
"""Where recordings are looked for unless ``--audio`` says otherwise: beside the checkout."""

Pcm = npt.NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Visit:
    """A recording (mono WAV, perhaps only its start) and the turns that were spoken in it.

    ``number`` is its place among the recordings of the folder, by name, from 1.
    """

    number: int
    name: str
    path: Path
    turns: list[dict[str, Any]]
    length_s: float

    @property
    def pcm(self) -> Pcm:
        """All samples."""
        return np.frombuffer(b"".join(open_recording(self.path).blocks()), "<i2")


def arguments(description: str | None, seconds: float) -> argparse.ArgumentParser:
    """The options that every bench on recordings has."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--audio", type=Path, default=AUDIO, help="folder of a.flac, each with its reference a.json")
    parser.add_argument("--visits", nargs="*", default=[], help="numbers, in order of name, or names; all if left out")
    parser.add_argument("--seconds", type=float, default=seconds, help="use only the start of each recording")
    parser.add_argument("--model", default="whisper-base")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--out", type=Path, default=Path("out/bench/listening"))
    parser.add_argument("--docs", action="store_true", help="write the tables into docs/benchmarks/listening.md")
    return parser


@contextmanager
def visits(folder: Path, names: Sequence[str], seconds: float) -> Iterator[list[Visit]]:
    """The recordings of a folder that have a reference, cut after the last turn that ends within ``seconds``.

    Leaves the program with a clear line when there are none.
    """
    all_of_them = [path for path in sorted(folder.glob("*.json")) if path.with_suffix(".flac").is_file()]
    found = [(n, path) for n, path in enumerate(all_of_them, 1) if not names or {str(n), path.stem} & set(names)]
    if not found:
        sys.exit(f"no such recordings with references in {folder}: name a folder with --audio")
    with tempfile.TemporaryDirectory() as scratch:
        yield [_cut(number, truth, seconds, Path(scratch)) for number, truth in found]


def write_wav(path: Path, samples: Pcm) -> Path:
    """16 kHz mono samples as WAV."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(BYTES_PER_SAMPLE)
        file.setframerate(SAMPLE_RATE)
        file.writeframes(samples.astype("<i2").tobytes())
    return path


def _cut(number: int, truth: Path, seconds: float, scratch: Path) -> Visit:
    sound = truth.with_suffix(".flac")
    turns = [turn for turn in json.loads(truth.read_text("utf-8"))["turns"] if turn["end"] <= seconds]
    end = int((max(turn["end"] for turn in turns) + 0.3) * SAMPLE_RATE)
    blocks = bytearray()
    try:
        for block in open_recording(sound).blocks():
            blocks += block
            if len(blocks) >= end * BYTES_PER_SAMPLE:
                break
    except TruncatedAudio as cut_off:
        print(f"{sound.name}: {cut_off}", file=sys.stderr)
    samples = np.frombuffer(bytes(blocks), "<i2")[:end]
    wav = write_wav(scratch / f"{sound.stem}.wav", samples)
    return Visit(number, sound.stem, wav, turns, len(samples) / SAMPLE_RATE)
