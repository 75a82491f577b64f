"""The coder, and the same with a part left out."""

from collections.abc import Iterable
from pathlib import Path

from nlp.icd10 import IcdCoder
from nlp.icd10.lexicon import Lexicon, lexicon
from nlp.icd10.retrieve import Retriever
from nlp.icd10.search import Match
from nlp.icd10.table import load


class Unruled(IcdCoder):
    """The coder with every code found for a certain problem, and none of the guidelines' rules."""

    def _apply_rules(self, accepted):  # type: ignore[no-untyped-def]
        return accepted, [], {}


class MeaningOnly(Retriever):
    """Titles near in meaning, and no words."""

    def _matches(self, words: frozenset[str]) -> Iterable[tuple[Match, float]]:
        del words
        return ()


def coders(cache: Path, embedder: Path | None) -> dict[str, IcdCoder]:
    """Every coder of the ablation by its name, the one that ships first; by meaning only where the model is."""
    table, known = load(cache), lexicon()
    lexical = Retriever.open(table, cache)
    bare = Lexicon(known.normaliser, (), known.digest)
    found = {
        "lexical": IcdCoder.of(table, lexical),
        "without synonyms": IcdCoder.of(table, Retriever(table, lexical.index, bare)),
        "without rules": Unruled.of(table, lexical),
    }
    if embedder is not None and embedder.is_dir():
        from nlp.icd10.embed import open_nearest

        nearest = open_nearest(table, cache, embedder)
        found["fused"] = IcdCoder.of(table, Retriever(table, lexical.index, known, nearest))
        found["meaning only"] = IcdCoder.of(table, MeaningOnly(table, lexical.index, bare, nearest))
    return found
