"""Drafts of every visible full visit, each by salience weights that were fitted without it.

    python -m bench.notes.folds [--data DIR] [--folds 5] --out FOLDER

The shipped salience weights are fitted on all visible visits, so drafts made with them flatter those visits. Here the
visits are dealt into folds by a hash of their id; each fold is drafted, by rule, with weights fitted on the others.
FOLDER keeps the weights and drafts of each fold, so that a run that was cut off goes on, and ``held-out.jsonl`` with
all drafts in the end. Delete FOLDER after a change of the rules or of the data.
"""

import argparse
import hashlib
import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from app.doors import draft_encounter
from app.settings import settings
from bench.notes.data import DATA, SETS, Row, rows
from prompts.drafter import SegmentDrafter
from prompts.salience import Weights
from train.dialogues import reader
from train.salience import Example, examples, fit, visits
from train.vectors import Vectors

FOLDS = 5


def fold_of(name: str, folds: int = FOLDS) -> int:
    """The fold of a visit: the same on every machine."""
    return int(hashlib.sha256(name.encode()).hexdigest(), 16) % folds


def weights_for(name: str, folder: Path, folds: int = FOLDS) -> Weights | None:
    """The weights in ``folder`` that never saw a visit; ``None`` when they were not fitted yet."""
    path = folder / f"weights-{fold_of(name, folds)}"
    return Weights.load(path) if path.with_suffix(".npz").exists() else None


def held_out(data: Path, folder: Path, folds: int = FOLDS) -> dict[str, Row]:
    """Every visit's draft by id, made now where it is not there yet; writes ``held-out.jsonl``."""
    folder.mkdir(parents=True, exist_ok=True)
    talks = [row for name in SETS for row in rows(data, name)]

    @cache
    def labelled() -> list[Example]:
        vectors = Vectors(settings().models_dir / "minilm-l6-v2", folder / "vectors.npz")
        return examples(list(visits(data, SETS)), vectors)

    drafts: dict[str, Row] = {}
    for fold in range(folds):
        weights = folder / f"weights-{fold}"
        if not weights.with_suffix(".npz").exists():
            seen = [row for row in labelled() if fold_of(row.dialogue, folds) != fold]
            fit(seen)[0].save(weights)
        mine = [talk for talk in talks if fold_of(talk["id"], folds) == fold]
        drafts |= _drafted(mine, weights, folder / f"drafts-{fold}.jsonl")
    _write(folder / "held-out.jsonl", [drafts[talk["id"]] for talk in talks])
    return drafts


def _drafted(talks: Sequence[Row], weights: Path, kept: Path) -> dict[str, Row]:
    """The drafts of one fold, those of ``kept`` when it is there."""
    if not kept.exists():
        drafter = SegmentDrafter(None, Weights.load(weights))
        _write(kept, [draft_encounter({"id": t["id"], "turns": t["turns"]}, reader(), drafter, "soap") for t in talks])
    return {row["id"]: row for row in map(json.loads, kept.read_text(encoding="utf-8").splitlines())}


def _write(path: Path, drafts: Sequence[Row]) -> None:
    part = path.with_suffix(".part")
    part.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in drafts), encoding="utf-8")
    part.replace(path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--folds", type=int, default=FOLDS)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    print(f"{len(held_out(args.data, args.out, args.folds))} drafts in {args.out / 'held-out.jsonl'}")


if __name__ == "__main__":
    main()
