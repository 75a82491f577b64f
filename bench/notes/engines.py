"""Compare the writers of a note on held-out visits: rules, the embedded model with and without its adapter.

    python -m bench.notes.engines [--data DIR] [--visits 5] [--rows rules plain adapted alone whole] [--out DIR]

Rows: ``rules`` writes phrases only; ``plain`` lets the model reword them, ``adapted`` with its adapter (both keep the
phrase where the gate refuses, so they are mixes); ``alone`` is what the adapted model wrote, without the phrases;
``whole`` gives the model the whole transcript in one prompt and takes what it says. Each row runs in a process of its
own. OUT gets ``engines.json`` (rows of earlier calls are kept) and the drafts, which ``bench.notes.score`` and other
scorers read. Times are seconds of one core, so that a busy machine does not change them; ``--budget-s`` is wall clock.
"""

import argparse
import json
import multiprocessing
import resource
import statistics
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from app.doors import draft_encounter
from app.engines import build_local_engine
from app.settings import settings
from bench.notes.data import DATA, rows
from bench.notes.score import score
from nlp.reader import ClinicalReader
from prompts.drafter import SegmentDrafter
from prompts.engines.local import Adapter, LocalEngine, LocalSettings

ROWS = ("rules", "plain", "adapted", "alone", "whole")
HELD_OUT = (("aci", "valid"), ("primock57", "day3"))
INSTRUCTION = "Write the SOAP note of this visit."
SHOWN = ("rouge1", "rouge2", "rougeLsum", "critical", "length", "evidence", "accepted", "flagged", "cpu_s", "slowest_s")


@dataclass(frozen=True)
class Job:
    """One row to measure."""

    row: str
    data: Path
    visits: int
    budget_s: float
    adapter: Adapter | None


class Timed(SegmentDrafter):
    """A drafter that remembers how long its slowest segment took, in seconds of one core."""

    def __init__(self, engine: LocalEngine | None) -> None:
        super().__init__(engine)
        self.slowest = 0.0

    def draft(self, *given: Any) -> Any:
        started = time.process_time()
        try:
            return super().draft(*given)
        finally:
            self.slowest = max(self.slowest, time.process_time() - started)


def visits(job: Job) -> list[dict[str, Any]]:
    """The first held-out visits of each set."""
    found = []
    for name, split in HELD_OUT:
        found += [row for row in rows(job.data, name) if row.get("split") == split][: job.visits]
    return found


def engine(job: Job) -> LocalEngine | None:
    """The engine of a row, loaded; none for the rules."""
    if job.row == "rules":
        return None
    made = build_local_engine(settings(), adapted=False)
    made = LocalEngine(made.folder, replace(made.settings, budget_s=job.budget_s, adapter=job.adapter))
    made.warm_up()
    return made


def measure(job: Job) -> tuple[list[dict[str, Any]], list[dict[str, float]], float]:
    """The drafts of one row, their scores, and the peak memory in MB."""
    reader, writer = ClinicalReader(), Timed(engine(job))
    drafts, scores = [], []
    for visit in visits(job):
        writer.slowest, started = 0.0, time.process_time()
        drafted = draft_encounter({"id": visit["id"], "turns": visit["turns"]}, reader, writer)
        spent = time.process_time() - started
        drafts.append(drafted)
        scores.append({**marks(drafted, visit), "cpu_s": spent, "slowest_s": writer.slowest})
    return drafts, scores, memory_mb()


def marks(drafted: dict[str, Any], visit: dict[str, Any]) -> dict[str, float]:
    """The scores of one draft, the share of its sentences that the model wrote, and the share that the gate marks."""
    made = drafted["sentences"]
    return {
        **score(drafted, visit),
        "accepted": sum(s["origin"] == "model" for s in made) / max(1, len(made)),
        "flagged": sum(s["verdict"] != "supported" for s in made) / max(1, len(made)),
    }


def alone(job: Job, drafts: list[dict[str, Any]]) -> list[dict[str, float]]:
    """The scores of what the model wrote when the phrases are taken away."""
    known, scores = {visit["id"]: visit for visit in visits(job)}, []
    for drafted in drafts:
        kept = [s for s in drafted["sentences"] if s["origin"] == "model"]
        sections = {name: "\n".join(s["text"] for s in kept if s["section"] == name) for name in drafted["sections"]}
        scores.append(marks({**drafted, "sentences": kept, "sections": sections}, known[drafted["id"]]))
    return scores


def whole(job: Job) -> tuple[list[dict[str, Any]], list[dict[str, float]], float]:
    """The same model, asked for the whole note at once; nothing checks what it says and nothing shows where from."""
    import torch

    writer = build_local_engine(settings(), adapted=False)
    tokenizer, model, device = writer.loaded()
    drafts, scores = [], []
    for visit in visits(job):
        said = "\n".join(f"{turn['speaker']}: {turn['text']}" for turn in visit["turns"])
        asked = [{"role": "user", "content": f"{INSTRUCTION}\n\n{said}"}]
        ids = tokenizer.apply_chat_template(asked, add_generation_prompt=True, return_tensors="pt", return_dict=True)
        started = time.process_time()
        with torch.inference_mode():
            out = model.generate(**ids.to(device), max_new_tokens=300, do_sample=False, repetition_penalty=1.1)
        spent = time.process_time() - started
        text = tokenizer.decode(out[0, ids["input_ids"].shape[1] :], skip_special_tokens=True)
        drafts.append({"id": visit["id"], "sections": {"subjective": text}, "sentences": [], "note": text})
        scores.append({**score(drafts[-1], visit), "cpu_s": spent, "slowest_s": spent})
    return drafts, scores, memory_mb()


def memory_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def means(scores: list[dict[str, float]]) -> dict[str, float]:
    names = dict.fromkeys(name for row in scores for name in row)
    return {name: round(statistics.fmean(row[name] for row in scores if name in row), 4) for name in names}


def by_set(drafts: list[dict[str, Any]], scores: list[dict[str, float]]) -> dict[str, dict[str, float]]:
    """The means over each set of visits."""
    primary = [draft["id"].startswith("day") for draft in drafts]
    groups = {"aci": False, "primock57": True}
    return {
        name: means([row for row, gp in zip(scores, primary, strict=True) if gp is wanted])
        for name, wanted in groups.items()
        if wanted in primary
    }


def run(job: Job, out: Path) -> dict[str, Any]:
    """Measure one row in a fresh process and keep its drafts."""
    work = whole if job.row == "whole" else measure
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        drafts, scores, memory = pool.apply(work, (job,))
    lines = "".join(json.dumps(draft, ensure_ascii=False) + "\n" for draft in drafts)
    (out / f"{job.row}.jsonl").write_text(lines, encoding="utf-8")
    return {"visits": len(drafts), "memory_mb": round(memory), **by_set(drafts, scores)}


def table(results: dict[str, Any]) -> str:
    """The results as a Markdown table, a line a row and set."""
    out = [f"| row | set | {' | '.join(SHOWN)} | MB |", f"|---|---|{'---|' * (len(SHOWN) + 1)}"]
    for row, result in results.items():
        for name in ("aci", "primock57"):
            if name in result:
                cells = (f"{result[name][key]:.3f}" if key in result[name] else "" for key in SHOWN)
                out.append(f"| {row} | {name} | {' | '.join(cells)} | {result.get('memory_mb', '')} |")
    return "\n".join(out)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--visits", type=int, default=5, help="of each held-out set")
    parser.add_argument("--rows", nargs="+", choices=ROWS, default=list(ROWS))
    parser.add_argument("--budget-s", type=float, default=LocalSettings.budget_s)
    parser.add_argument("--adapter", type=Path, help="another adapter than the one that ships")
    parser.add_argument("--out", type=Path, default=Path("out/engines"))
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    kept = args.out / "engines.json"
    results: dict[str, Any] = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else {}
    for row in (row for row in ROWS if row in args.rows):
        adapter = shipped_or(args.adapter) if row in ("adapted", "alone") else None
        job = Job(row, args.data, args.visits, args.budget_s, adapter)
        if row == "alone":
            drafts = rows(args.out, "adapted")
            results[row] = {"visits": len(drafts), **by_set(drafts, alone(job, drafts))}
        else:
            results[row] = run(job, args.out)
        kept.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    print(table(results))


def shipped_or(path: Path | None) -> Adapter | None:
    """The adapter at ``path``, or the one that ships."""
    if path is None:
        return build_local_engine(settings()).settings.adapter
    import hashlib

    return Adapter(path, hashlib.sha256(path.read_bytes()).hexdigest())


if __name__ == "__main__":
    main()
