"""Notes against labels."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.codes.coders import coders
from bench.codes.data import Drafted, draft_notes, note_files, read_labels, read_notes, say
from bench.codes.score import Tally, ratio
from nlp.icd10 import IcdCoder
from visit.codes import CodeSuggestion

Figures = dict[str, object]
Labels = Mapping[str, Sequence[str]]
Suggested = Mapping[str, Sequence[CodeSuggestion]]

OF_DRAFTS = ("fused", "lexical")
"""The coders that drafts are measured with; the ablations are of notes."""


def suggested(coder: IcdCoder, notes: Mapping[str, Drafted]) -> Suggested:
    """What ``coder`` suggests for each note and the findings beside it."""
    return {name: coder.suggest(note, findings) for name, (note, findings) in notes.items()}


def scored(coder: IcdCoder, found: Suggested, labels: Labels) -> Tally:
    """The counts over the notes that have a label."""
    tally = Tally()
    for name, suggestions in found.items():
        if name in labels:
            invalid = sum(not coder.table.is_billable(s.code) for s in suggestions)
            tally.add(name, suggestions, labels[name], invalid=invalid)
    return tally


def bench_notes(folder: Path, labels: Sequence[Path], cache: Path, embedder: Path | None) -> Figures:
    """Notes, and our drafts of them with the visit's findings as the product has them, against each labeller, by
    every coder."""
    files = note_files(folder)
    marks = {path.stem: read_labels(path) for path in labels}
    wanted = {name for of in marks.values() for name in of}
    notes: dict[str, Drafted] = {n: (note, ()) for path in files for n, note in read_notes(path) if n in wanted}
    if not notes:
        say(f"no labelled notes under {folder}: pass --data DIR")
        return {}
    say(f"  {len(notes)} notes; drafting their visits by rules")
    drafts = dict(draft_notes(files, dict.fromkeys(wanted)))
    found: Figures = {}
    for name, coder in coders(cache, embedder).items():
        say(f"  coder: {name}")
        for kind, texts in (("notes", notes), ("drafts", drafts if name in OF_DRAFTS else {})):
            codes = suggested(coder, texts)
            for labeller, of in marks.items() if texts else ():
                found[f"{kind}, {labeller} labels ({len(of.keys() & texts.keys())}) | {name}"] = scored(
                    coder, codes, of
                ).figures()
    return found


def agreement(first: Path, second: Path) -> dict[str, float]:
    """How far two people agree about the same notes: F1 of one's codes against the other's."""
    one, two = ({name: set(codes) for name, codes in read_labels(path).items()} for path in (first, second))
    both = one.keys() & two.keys()
    same = sum(len(one[name] & two[name]) for name in both)
    total = sum(len(one[name]) + len(two[name]) for name in both)
    alike = sum(one[name] == two[name] for name in both)
    return {"notes": len(both), "f1": ratio(2 * same, total), "identical": ratio(alike, len(both))}
