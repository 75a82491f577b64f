"""Traps, and what a note costs."""

import csv
import resource
import statistics
import time
from collections.abc import Sequence
from importlib import resources
from pathlib import Path

from nlp.icd10 import IcdCoder, note_from_text
from visit.notes import Note


def trap_rows() -> list[list[str]]:
    """Kind, note, codes wanted, codes forbidden."""
    text = resources.files("bench.codes").joinpath("traps.tsv").read_text("utf-8")
    return list(csv.reader(text.splitlines()[1:], delimiter="\t"))


def bench_traps(coder: IcdCoder) -> dict[str, object]:
    """Invented notes whose denied, doubtful, past and family mentions must not be coded as present."""
    broken, missing, total = [], [], 0
    for kind, note, wanted, forbidden in trap_rows():
        total += 1
        codes = [s.code for s in coder.suggest(note_from_text(note.replace("\\n", "\n"))) if s.accepted_tier]
        if any(c.startswith(tuple(forbidden.split())) for c in codes):
            broken.append({"kind": kind, "note": note, "codes": codes})
        if not set(wanted.split()) <= set(codes):
            missing.append({"kind": kind, "note": note, "wanted": wanted, "codes": codes})
    return {"traps": total, "sprung": broken, "right_code_missing": missing}


def bench_speed(cache: Path, embedder: Path | None, notes: Sequence[Note]) -> dict[str, float]:
    """A new coder's start; then one note after another, the first pass to warm up; memory of the whole process."""
    start = time.perf_counter()
    coder = IcdCoder(cache, embedder)
    opened = time.perf_counter() - start
    notes = notes or [note_from_text(row[1].replace("\\n", "\n")) for row in trap_rows()]
    warm = notes[: len(notes) // 2]
    for note in warm:
        coder.suggest(note)
    taken, worked = [], []
    for note in notes[len(warm) :]:
        start, cpu = time.perf_counter(), time.process_time()
        coder.suggest(note)
        taken.append(1000 * (time.perf_counter() - start))
        worked.append(1000 * (time.process_time() - cpu))
    return {
        "open_s": round(opened, 2),
        "warm_up": len(warm),
        "notes": len(taken),
        "median_ms": round(statistics.median(taken), 1),
        "p95_ms": round(statistics.quantiles(taken, n=20)[-1], 1),
        "median_cpu_ms": round(statistics.median(worked), 1),
        "p95_cpu_ms": round(statistics.quantiles(worked, n=20)[-1], 1),
        "peak_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
