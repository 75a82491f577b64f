"""Hearing live at real time, one and more visits at once, against offline decoding and the final pass.

    python -m bench.listening.streaming
    python -m bench.listening.streaming --audio DIR --runs whisper-base:1 whisper-tiny-en:4 --docs

Each run is a process of its own: so many streams share one engine, each hears a recording at 1.0 times real time.
Offline is faster-whisper's own ``transcribe`` at beam 5, and it and the final pass hear every visit with every model
that a live run uses, so that each row stands beside the offline error of its own sound. Latency runs from the end of a
spoken word (interpolated inside its turn, good to about 0.3 s) to the event that commits it.
"""

import multiprocessing
import resource
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import numpy as np

from app.settings import settings
from asr.door import live_file, transcribe_file
from asr.engine import WhisperTranscriber
from bench.listening import report
from bench.listening.data import Visit, arguments, visits
from bench.listening.score import normalise, score, word_error
from visit.charts import Chart

HEADS = ("what", "word error", "above offline", "commit p50", "p95", "p95 of the quickest stream", "changed words",
         "tail lost", "CPU s / audio min", "peak MB", "RTF")  # fmt: skip


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


def mean_error(streams: Sequence[Mapping[str, Any]]) -> float:
    """Word error over all words of several streams."""
    return float(sum(s["word_error"] * s["words"] for s in streams) / max(1, sum(s["words"] for s in streams)))


def row(label: str, got: dict[str, Any], plain: float | None = None) -> list[Any]:
    """One line of the table; of several streams the worst figures and the mean error.

    ``plain`` is the offline error of the same sound.
    """
    streams = got.get("streams", [got])

    def worst(name: str) -> Any:
        return max((s[name] for s in streams if s.get(name) is not None), default=None)

    error, late = mean_error(streams), [s["commit_p95_s"] for s in streams if s.get("commit_p95_s") is not None]
    seconds = (worst("commit_p50_s"), max(late, default=None), min(late) if len(late) > 1 else None)
    return [
        label, f"{100 * error:.2f} %", None if plain is None else f"{100 * (error - plain):+.2f}",
        *(None if value is None else f"{value} s" for value in seconds), worst("instability"), worst("tail_lost"),
        got["cpu_s_per_minute"], got["peak_mb"], got.get("rtf"),
    ]  # fmt: skip


def named(heard: Sequence[Visit]) -> str:
    """The visits of a run, by number."""
    numbers = [str(visit.number) for visit in heard]
    return f"visit {numbers[0]}" if len(numbers) == 1 else f"visits {', '.join(numbers)}"


def measure(runs: Sequence[tuple[str, list[Visit]]], threads: int) -> tuple[dict[str, Any], list[list[Any]]]:
    """Every visit with every model offline and by the final pass, then the live runs; figures and rows."""
    results: dict[str, Any] = {}
    rows: list[list[Any]] = []
    plain: dict[tuple[str, int], dict[str, Any]] = {}

    def note(label: str, got: dict[str, Any], model: str, heard: Sequence[Visit]) -> None:
        results[label] = got
        offline_of_it = mean_error([plain[model, visit.number] for visit in heard])
        rows.append(row(label, got, None if got is plain.get((model, heard[0].number)) else offline_of_it))
        print(label, got, flush=True)

    for model, heard in runs:
        for visit in heard:
            if (model, visit.number) in plain:
                continue
            plain[model, visit.number] = apart(offline, model, threads, visit)
            note(f"offline {model}, {named([visit])}", plain[model, visit.number], model, [visit])
            note(f"final pass {model}, {named([visit])}", apart(final, model, threads, visit), model, [visit])
    for model, heard in runs:
        many = "" if len(heard) == 1 else f"{len(heard)} streams, "
        note(f"live {model}, {many}{named(heard)}", apart(live, model, threads, heard), model, heard)
    return results, rows


def main() -> None:
    """Run the bench."""
    parser = arguments(__doc__, 75.0)
    parser.add_argument("--runs", nargs="*", help="model:streams; one and two of --model, four of tiny if left out")
    args = parser.parse_args()
    args.runs = args.runs or [f"{args.model}:1", f"{args.model}:2", "whisper-tiny-en:4"]
    with visits(args.audio, args.visits, args.seconds) as found:
        split = [run.rsplit(":", 1) for run in args.runs]
        results, rows = measure([(model, assigned(found, int(n))) for model, n in split], args.threads)
    figures = {"seconds": args.seconds, "threads": args.threads, "results": results}
    bars = [(line[0], float(line[4].split()[0])) for line in rows if line[4]]
    chart = report.Chart("95th percentile of word commit latency, seconds", bars, "s")
    numbers = [visit.number for visit in found] if args.visits else []
    report.publish("streaming", args, report.table(HEADS, rows), figures, chart, visits=numbers)


if __name__ == "__main__":
    main()
