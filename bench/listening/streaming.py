"""Hearing live at real time, one and more visits at once, against offline decoding and the final pass.

    python -m bench.listening.streaming
    python -m bench.listening.streaming --audio DIR --runs whisper-base:1 whisper-tiny-en:4 --docs

Each run is a process of its own: so many streams share one engine, each hears a recording at 1.0 times real time.
Offline is faster-whisper's own ``transcribe`` at beam 5 on the same model and sound. Latency runs from the end of a
spoken word (interpolated inside its turn, good to about 0.3 s) to the event that commits it.
"""

import multiprocessing
import resource
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from app.settings import settings
from asr.door import live_file, transcribe_file
from asr.engine import WhisperTranscriber
from bench.listening import report
from bench.listening.data import Visit, arguments, visits
from bench.listening.score import normalise, score, word_error
from visit.charts import Chart

HEADS = ("what", "word error", "commit p50", "p95", "changed words", "tail lost", "CPU s / audio min", "peak MB", "RTF")


def listener(model: str, threads: int) -> WhisperTranscriber:
    """The transcriber under test, loaded."""
    speakers = settings().models_dir / "campplus" / "campplus.onnx"
    made = WhisperTranscriber(
        settings().models_dir / model, speaker_model=speakers if speakers.is_file() else None, threads=threads
    )
    made.load()
    return made


def live(model: str, threads: int, heard: list[Visit]) -> dict[str, Any]:
    """All visits at once, each at real time; figures of each stream and of the whole."""
    transcriber = listener(model, threads)
    rows: list[list[dict[str, Any]]] = [[] for _ in heard]
    cpu = time.process_time()
    jobs = [
        threading.Thread(target=live_file, args=(transcriber, visit.path, Chart(), 1.0, rows[at].append))
        for at, visit in enumerate(heard)
    ]
    for job in jobs:
        job.start()
    for job in jobs:
        job.join()
    used = time.process_time() - cpu
    transcriber.close()
    return {
        "streams": [score(v.turns, row, v.length_s) | {"visit": v.name} for v, row in zip(heard, rows, strict=True)],
        "cpu_s_per_minute": round(used / sum(visit.length_s for visit in heard) * 60, 1),
        "peak_mb": _peak_mb(),
    }


def final(model: str, threads: int, visit: Visit) -> dict[str, Any]:
    """The final pass alone."""
    transcriber = listener(model, threads)
    began, cpu = time.monotonic(), time.process_time()
    transcript = transcribe_file(transcriber, visit.path, Chart())
    took, used = time.monotonic() - began, time.process_time() - cpu
    transcriber.close()
    return _whole(visit, " ".join(turn.text for turn in transcript.turns), took, used)


def offline(model: str, threads: int, visit: Visit) -> dict[str, Any]:
    """faster-whisper as it comes: beam 5, previous text as prompt, the whole file at once."""
    from faster_whisper import WhisperModel

    loaded = WhisperModel(str(settings().models_dir / model), device="cpu", compute_type="int8", cpu_threads=threads)
    began, cpu = time.monotonic(), time.process_time()
    sound = visit.pcm.astype(np.float32) / 32768
    segments, _ = loaded.transcribe(sound, language="en", beam_size=5, condition_on_previous_text=True)
    text = " ".join(segment.text.strip() for segment in segments)
    return _whole(visit, text, time.monotonic() - began, time.process_time() - cpu)


def _whole(visit: Visit, text: str, took: float, used: float) -> dict[str, Any]:
    errors, words = word_error(visit.turns, text)
    return {
        "words": words,
        "heard": len(normalise(text)),
        "word_error": round(errors / max(1, words), 4),
        "rtf": round(took / visit.length_s, 3),
        "cpu_s_per_minute": round(used / visit.length_s * 60, 1),
        "peak_mb": _peak_mb(),
    }


def _peak_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def apart(job: Any, *args: Any) -> Any:
    """Run a function in a fresh process, so that memory and threads are its own."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(job, *args).result()


def assigned(found: list[Visit], streams: int) -> list[Visit]:
    """A recording for each stream; they are used again when there are too few."""
    return [found[at % len(found)] for at in range(streams)]


def row(label: str, got: dict[str, Any]) -> list[Any]:
    """One line of the table; of several streams the worst latency and the mean error."""
    streams = got.get("streams", [got])

    def worst(name: str) -> Any:
        return max((s[name] for s in streams if s.get(name) is not None), default=None)

    error = 100 * sum(s["word_error"] * s["words"] for s in streams) / max(1, sum(s["words"] for s in streams))
    seconds = [None if worst(name) is None else f"{worst(name)} s" for name in ("commit_p50_s", "commit_p95_s")]
    return [
        label, f"{error:.2f} %", *seconds, worst("instability"), worst("tail_lost"),
        got["cpu_s_per_minute"], got["peak_mb"], got.get("rtf"),
    ]  # fmt: skip


def main() -> None:
    """Run the bench."""
    parser = arguments(__doc__, 75.0)
    parser.add_argument("--runs", nargs="*", default=["whisper-base:1", "whisper-base:2", "whisper-tiny-en:4"])
    args = parser.parse_args()
    results: dict[str, Any] = {}
    with visits(args.audio, args.visits, args.seconds) as found:
        first = found[: max(1, len(args.visits))]
        for number, visit in enumerate(first, 1):
            results[f"offline {args.model}, visit {number}"] = apart(offline, args.model, args.threads, visit)
            results[f"final pass {args.model}, visit {number}"] = apart(final, args.model, args.threads, visit)
        for run in args.runs:
            model, streams = run.rsplit(":", 1)
            name = f"live {model}, {streams} stream{'s' * (streams != '1')}"
            results[name] = apart(live, model, args.threads, assigned(found, int(streams)))
            print(name, results[name], flush=True)
    rows = [row(label, got) for label, got in results.items()]
    text = report.table(HEADS, rows)
    print(text)
    report.save(args.out, "streaming", {"seconds": args.seconds, "threads": args.threads, "results": results})
    bars = [(line[0], float(line[3].split()[0]) if line[3] else None) for line in rows if line[3]]
    plot = report.DOCS / "streaming.svg" if args.docs else Path(args.out) / "streaming.svg"
    report.chart(plot, "95th percentile of word commit latency, seconds", bars, "s")
    if args.docs:
        text += "\n\n![95th percentile of commit latency of each run](streaming.svg)"
        report.document("streaming", text, f"python -m bench.listening.streaming --seconds {args.seconds:g} --docs")


if __name__ == "__main__":
    main()
