"""Fit how much a statement matters (:mod:`prompts.salience`) on dialogues with reference notes.

    python -m train.salience DATA --minilm FOLDER --out FOLDER [--sources aci primock57] [--hold-out valid day3]

DATA holds ``aci.jsonl``, ``mts.jsonl`` and ``primock57.jsonl`` (see ``train/README.md``). Every candidate statement of
every dialogue is aligned with the reference note's clauses (MiniLM cosine or shared content words); one that meets a
clause belongs to that clause's division, any other to no division. Features seen in fewer than ``Plan.dialogues``
dialogues are left out, so neither names nor rare details of a dialogue can enter the model. OUT gets ``salience.npz``,
``salience.json`` and ``salience-run.json`` (sources, SHA-256 of the data, counts, loss).
"""

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from prompts.language.words import content
from prompts.phrases import statements
from prompts.salience import Judge, Weights
from train.dialogues import SOURCES, read, sha256, turns_of, understood
from train.references import Clause, clauses
from train.vectors import Vectors
from visit.notes import Division, NoteSentence

COSINE, CONTAINMENT = 0.60, 0.67
"""A candidate meets a clause from this cosine on, or from this share of the content words of both."""
NEARLY, HALF_SURE = 0.85, 0.3
"""What comes this near to a clause without meeting it counts less as left out."""
SHORT_DIALOGUE = 0.5
"""Weight of a statement of MTS-Dialog, whose dialogues are excerpts."""


@dataclass(frozen=True)
class Plan:
    """How the model is fitted: full-batch Adam from zero on cross entropy with an L2 penalty."""

    dialogues: int = 5
    penalty: float = 1e-4
    epochs: int = 60
    rate: float = 0.02
    seed: int = 0


@dataclass(frozen=True)
class Visit:
    """One dialogue: its candidates with the names of their features, and the clauses of its reference note."""

    id: str
    weight: float
    made: list[NoteSentence]
    names: list[list[str]]
    facts: list[Clause]


@dataclass(frozen=True)
class Example:
    """A statement's features, the division it is to have ("" for none), its weight, and whose dialogue it is of."""

    names: list[str]
    division: str
    weight: float
    dialogue: str


def visits(folder: Path, sources: Sequence[str], hold_out: Sequence[str] = ()) -> Iterator[Visit]:
    """Every dialogue of the sources, its statements made, but for those of the splits that are held out."""
    for source in sources:
        for row in read(folder / f"{source}.jsonl"):
            if row.get("split") not in hold_out:
                yield visit_of(row, source)


def visit_of(row: dict[str, Any], source: str) -> Visit:
    """A row with its candidate statements, each text once."""
    turns = turns_of(row)
    findings, segments = understood(turns)
    judge = Judge(turns, findings)
    found = [s for segment in segments for s in statements(segment, turns, findings)]
    made = list({s.text: s for s in found}.values())
    weight = SHORT_DIALOGUE if source == "mts" else 1.0
    return Visit(row["id"], weight, made, [judge.features(s) for s in made], clauses(row, source))


def label(visit: Visit, vectors: Vectors) -> list[tuple[str, float]]:
    """The division of the clause that each candidate meets, or "", and how sure that is."""
    if not visit.made or not visit.facts:
        return [("", 1.0)] * len(visit.made)
    facts = vectors.of(text for text, _ in visit.facts)
    bags = [content(text) for text, _ in visit.facts]
    out = []
    for candidate, vector in zip(visit.made, vectors.of(s.text for s in visit.made), strict=True):
        words = content(candidate.text)
        share = np.array([len(words & bag) / max(len(words), len(bag), 1) for bag in bags])
        met = np.maximum(facts @ vector / COSINE, share / CONTAINMENT)
        best = int(met.argmax())
        if met[best] >= 1:
            out.append((visit.facts[best][1].value, 1.0))
        else:
            out.append(("", 1.0 if met[best] < NEARLY else HALF_SURE))
    return out


def examples(found: Sequence[Visit], vectors: Vectors) -> list[Example]:
    """What is learnt from, a row a candidate statement."""
    vectors.of({c.text for v in found for c in v.made} | {text for v in found for text, _ in v.facts})
    vectors.keep()
    return [
        Example(names, division, visit.weight * sure, visit.id)
        for visit in found
        for names, (division, sure) in zip(visit.names, label(visit, vectors), strict=True)
    ]


def vocabulary(rows: Sequence[Example], least: int) -> list[str]:
    """The features seen in at least ``least`` dialogues, sorted."""
    seen: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        for name in row.names:
            seen[name].add(row.dialogue)
    return sorted(name for name, where in seen.items() if len(where) >= least)


def fit(rows: Sequence[Example], plan: Plan | None = None) -> tuple[Weights, float]:
    """The fitted model and the weighted loss it ends with. Raises ``ValueError`` when there are too few dialogues."""
    plan = plan or Plan()
    names = vocabulary(rows, plan.dialogues)
    if not names:
        raise ValueError(f"no feature is in {plan.dialogues} dialogues: too few to learn from")
    index = {name: i for i, name in enumerate(names)}
    classes = ["", *(d.value for d in Division if d is not Division.CHIEF_COMPLAINT)]
    torch.manual_seed(plan.seed)
    bag = torch.nn.EmbeddingBag(len(names), len(classes), mode="sum")
    torch.nn.init.zeros_(bag.weight)
    bias = torch.nn.Parameter(torch.zeros(len(classes)))
    optimiser = torch.optim.Adam([*bag.parameters(), bias], lr=plan.rate)
    flat = [torch.tensor([index[n] for n in row.names if n in index] or [0]) for row in rows]
    offsets = torch.tensor([0, *np.cumsum([len(f) for f in flat])[:-1]])
    target = torch.tensor([classes.index(row.division) for row in rows])
    weight = torch.tensor([row.weight for row in rows])
    joined, loss = torch.cat(flat), torch.tensor(0.0)
    for _ in range(plan.epochs):
        optimiser.zero_grad()
        each = torch.nn.functional.cross_entropy(bag(joined, offsets) + bias, target, reduction="none")
        loss = (each * weight).sum() / weight.sum()
        (loss + plan.penalty * bag.weight.square().sum()).backward()
        optimiser.step()
    fitted = Weights.of(names, classes[1:], bag.weight.detach().numpy(), bias.detach().numpy())
    return fitted, float(loss.detach())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--minilm", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True, help="folder; prompts/data holds what ships")
    parser.add_argument("--cache", type=Path, help="keep sentence vectors here between fits")
    parser.add_argument("--sources", nargs="+", choices=SOURCES, default=["aci", "primock57"])
    parser.add_argument("--hold-out", nargs="*", default=[])
    args = parser.parse_args()
    files = {f"{source}.jsonl": args.data / f"{source}.jsonl" for source in args.sources}
    if missing := [name for name, path in files.items() if not path.is_file()]:
        parser.error(f"no {', '.join(missing)} in {args.data}; see train/README.md for the data")
    found = list(visits(args.data, args.sources, args.hold_out))
    rows = examples(found, Vectors(args.minilm, args.cache))
    weights, loss = fit(rows)
    weights.save(args.out / "salience")
    about = {
        "sources": args.sources,
        "held_out": args.hold_out,
        "data": {name: sha256(path) for name, path in files.items()},
        "model": sha256(args.minilm / "model.safetensors"),
        "plan": asdict(Plan()),
        "dialogues": len(found),
        "statements": len(rows),
        "divisions": dict(Counter(row.division or "none" for row in rows).most_common()),
        "features": len(weights.features),
        "loss": round(loss, 4),
        "weights": sha256(args.out / "salience.npz"),
    }
    (args.out / "salience-run.json").write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
    print(f"{len(rows)} statements of {len(found)} dialogues, {len(weights.features)} features, loss {loss:.3f}")


if __name__ == "__main__":
    main()
