"""Hearing live at real time against the final pass, on the same model, sound and threads.

    python -m bench.listening.streaming --audio-dir DIR --seconds 120 --out out/bench/listening

``DIR`` holds recordings (``a.flac``) and beside each its reference (``a.json``:
``{"turns": [{"start": s, "end": s, "speaker": name, "text": words}]}``). Prints a table and writes JSON. Latency runs
from the end of a spoken word to the event that commits it; reference word times are interpolated inside turns.
"""

import argparse
import json
import platform
import resource
import tempfile
import time
import wave
from pathlib import Path

from app.settings import settings
from asr.audio import open_recording
from asr.door import live_file, transcribe_file
from asr.engine import WhisperTranscriber
from bench.listening.score import score
from visit.audio import BYTES_PER_SAMPLE, SAMPLE_RATE
from visit.charts import Chart


def shortened(path: Path, seconds: float, folder: Path) -> tuple[Path, float]:
    """The first ``seconds`` of a recording as WAV, and how long that is."""
    recording, out, count = open_recording(path), folder / f"{path.stem}.wav", 0
    with wave.open(str(out), "wb") as file:
        file.setnchannels(recording.channels)
        file.setsampwidth(BYTES_PER_SAMPLE)
        file.setframerate(SAMPLE_RATE)
        for block in recording.blocks(1.0):
            if count / SAMPLE_RATE >= seconds:
                break
            file.writeframes(block)
            count += len(block) // (BYTES_PER_SAMPLE * recording.channels)
    return out, count / SAMPLE_RATE


def measure(transcriber: WhisperTranscriber, path: Path, turns: list[dict], length_s: float) -> dict:
    """Both ways of hearing one recording."""
    rows: list[dict] = []
    cpu = time.process_time()
    live_file(transcriber, path, Chart(), 1.0, rows.append)
    live_cpu = time.process_time() - cpu
    began, cpu = time.monotonic(), time.process_time()
    transcript = transcribe_file(transcriber, path, Chart())
    took, final_cpu = time.monotonic() - began, time.process_time() - cpu
    whole = [{"type": "final", "text": turn.text} for turn in transcript.turns]
    minutes = length_s / 60
    return {
        "live": score(turns, rows, length_s) | {"cpu_s_per_minute": round(live_cpu / minutes, 1)},
        "final": score(turns, whole, length_s)
        | {"cpu_s_per_minute": round(final_cpu / minutes, 1), "real_time_factor": round(took / length_s, 3)},
    }


def main() -> None:
    """Run the bench."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--audio-dir", type=Path, required=True)
    parser.add_argument("--seconds", type=float, default=1e9, help="use only the start of each recording")
    parser.add_argument("--model", default="whisper-base")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--out", type=Path, default=Path("out/bench/listening"))
    args = parser.parse_args()
    models = settings().models_dir
    speaker = models / "campplus" / "campplus.onnx"
    transcriber = WhisperTranscriber(
        models / args.model, speaker_model=speaker if speaker.is_file() else None, threads=args.threads
    )
    transcriber.load()
    results = {}
    with tempfile.TemporaryDirectory() as folder:
        for path in sorted(args.audio_dir.iterdir()):
            truth = path.with_suffix(".json")
            if path.suffix == ".json" or not truth.is_file():
                continue
            sound, length_s = shortened(path, args.seconds, Path(folder))
            results[path.stem] = measure(transcriber, sound, json.loads(truth.read_text())["turns"], length_s)
            for way, row in results[path.stem].items():
                print(f"{path.stem:24} {way:6} {json.dumps(row)}", flush=True)
    transcriber.close()
    report = {
        "machine": platform.machine(),
        "model": args.model,
        "threads": args.threads,
        "peak_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "recordings": results,
    }
    args.out.mkdir(parents=True, exist_ok=True)
    (args.out / "streaming.json").write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
