"""What the gate catches: mutated statements, and statements that clinicians marked wrong.

    python -m bench.notes.gate [--data DIR] [--limit N] [--json FILE] [--missed FILE]

Mutants are made of sentences that the gate supports: those of our own drafts with the turns they cite, and those of the
reference notes with the turns that hold their words. A mutant is caught unless its verdict is "supported". AUROC is
that of :mod:`prompts.gate.support` on PriMock57's labelled statements (Moramarco et al., ACL 2022), with a bootstrap
interval over consultations.
"""

import argparse
import json
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench.notes.data import DATA, SETS, Row, rows
from bench.notes.mutate import mutants
from bench.notes.score import SUPPORTED
from prompts.drafter import SegmentDrafter
from prompts.gate.support import Witness
from prompts.language.roles import roles
from prompts.language.words import content
from prompts.verify import verify
from train.dialogues import turns_of, understood
from visit.findings import Finding
from visit.ids import SentenceId
from visit.notes import Division, NoteSentence, Origin, Verdict
from visit.turns import Speaker, Turn

SOURCES = ("draft", "reference")
MOST_CITED = 3
BOOTSTRAPS = 1000
Visit = tuple[tuple[Turn, ...], tuple[Finding, ...], tuple[Speaker, ...]]


def drafted(row: Row) -> tuple[Visit, list[NoteSentence]]:
    """A visit and the sentences of its draft, by rule."""
    turns = turns_of(row)
    findings, segments = understood(turns)
    drafter = SegmentDrafter(None)
    made = [s for segment in segments for s in drafter.draft(segment, turns, findings)]
    return (turns, findings, roles(turns)), list(drafter.assemble(made, turns, findings).sentences)


def referred(note: str, visit: Visit) -> Iterator[NoteSentence]:
    """The sentences of a reference note, each citing the turns that hold most of its words."""
    bags = [content(turn.text) for turn in visit[0]]
    for line in note.replace(". ", ".\n").splitlines():
        words = content(line)
        best = sorted(range(len(bags)), key=lambda i: -len(words & bags[i]))[:MOST_CITED]
        if 2 < len(line.split()) < 40 and words:
            yield NoteSentence(
                SentenceId(""), Division.HISTORY, line.strip("-* "), tuple(sorted(best)), Verdict.NEEDS_REVIEW,
                Origin.RULES,
            )  # fmt: skip


def caught(sentences: Sequence[NoteSentence], visit: Visit) -> tuple[Counter[str], Counter[str], list[str]]:
    """How many mutants of each kind were made of the supported sentences, how many were caught, and those missed."""
    turns, findings, speakers = visit
    made, stopped, missed = Counter[str](), Counter[str](), []
    for place, sentence in enumerate(sentences):
        if verify(sentence, turns, findings, speakers).verdict is not Verdict.SUPPORTED:
            continue
        for kind, text in mutants(sentence.text, place):
            made[kind] += 1
            if verify(replace(sentence, text=text), turns, findings, speakers).verdict is Verdict.SUPPORTED:
                missed.append(f"{kind}: {sentence.text} -> {text}")
            else:
                stopped[kind] += 1
    return made, stopped, missed


def auroc(wrong: Sequence[float], right: Sequence[float]) -> float:
    """The chance that a wrong statement has less support than a right one; ties count half."""
    pairs = sum((w < r) + 0.5 * (w == r) for w in wrong for r in right)
    return pairs / (len(wrong) * len(right))


def labelled(folder: Path) -> dict[str, Any]:
    """AUROC of the support score on the labelled statements, and the shares that stand under ``SUPPORTED``."""
    talks = {row["id"]: row for row in rows(folder, "primock57")}
    groups: dict[str, list[tuple[bool, str]]] = {}
    for statement in rows(folder, "statements"):
        groups.setdefault(statement["encounter"], []).append((statement["incorrect"], statement["text"]))
    scored = {}
    for name, statements in groups.items():
        turns = turns_of(talks[name])
        findings, _ = understood(turns)
        witness = Witness(turns, findings, roles(turns))
        scored[name] = [(wrong, witness.support(text)) for wrong, text in statements]

    def of(names: Sequence[str]) -> float:
        pool = [pair for name in names for pair in scored[name]]
        return auroc([s for wrong, s in pool if wrong], [s for wrong, s in pool if not wrong])

    chance = random.Random(0)  # noqa: S311 - a bootstrap, not a secret
    names = sorted(scored)
    spread = sorted(of(chance.choices(names, k=len(names))) for _ in range(BOOTSTRAPS))
    under = {
        kind: [score < SUPPORTED for pairs in scored.values() for wrong, score in pairs if wrong is kind]
        for kind in (True, False)
    }
    return {
        "statements": sum(map(len, scored.values())),
        "wrong": len(under[True]),
        "wrong_under": round(sum(under[True]) / len(under[True]), 3),
        "right_under": round(sum(under[False]) / len(under[False]), 3),
        "auroc": round(of(names), 3),
        "ci95": [round(spread[int(BOOTSTRAPS * q)], 3) for q in (0.025, 0.975)],
    }


def measure(data: Path, limit: int, missed: Path | None = None) -> dict[str, Any]:
    """The mutants made and caught, by source and kind, and what the labelled statements say.

    ``missed`` gets the mutants that passed, which hold text of the visits.
    """
    out: dict[str, Any] = {}
    for source in SOURCES:
        made, stopped, passed = Counter[str](), Counter[str](), list[str]()
        for name in SETS:
            for row in rows(data, name)[-limit:]:
                visit, draft = drafted(row)
                sentences = draft if source == "draft" else list(referred(row["note"], visit))
                counts = caught(sentences, visit)
                made.update(counts[0])
                stopped.update(counts[1])
                passed += counts[2]
        out[source] = {"made": dict(made), "caught": dict(stopped)}
        if missed:
            with missed.open("a", encoding="utf-8") as file:
                file.writelines(f"{line}\n" for line in passed)
    return {**out, "labelled": labelled(data)}


def table(found: dict[str, Any]) -> str:
    """The mutants as a Markdown table, then the labelled statements in words."""
    lines = ["| kind | drafts: made | caught | references: made | caught |", "|---|---|---|---|---|"]
    kinds = sorted({kind for source in SOURCES for kind in found[source]["made"]})
    for kind in [*kinds, "all"]:
        cells = []
        for source in SOURCES:
            made, stopped = (
                sum(found[source][what].values()) if kind == "all" else found[source][what].get(kind, 0)
                for what in ("made", "caught")
            )
            cells += [f"{made:,}", f"{stopped / made:.3f}"] if made else ["", ""]
        lines.append(f"| {kind} | {' | '.join(cells)} |")
    about = found["labelled"]
    low, high = about["ci95"]
    return "\n".join(lines) + (
        f"\n\nStatements of PriMock57 that clinicians labelled ({about['statements']}, {about['wrong']} wrong): "
        f"AUROC of `prompts/gate/support.py` **{about['auroc']:.3f}** (95 % interval over consultations {low:.3f} to "
        f"{high:.3f}). Under a support of {SUPPORTED:g}, where the tables above say *unsupported*, stand "
        f"{about['wrong_under']:.0%} of the wrong statements and {about['right_under']:.0%} of the right ones."
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--limit", type=int, default=12, help="visits of each set whose notes are mutated")
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--missed", type=Path, help="write the mutants that passed here (holds text of the visits)")
    args = parser.parse_args()
    found = measure(args.data, args.limit, args.missed)
    print(table(found))
    if args.json:
        args.json.write_text(json.dumps(found, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
