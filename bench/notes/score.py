"""Score drafts against reference notes.

    python -m bench.notes.score DRAFTS.jsonl [--data DIR] [--split NAME …] [--json FILE]

Columns: ROUGE (:mod:`bench.notes.rouge`); facts of the clinicians' checklists found, critical and not, and the
reference note's own sentences found (a stand-in for claims), with the matcher of :mod:`bench.notes.facts`; ``flipped``,
facts of which the note only says the opposite; ``unsupported``, sentences that the whole visit bears out less than
``SUPPORTED`` (:class:`prompts.gate.support.Witness`, which needs no citation and takes no part in drafting: read it
against the row of the reference notes); words of all drafts over words of all references; sentences with evidence;
turns cited by the median sentence; sentences marked for review. Facts and sentences are counted over all visits, ROUGE
and turns cited are averaged over visits.
"""

import argparse
import json
import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.settings import settings
from bench.notes.data import DATA, SETS, Row, rows
from bench.notes.facts import Embedder, Fact, match, sentences
from bench.notes.rouge import rouge
from prompts.gate.support import Witness
from prompts.language.roles import roles
from train.dialogues import turns_of, understood
from train.vectors import Vectors

COLUMNS = (
    "rouge1", "rouge2", "rougeLsum", "critical", "non-critical", "clauses", "flipped", "unsupported", "length",
    "evidence", "turns_cited", "review",
)  # fmt: skip
SUPPORTED = 0.55
"""Support under which a sentence counts as unsupported; ``bench.notes.gate`` says how many right and how many wrong
statements of the clinicians' labels stand under it."""
_TOKENS = 128
_FEWEST_WORDS = 3
"""Words of the shortest sentence of a reference note that is looked for."""


@dataclass(frozen=True)
class Marks:
    """What one draft scored. ``means`` are averaged over visits; ``counts`` are pairs of hits and cases, added up."""

    means: dict[str, float]
    counts: dict[str, tuple[float, float]]


class Scorer:
    """Scores notes of the visits it is given."""

    def __init__(self, talks: Sequence[Row], vectors: Embedder | None) -> None:
        """``talks`` are rows with ``turns``, ``note`` and perhaps ``checklist``; without ``vectors`` facts are matched
        by words alone."""
        self._talks = {talk["id"]: talk for talk in talks}
        self._vectors = vectors
        self._witnesses: dict[str, Witness] = {}

    def score(self, name: str, draft: Row, *, judge: bool = True) -> Marks:
        """The marks of a note of visit ``name``; without ``judge`` its sentences are not held against the visit."""
        talk = self._talks[name]
        text, note = text_of(draft), talk["note"]
        made = draft["sentences"]
        counts = {**self._facts(talk, text), "length": (float(len(text.split())), float(len(note.split())))}
        if any("evidence" in s for s in made):
            counts["evidence"] = (float(sum(bool(s["evidence"]) for s in made)), float(len(made)))
        if any("verdict" in s for s in made):
            counts["review"] = (float(sum(s["verdict"] != "supported" for s in made)), float(len(made)))
        if judge and made:
            witness = self._witness(name)
            unsupported = sum(witness.support(s["text"]) < SUPPORTED for s in made)
            counts["unsupported"] = (float(unsupported), float(len(made)))
        means = rouge(text, note)
        cited = [len(s["evidence"]) for s in made if s.get("evidence")]
        return Marks({**means, **({"turns_cited": statistics.median(cited)} if cited else {})}, counts)

    def table(self, drafts: Mapping[str, Row], *, judge: bool = True) -> dict[str, float]:
        """The columns over all visits of ``drafts`` (by id)."""
        return together([self.score(name, draft, judge=judge) for name, draft in drafts.items()])

    def _facts(self, talk: Row, text: str) -> dict[str, tuple[float, float]]:
        kinds = [(f["importance"], Fact(f["fact"], f["parent"] or "")) for f in talk.get("checklist") or ()]
        kinds = [(kind, fact) for kind, fact in kinds if kind in COLUMNS]
        kinds += [("clauses", Fact(s)) for s in sentences(talk["note"]) if len(s.split()) >= _FEWEST_WORDS]
        hits, cases = Counter[str](), Counter[str]()
        for (kind, _), found in zip(kinds, match([fact for _, fact in kinds], text, self._vectors), strict=True):
            cases[kind] += 1
            hits[kind] += found.found
            if kind != "clauses" or not talk.get("checklist"):
                cases["flipped"] += 1
                hits["flipped"] += found.opposed
        return {kind: (float(hits[kind]), float(n)) for kind, n in cases.items()}

    def _witness(self, name: str) -> Witness:
        if name not in self._witnesses:
            turns = turns_of(self._talks[name])
            self._witnesses[name] = Witness(turns, understood(turns)[0], roles(turns))
        return self._witnesses[name]


def text_of(draft: Row) -> str:
    """A draft as one text, section after section."""
    return "\n".join(filter(None, draft["sections"].values()))


def as_draft(text: str) -> Row:
    """A plain text as a draft of one section that cites nothing."""
    return {"sections": {"note": text}, "sentences": [{"text": line} for line in sentences(text)]}


def together(marks: Sequence[Marks]) -> dict[str, float]:
    """The columns over several visits."""
    out = {}
    for column in COLUMNS:
        means = [m.means[column] for m in marks if column in m.means]
        pairs = [m.counts[column] for m in marks if column in m.counts]
        if means:
            out[column] = round(statistics.fmean(means), 3)
        elif pairs:
            out[column] = round(sum(a for a, _ in pairs) / max(1.0, sum(b for _, b in pairs)), 3)
    return out


def visits(folder: Path, splits: Sequence[str] | None = None) -> dict[str, list[Row]]:
    """The full visits of each set, of some splits or of all."""
    return {name: [row for row in rows(folder, name) if not splits or row["split"] in splits] for name in SETS}


def embedder(cache: Path | None = None) -> Vectors:
    """The sentence vectors that the matcher uses."""
    return Vectors(settings().models_dir / "minilm-l6-v2", cache, _TOKENS)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("drafts", type=Path)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--split", nargs="+")
    parser.add_argument("--words-alone", action="store_true", help="match facts without sentence vectors")
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    drafts = {row["id"]: row for row in map(json.loads, args.drafts.read_text(encoding="utf-8").splitlines())}
    found = {}
    for name, talks in visits(args.data, args.split).items():
        mine = {talk["id"]: drafts[talk["id"]] for talk in talks if talk["id"] in drafts}
        if mine:
            scorer = Scorer(talks, None if args.words_alone else embedder())
            found[name] = {"visits": len(mine), **scorer.table(mine)}
    print(json.dumps(found, indent=1))
    if args.json:
        args.json.write_text(json.dumps(found, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
