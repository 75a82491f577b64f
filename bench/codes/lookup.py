"""Looking words up: inclusion terms that the index does not have, and the conditions of case reports."""

import json
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from bench.codes.data import say
from bench.codes.score import ratio
from nlp.icd10 import IcdCoder, note_from_text
from nlp.icd10.lexicon import lexicon
from nlp.icd10.retrieve import Candidate, Embedder, Retriever
from nlp.icd10.search import Term
from nlp.icd10.table import Table, load

SEED = 7
Rates = dict[str, float]
LookUp = Callable[[str], Sequence[Candidate]]


def inclusion_terms(retriever: Retriever) -> list[Term]:
    """Every inclusion term but those of external causes, which are never suggested."""
    return [t for t in retriever.index.terms if t.source == "inclusion" and t.code[0] not in "VWXY"]


def bench_terms(cache: Path, embedder: Path | None, size: int) -> dict[str, object]:
    """Inclusion terms drawn by lot, taken out of the index, and looked up.

    A look-up is right when it finds the code that the term stands under, or one below it.
    """
    table, known = load(cache), lexicon()
    whole = Retriever.open(table, cache)
    held = random.Random(SEED).sample(inclusion_terms(whole), size)  # noqa: S311
    texts = {t.text.lower() for t in held}
    less, known_less = whole.index.without(set(held)), without(table, held)
    bare = less.without({t for t in less.terms if t.source == "cross-reference" or t.text.lower() in texts})
    by_words, words_only = Retriever(known_less, less, known), Retriever(known_less, bare, known)
    ways: dict[str, LookUp] = {
        "held out, by words": lambda text: by_words.candidates(text, None, 5),
        "held out with every cross-reference, by words": lambda text: words_only.candidates(text, None, 5),
        "held out, ranked": lambda text: by_words.ranked(text, 5),
        "in the index, ranked": lambda text: whole.ranked(text, 5),
    }
    if nearest := open_embedder(table, cache, embedder):
        fused = Retriever(known_less, less, known, nearest)
        shipped = Retriever(table, whole.index, known, nearest)
        ways["held out, by words and meaning"] = lambda text: fused.candidates(text, None, 5)
        ways["held out, meaning too, ranked (ships)"] = lambda text: fused.ranked(text, 5)
        ways["in the index, meaning too, ranked (ships)"] = lambda text: shipped.ranked(text, 5)
    found: dict[str, object] = {"terms": len(held)}
    for name, way in ways.items():
        say(f"  {name}")
        found[name] = look_up(table, way, held)
    return found


def without(table: Table, held: Iterable[Term]) -> Table:
    """The table less some inclusion terms."""
    gone = {(t.code, t.text) for t in held}
    nodes = {
        code: replace(node, terms=tuple(t for t in node.terms if (code, t) not in gone)) if node.terms else node
        for code, node in table.nodes.items()
    }
    return Table(table.release, nodes)


def open_embedder(table: Table, cache: Path, embedder: Path | None) -> Embedder | None:
    """Search by meaning, where the model is."""
    if embedder is None or not embedder.is_dir():
        return None
    from nlp.icd10.embed import open_nearest

    return open_nearest(table, cache, embedder)


def look_up(table: Table, way: LookUp, held: Sequence[Term]) -> Rates:
    """How often the code of a term comes first, and among the first five."""
    first = five = category = 0
    for term in held:
        found = [c.code for c in way(term.text)]
        under = [any(n.code == term.code for n in table.ancestors(c)) for c in found]
        first += bool(under) and under[0]
        five += any(under)
        category += bool(found) and found[0][:3] == term.code[:3]
    size = len(held)
    return {"rank_1": ratio(first, size), "in_five": ratio(five, size), "category_rank_1": ratio(category, size)}


def bench_codiesp(coder: IcdCoder, path: Path, size: int) -> Mapping[str, float]:
    """Case reports (CodiEsp, English): how many of a report's codes are among its sentences' best matches.

    The reports have no assessment to read, so this measures retrieval alone.
    """
    exact = category = gold = category_gold = said = 0
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    rows = random.Random(SEED).sample(rows, min(size, len(rows)))  # noqa: S311
    for row in rows:
        found = {s.code for s in coder.named(note_from_text("ASSESSMENT\n" + row["text"]))}
        codes = {c.upper() for c in row["codes"]}
        exact += len(codes & found)
        said += len(found)
        gold += len(codes)
        category += len({c[:3] for c in codes} & {c[:3] for c in found})
        category_gold += len({c[:3] for c in codes})
    return {
        "reports": len(rows),
        "recall": ratio(exact, gold),
        "precision": ratio(exact, said),
        "category_recall": ratio(category, category_gold),
    }
