"""What the gate catches: mutated statements, and statements that clinicians marked wrong.

    python -m bench.notes.gate [--data DIR] [--limit N] [--json FILE]

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

from bench.notes.data import DATA, rows, turns_of, understood
from bench.notes.mutate import mutants
from nlp.reader import ClinicalReader
from prompts.drafter import SegmentDrafter
from prompts.gate.support import Witness
from prompts.language.roles import roles
from prompts.language.words import content
from prompts.verify import verify
from visit.findings import Finding
from visit.ids import SentenceId
from visit.notes import Division, NoteSentence, Origin, Verdict
from visit.turns import Speaker, Turn

MOST_CITED = 3
BOOTSTRAPS = 1000
Visit = tuple[tuple[Turn, ...], tuple[Finding, ...], tuple[Speaker, ...]]


def drafted(reader: ClinicalReader, row: dict) -> tuple[Visit, list[NoteSentence]]:
    """A visit and the sentences of its draft, by rule."""
    turns = turns_of(row)
    findings, segments = understood(reader, turns)
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


def labelled(reader: ClinicalReader, folder: Path) -> dict[str, object]:
    """AUROC of the support score on the labelled statements."""
    talks = {row["id"]: row for row in rows(folder, "primock57")}
    groups: dict[str, list[tuple[bool, float]]] = {}
    for statement in rows(folder, "statements"):
        groups.setdefault(statement["encounter"], []).append((statement["incorrect"], statement["text"]))
    scored = {}
    for name, statements in groups.items():
        turns = turns_of(talks[name])
        findings, _ = understood(reader, turns)
        witness = Witness(turns, findings, roles(turns))
        scored[name] = [(wrong, witness.support(text)) for wrong, text in statements]

    def of(names: Sequence[str]) -> float:
        pool = [pair for name in names for pair in scored[name]]
        return auroc([s for wrong, s in pool if wrong], [s for wrong, s in pool if not wrong])

    chance = random.Random(0)  # noqa: S311 - a bootstrap, not a secret
    names = sorted(scored)
    spread = sorted(of(chance.choices(names, k=len(names))) for _ in range(BOOTSTRAPS))
    return {
        "statements": sum(map(len, scored.values())),
        "wrong": sum(wrong for pairs in scored.values() for wrong, _ in pairs),
        "auroc": round(of(names), 3),
        "ci95": [round(spread[int(BOOTSTRAPS * q)], 3) for q in (0.025, 0.975)],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--limit", type=int, default=20, help="visits of each set whose notes are mutated")
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--missed", type=Path, help="write the mutants that passed here (holds text of the visits)")
    args = parser.parse_args()
    reader = ClinicalReader()
    out: dict[str, object] = {}
    for source in ("draft", "reference"):
        made, stopped, missed = Counter[str](), Counter[str](), list[str]()
        for name in ("aci", "primock57"):
            for row in rows(args.data, name)[-args.limit :]:
                visit, draft = drafted(reader, row)
                sentences = draft if source == "draft" else list(referred(row["note"], visit))
                for total, part in zip((made, stopped), (counts := caught(sentences, visit))[:2], strict=True):
                    total.update(part)
                missed += counts[2]
        print(f"{'mutants of the ' + source:28} {'made':>6} {'caught':>8}")
        for kind in sorted(made):
            print(f"  {kind:26} {made[kind]:6} {stopped[kind] / made[kind]:8.3f}")
        print(f"  {'all':26} {made.total():6} {stopped.total() / max(1, made.total()):8.4f}")
        out[source] = {"made": made, "caught": stopped, "share": round(stopped.total() / max(1, made.total()), 4)}
        if args.missed:
            with args.missed.open("a", encoding="utf-8") as file:
                file.writelines(f"{line}\n" for line in missed)
    out["labelled"] = labelled(reader, args.data)
    print(f"labelled statements: {out['labelled']}")
    if args.json:
        args.json.write_text(json.dumps(out, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
