"""Drafts of every visible full visit, each by weights that were fitted without it.

    python -m bench.notes.folds [--data DIR] [--folds 5] [--cache VECTORS.npz] --out DRAFTS.jsonl

The shipped salience weights are fitted on all visible visits, so drafts made with them flatter those visits. Here the
visits are dealt into folds by a hash of their id; each fold is drafted, by rule, with weights fitted on the others. The
figures of ``docs/benchmarks/notes.md`` rest on these drafts.
"""

import argparse
import hashlib
import json
import tempfile
from pathlib import Path

import numpy as np

from app.doors import draft_encounter
from app.settings import settings
from bench.notes.data import DATA, rows
from nlp.reader import ClinicalReader
from prompts import salience
from prompts.drafter import SegmentDrafter
from train.salience import Encoder, examples, fit, visits

SETS = ("aci", "primock57")


def fold_of(name: str, folds: int) -> int:
    """The fold of a visit: the same on every machine."""
    return int(hashlib.sha256(name.encode()).hexdigest(), 16) % folds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--cache", type=Path, help="keep sentence vectors here between runs")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    talks = [row for name in SETS for row in rows(args.data, name)]
    encoder = Encoder(settings().models_dir / "minilm-l6-v2")
    labelled = examples(list(visits(args.data, list(SETS), set())), encoder, args.cache)
    reader, drafter = ClinicalReader(), SegmentDrafter(None)
    with tempfile.TemporaryDirectory() as folder, args.out.open("w", encoding="utf-8") as out:
        salience.WEIGHTS, salience.VOCABULARY = Path(folder) / "w.npz", Path(folder) / "v.json"
        for fold in range(args.folds):
            seen = [row for row in labelled if fold_of(row[3], args.folds) != fold]
            vocabulary, divisions, weights, bias = fit(seen)
            np.savez(salience.WEIGHTS, weights=weights.astype(np.float16), bias=bias.astype(np.float32))
            stored = {"version": 1, "divisions": divisions, "features": vocabulary}
            salience.VOCABULARY.write_text(json.dumps(stored), encoding="utf-8")
            salience._load.cache_clear()
            for talk in talks:
                if fold_of(talk["id"], args.folds) == fold:
                    drafted = draft_encounter({"id": talk["id"], "turns": talk["turns"]}, reader, drafter, "soap")
                    out.write(json.dumps(drafted, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
