"""Compare the writers of a note on held-out visits: rules, the embedded model with and without its adapter.

    python -m bench.notes.engines [--data DIR] [--visits 5] [--rows rules plain adapted alone whole] [--out DIR]

Rows: ``rules`` writes phrases only; ``plain`` lets the model reword them, ``adapted`` with its adapter (both keep the
phrase where the gate refuses, so they are mixes); ``alone`` is what the adapted model wrote, without the phrases;
``whole`` gives the model the whole transcript in one prompt and takes what it says. Each row runs in a process of its
own and leaves its drafts and ``ROW.json`` in OUT; a row that is there is not made again. Salience weights are those of
``--folds`` (:mod:`bench.notes.folds`), which never saw the visit; without it the shipped ones, which have seen it.
Times are seconds of one core, so that a busy machine does not change them; ``--budget-s`` is wall clock.
"""

import argparse
import hashlib
import json
import multiprocessing
import resource
import statistics
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from app.doors import draft_encounter
from app.engines import build_local_engine
from app.settings import settings
from bench.notes.data import DATA, Row, rows
from bench.notes.folds import weights_for
from prompts.drafter import SegmentDrafter
from prompts.engines.local import Adapter, LocalEngine, LocalSettings
from prompts.salience import Weights
from train.dialogues import reader

ROWS = ("rules", "plain", "adapted", "alone", "whole")
HELD_OUT = {"aci": "valid", "primock57": "day3"}
INSTRUCTION = "Write the SOAP note of this visit."
LONGEST = 300
"""Tokens of a note that the model writes in one go."""


@dataclass(frozen=True)
class Job:
    """One row to measure. ``folds`` is the folder with weights that never saw a visit."""

    row: str
    data: Path
    visits: int
    budget_s: float
    adapter: Adapter | None
    folds: Path | None


@dataclass(frozen=True)
class Spent:
    """What one draft cost, in seconds of one core."""

    cpu_s: float
    slowest_s: float


class Timed(SegmentDrafter):
    """A drafter that remembers how long its slowest segment took, in seconds of one core."""

    def __init__(self, engine: LocalEngine | None, weights: Weights | None) -> None:
        super().__init__(engine, weights)
        self.slowest = 0.0

    def draft(self, *given: Any) -> Any:
        started = time.process_time()
        try:
            return super().draft(*given)
        finally:
            self.slowest = max(self.slowest, time.process_time() - started)


def visits(data: Path, most: int) -> dict[str, list[Row]]:
    """The first held-out visits of each set."""
    return {
        name: [row for row in rows(data, name) if row.get("split") == split][:most] for name, split in HELD_OUT.items()
    }


def engine(job: Job) -> LocalEngine | None:
    """The engine of a row, loaded; none for the rules."""
    if job.row == "rules":
        return None
    made = build_local_engine(settings(), adapted=False)
    made = LocalEngine(made.folder, replace(made.settings, budget_s=job.budget_s, adapter=job.adapter))
    made.warm_up()
    return made


def worded(job: Job) -> tuple[list[Row], list[Spent], float]:
    """The drafts of one row, what each cost, and the peak memory in MB."""
    used, drafts, spent = engine(job), [], []
    for visit in sum(visits(job.data, job.visits).values(), []):
        writer = Timed(used, weights_for(visit["id"], job.folds) if job.folds else None)
        started = time.process_time()
        drafts.append(draft_encounter({"id": visit["id"], "turns": visit["turns"]}, reader(), writer))
        spent.append(Spent(time.process_time() - started, writer.slowest))
    return drafts, spent, memory_mb()


def whole(job: Job) -> tuple[list[Row], list[Spent], float]:
    """The same model, asked for the whole note at once; nothing checks what it says and nothing shows where from."""
    import torch

    tokenizer, model, device = build_local_engine(settings(), adapted=False).loaded()
    drafts, spent = [], []
    for visit in sum(visits(job.data, job.visits).values(), []):
        said = "\n".join(f"{turn['speaker']}: {turn['text']}" for turn in visit["turns"])
        asked = [{"role": "user", "content": f"{INSTRUCTION}\n\n{said}"}]
        ids = tokenizer.apply_chat_template(asked, add_generation_prompt=True, return_tensors="pt", return_dict=True)
        started = time.process_time()
        with torch.inference_mode():
            out = model.generate(**ids.to(device), max_new_tokens=LONGEST, do_sample=False, repetition_penalty=1.1)
        took = time.process_time() - started
        text = tokenizer.decode(out[0, ids["input_ids"].shape[1] :], skip_special_tokens=True)
        sentences = [{"text": line, "evidence": []} for line in text.replace(". ", ".\n").splitlines() if line.strip()]
        drafts.append({"id": visit["id"], "sections": {"subjective": text}, "sentences": sentences})
        spent.append(Spent(took, took))
    return drafts, spent, memory_mb()


def alone(drafts: Sequence[Row]) -> list[Row]:
    """What the model wrote when the phrases are taken away."""
    out = []
    for drafted in drafts:
        kept = [s for s in drafted["sentences"] if s["origin"] == "model"]
        sections = {name: "\n".join(s["text"] for s in kept if s["section"] == name) for name in drafted["sections"]}
        out.append({**drafted, "sentences": kept, "sections": sections})
    return out


def run(job: Job, out: Path) -> None:
    """Make one row in a fresh process, unless it is there, and keep its drafts and what they cost."""
    if (out / f"{job.row}.json").exists():
        return
    if job.row == "alone":
        keep(out, job.row, alone(rows(out, "adapted")), {})
        return
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        drafts, spent, memory = pool.apply(whole if job.row == "whole" else worded, (job,))
    keep(out, job.row, drafts, {
        "memory_mb": round(memory),
        "cpu_s": [round(one.cpu_s, 2) for one in spent],
        "slowest_s": [round(one.slowest_s, 2) for one in spent],
        "held_out_weights": bool(job.folds),
        "budget_s": job.budget_s,
    })  # fmt: skip


def keep(out: Path, row: str, drafts: Sequence[Row], about: Mapping[str, Any]) -> None:
    lines = "".join(json.dumps(draft, ensure_ascii=False) + "\n" for draft in drafts)
    (out / f"{row}.jsonl").write_text(lines, encoding="utf-8")
    (out / f"{row}.json").write_text(json.dumps(about) + "\n", encoding="utf-8")


def costs(out: Path, row: str, drafts: Sequence[Row], mine: Sequence[str]) -> dict[str, float]:
    """The share of a row's sentences that the model worded, and core seconds, over the visits named."""
    about = json.loads((out / f"{row}.json").read_text(encoding="utf-8"))
    made = [s for draft in drafts if draft["id"] in mine for s in draft["sentences"]]
    found: dict[str, float] = {}
    if any("origin" in s for s in made):
        found["worded"] = round(sum(s["origin"] == "model" for s in made) / len(made), 3)
    if "cpu_s" in about:
        picked = [i for i, draft in enumerate(drafts) if draft["id"] in mine]
        found["core_s"] = round(statistics.fmean(about["cpu_s"][i] for i in picked), 1)
        found["slowest_s"] = round(max(about["slowest_s"][i] for i in picked), 1)
        found["peak_mb"] = about["memory_mb"]
    return found


def memory_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def shipped_or(path: Path | None) -> Adapter | None:
    """The adapter at ``path``, or the one that ships."""
    if path is None:
        return build_local_engine(settings()).settings.adapter
    return Adapter(path, hashlib.sha256(path.read_bytes()).hexdigest())


@dataclass(frozen=True)
class Options:
    """What of the engines is measured, and how."""

    data: Path
    out: Path
    visits: int = 5
    rows: Sequence[str] = ROWS
    budget_s: float = LocalSettings().budget_s
    adapter: Path | None = None
    folds: Path | None = None


def measure(options: Options) -> None:
    """Make every row that is asked for and not there yet."""
    options.out.mkdir(parents=True, exist_ok=True)
    for row in (row for row in ROWS if row in options.rows):
        adapter = shipped_or(options.adapter) if row == "adapted" else None
        run(Job(row, options.data, options.visits, options.budget_s, adapter, options.folds), options.out)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--visits", type=int, default=Options.visits, help="of each held-out set")
    parser.add_argument("--rows", nargs="+", choices=ROWS, default=list(ROWS))
    parser.add_argument("--budget-s", type=float, default=Options.budget_s)
    parser.add_argument("--adapter", type=Path, help="another adapter than the one that ships")
    parser.add_argument("--folds", type=Path, help="folder of bench.notes.folds")
    parser.add_argument("--out", type=Path, default=Path("out/bench/notes/engines"))
    measure(Options(**vars(parser.parse_args())))


if __name__ == "__main__":
    main()
