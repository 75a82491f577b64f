"""From a problem's words to candidate billable codes: lexicon and official terms, then down to what is documented."""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Final, Protocol

from nlp.icd10.data import words
from nlp.icd10.lexicon import Lexicon, lexicon
from nlp.icd10.likely import learn, open_likely
from nlp.icd10.rank import Asked, Ranker
from nlp.icd10.search import Match, Term, TermIndex
from nlp.icd10.table import Node, Table, references
from nlp.icd10.text import SIDES, is_other, is_residual, sides, stem, title_core

MODIFIERS: Final = frozenset(stem(w) for w in words("modifiers"))
"""Words of a heading that say how a problem is, not which one it is."""

SITES: Final = frozenset(stem(w) for w in words("sites"))
"""Words of the body: they say where a problem is, and weigh less than the words that name it."""

_MODIFIER_WEIGHT: Final = 0.12
_SITE_WEIGHT: Final = 0.5
_UNSAID: Final = 0.04
"""What a candidate loses for each word of the phrase that a code of the same category says and it does not."""

_SYNONYM_BONUS: Final = 0.06
_WORDS_SUFFICE: Final = 0.8
"""Best lexical score from which meaning is not asked: a title that fits by its words is never improved by it."""

_POOL: Final = 40
_NEAR: Final = 200
_NEAR_FEW: Final = 10
"""Candidates by words, and titles near in meaning: those whose likeness is known, and those that join the pool."""

_NO_MORE: Final = re.compile(r"\b(?:nos|unspecified|not otherwise specified)\b", re.I)

_LISTED: Final = 0.99
"""Score by words of a description that is a listed term."""

_JOINED: Final = frozenset({"non", "no"})
"""Words that become one stem with the next."""

_FAR: Final = 0.4
"""Share of the best score below which a match is not worth going down to its codes."""

_DETAIL: Final = {"said": 1.0, "near": 0.6, "absent": -0.9}


class Embedder(Protocol):
    """Finds codes by meaning; see :mod:`nlp.icd10.embed`."""

    def nearest(self, query: str, limit: int) -> list[tuple[str, float]]:
        """Nodes of the table and their cosine similarity, best first."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A billable code for some words. ``term`` is how it was found, ``details`` the documented words that
    made it more specific, ``missing`` what its title claims and the note does not say."""

    code: str
    score: float
    term: Term
    details: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Context:
    """What the note says near the problem. ``near`` are stems; ``sides`` the sides it documents for it."""

    near: frozenset[str] = field(default_factory=frozenset)
    sides: frozenset[str] = field(default_factory=frozenset)
    seventh: str = "A"


def official_terms(table: Table, *, cross_references: bool = True) -> list[Term]:
    """Every title and inclusion term of the release, and the words by which other codes refer to one."""
    terms: list[Term] = []
    for node in table.nodes.values():
        terms.append(Term(node.code, node.name, "title"))
        terms.extend(Term(node.code, text, "inclusion") for text in node.terms)
    if cross_references:
        terms.extend(_cross_references(table, {(t.code, t.text.lower()) for t in terms}))
    return terms


def _cross_references(table: Table, seen: set[tuple[str, str]]) -> Iterable[Term]:
    for node in table.nodes.values():
        notes = [*node.excludes1, *node.excludes2, *node.code_first.splitlines(), *node.use_additional.splitlines()]
        for note in notes:
            words, codes = references(note)
            if len(codes) != 1 or codes[0] not in table.nodes or words.lower().startswith(("code ", "any ")):
                continue
            key = (codes[0], words.lower())
            if words and key not in seen:
                seen.add(key)
                yield Term(codes[0], words, "cross-reference")


class Retriever:
    """Candidates for a phrase. Built once per process; reads only."""

    def __init__(
        self,
        table: Table,
        index: TermIndex,
        known: Lexicon,
        embedder: Embedder | None = None,
        likely_file: Path | None = None,
    ) -> None:
        """``index`` holds official terms; synonyms are indexed here with the same word weights.

        ``likely_file`` keeps what the ranker learns from ``table``; without it, that is learned when first needed.
        """
        self.table = table
        self.normaliser = known.normaliser
        self.index = index
        self._synonyms = TermIndex(known.terms, known.normaliser, weights=index.weights)
        self._embedder = embedder
        self._names = {frozenset(self.normaliser.tokens(title_core(t.text))): t.code for t in known.terms}
        self._name_stems = frozenset[str]().union(*self._names) | SIDES | _JOINED
        self.in_a_name = lru_cache(maxsize=20_000)(self._in_a_name)
        self._title = lru_cache(maxsize=200_000)(self._title_words)
        self._likely_file = likely_file
        self._ways = lru_cache(maxsize=50_000)(self._ways_to_say)
        self._scored = lru_cache(maxsize=4_000)(lambda words: tuple(self._matches(words)))
        self.words = lru_cache(maxsize=20_000)(self._words)

    @classmethod
    def open(cls, table: Table, cache_dir: Path, embedder: Embedder | None = None) -> "Retriever":
        """Read the term index from ``cache_dir``, or build it there (about half a minute)."""
        known = lexicon()
        path = cache_dir / f"terms-{table.release.replace(' ', '-').lower()}-{known.digest}.npz"
        if path.is_file():
            index = TermIndex.read(path, known.normaliser)
        else:
            index = TermIndex(official_terms(table), known.normaliser)
            cache_dir.mkdir(parents=True, exist_ok=True)
            for old in cache_dir.glob("terms-*.npz"):
                old.unlink()
            index.save(path)
        likely = cache_dir / f"likely-{table.release.replace(' ', '-').lower()}-{known.digest}.json"
        retriever = cls(table, index, known, embedder, likely)
        if not likely.is_file():
            for old in cache_dir.glob("likely-*.json"):
                old.unlink()
            assert retriever.ranker
        return retriever

    @property
    def by_meaning(self) -> bool:
        """Whether titles are found by meaning too."""
        return self._embedder is not None

    @cached_property
    def ranker(self) -> Ranker:
        """Orders what a description alone may mean."""
        words = self._title
        likely = open_likely(self.table, words, self._likely_file) if self._likely_file else learn(self.table, words)
        return Ranker(self.table, words, self.index.weight, likely)

    def weight(self, word: str) -> float:
        """How rare a stem is in the official list."""
        return self.index.weight(word)

    def _weight_said(self, word: str) -> float:
        return self.weight(word) * (_SITE_WEIGHT if word in SITES else 1.0)

    def _words(self, text: str) -> frozenset[str]:
        """Stems of ``text``, spelling mended."""
        return frozenset(self.index.spell(w) for w in self.normaliser.tokens(title_core(text)))

    def _in_a_name(self, word: str) -> bool:
        """Whether ``word`` can stand in a curated name: a quick look before :meth:`name_of`."""
        return set(self.normaliser.tokens(word)) <= self._name_stems

    def name_of(self, text: str) -> str | None:
        """The code or category of which ``text``, sides aside, is word for word a curated name."""
        tokens = self.normaliser.tokens(text)
        if not tokens or tokens[0] in SIDES:
            return None
        return self._names.get(frozenset(tokens) - SIDES)

    def candidates(self, phrase: str, context: Context | None = None, limit: int = 10) -> list[Candidate]:
        """Billable codes for ``phrase``, best first."""
        context = context or Context()
        words = self.words(phrase)
        if not words:
            return []
        best: dict[str, Candidate] = {}
        matches = self._scored(words)
        least = _FAR * max((score for _, score in matches), default=0.0)
        for match, score in matches:
            if score < least:
                continue
            found = self.refine(match, score, words, context)
            if found is not None and (found.code not in best or best[found.code].score < found.score):
                best[found.code] = found
        if self._embedder is not None and max((c.score for c in best.values()), default=0.0) < _WORDS_SUFFICE:
            self._reach(phrase, words, context, best)
        return sorted(self._said_in_full(best.values(), words), key=lambda c: (-c.score, c.code))[:limit]

    def ranked(self, phrase: str, limit: int = 10) -> list[Candidate]:
        """Billable codes for a description alone, ordered by the trained ranker; scores are its probabilities.

        What the list has word for word comes first, unranked.
        """
        rows = self.rankable(phrase)
        scores = [self.ranker.score(features) for _, features in rows]
        top = max(scores, default=0.0)
        odds = [math.exp(s - top) for s in scores]
        whole = sum(odds) or 1.0
        listed = [features[0] if features[0] >= _LISTED else 0.0 for _, features in rows]
        order = sorted(range(len(rows)), key=lambda i: (-listed[i], -odds[i]))[:limit]
        return [replace(rows[i][0], score=odds[i] / whole) for i in order]

    def rankable(self, phrase: str) -> list[tuple[Candidate, tuple[float, ...]]]:
        """What ``phrase`` may mean, each with what the ranker weighs."""
        words = self.words(phrase)
        if not words:
            return []
        near = dict(self._embedder.nearest(phrase, _NEAR)) if self._embedder is not None else {}
        found = {self.table.node_of(c.code).code: c for c in reversed(self.candidates(phrase, None, _POOL))}
        best: dict[str, float] = {}
        for code, candidate in found.items():
            best[code[:3]] = max(best.get(code[:3], 0.0), candidate.score)
        codes = sorted(found, key=lambda c: -found[c].score)
        asked = Asked(words, _NO_MORE.search(phrase) is not None, near)
        rows = []
        for code in self.ranker.pool([*codes, *list(near)[:_NEAR_FEW]]):
            known = found.get(code)
            one = known or self.refine(
                Match(Term(code, self.table.display(code), "title"), 0, 0, 0), 0.0, words, Context()
            )
            if one is not None:
                score = known.score if known else 0.0
                own = self.table.node_of(one.code).code
                rows.append((one, self.ranker.features(asked, own, score, best.get(code[:3], 0.0))))
        return rows

    def _said_in_full(self, found: Iterable[Candidate], words: frozenset[str]) -> list[Candidate]:
        """The candidates, those lowered that leave out what a neighbour in their category says ("moderate")."""
        said = {c.code: words & (self._title(c.term.text) | self._title(self.table.display(c.code))) for c in found}
        sayable: dict[str, frozenset[str]] = {}
        for code, its in said.items():
            sayable[code[:3]] = sayable.get(code[:3], frozenset()) | its
        return [
            replace(c, score=c.score - _UNSAID * len(sayable[c.code[:3]] - said[c.code] - SIDES - SITES)) for c in found
        ]

    def _reach(self, phrase: str, words: frozenset[str], context: Context, best: dict[str, Candidate]) -> None:
        assert self._embedder is not None
        for code, cosine in self._embedder.nearest(phrase, 10):
            term = Term(code, self.table.display(code), "meaning")
            found = self.refine(Match(term, 0, 0, 0), 0.75 * cosine, words, context)
            if found is None:
                continue
            known = best.get(found.code)
            if known is None:
                best[found.code] = found
            elif cosine > 0.6:
                raised = min(known.score + 0.1 * (cosine - 0.6), 1.0)
                best[found.code] = Candidate(known.code, raised, known.term, known.details, known.missing)

    def _matches(self, words: frozenset[str]) -> Iterable[tuple[Match, float]]:
        core = words - MODIFIERS
        for match in self.index.find_words(words, 40):
            yield match, self._score(match, words, core)
        for match in self._synonyms.find_words(words, 30):
            if match.meant > 0.999:
                yield match, self._score(match, words, core) + _SYNONYM_BONUS
            elif match.meant > 0.6:
                yield match, 0.85 * self._score(match, words, core)

    def _score(self, match: Match, words: frozenset[str], core: frozenset[str]) -> float:
        term = self._title(match.term.text)
        said = _covered(words, term, core, self._weight_said)
        meant = _covered(term, words, frozenset(term), self.weight)
        score = 2 * said * meant / max(said + meant, 1e-9)
        if is_other(match.term.text):
            score -= 0.05
        return score

    def refine(self, match: Match, score: float, words: frozenset[str], context: Context) -> Candidate | None:
        """Go from the matched category to the most specific code that is documented."""
        node = self.table.node_of(match.term.code)
        if node.code[0] in "VWXY":
            return None
        known = self._title(match.term.text) | self._title(node.name)
        wanted = sides(words) or context.sides
        best: tuple[float, Node, tuple[str, ...], tuple[str, ...]] | None = None
        leaves = self._scope(node, match.term, words)
        known |= frozenset.intersection(*(self._title(leaf.name) for leaf in leaves))
        for leaf in leaves:
            value, details, missing = self._detail(leaf, known, words, context, wanted)
            if best is None or value > best[0] + 1e-9:
                best = (value, leaf, details, missing)
        if best is None:
            return None
        value, leaf, details, missing = best
        if value <= -50:
            return None
        code = self._complete(leaf, match.term.code, words, context)
        return Candidate(code, max(score + min(0.0, 0.02 * value), 0.0), match.term, details, missing)

    def _scope(self, node: Node, term: Term, words: frozenset[str]) -> list[Node]:
        """The leaves to choose from: those of ``node``, or of its whole category when a usual name leads to the
        unspecified code and the phrase says more that a sibling's title says too ("lung cancer, upper lobe")."""
        leaves = list(self.table.billable_nodes(node.code))
        if term.source != "synonym" or not is_residual(node.name):
            return leaves
        more = words - self._title(term.text) - self._title(node.name) - SIDES
        category = self.table.ancestors(node.code)[-1]
        siblings = [leaf for leaf in self.table.billable_nodes(category.code) if more & self._title(leaf.name)]
        return [*leaves, *siblings]

    def _detail(
        self, leaf: Node, known: frozenset[str], words: frozenset[str], context: Context, wanted: frozenset[str]
    ) -> tuple[float, tuple[str, ...], tuple[str, ...]]:
        best = (-99.0, (), ())  # type: tuple[float, tuple[str, ...], tuple[str, ...]]
        for title, has, prior in self._ways(leaf):
            if has and wanted and not has & wanted:
                continue
            new = title - known
            said = new & words | title & words & SIDES
            near = new & context.near - said
            absent = new - words - context.near - SIDES
            value = prior + sum(map(self.weight, said)) + _DETAIL["near"] * sum(map(self.weight, near))
            value += _DETAIL["absent"] * sum(map(self.weight, absent))
            if has & wanted:
                value += 3.0
            elif has and not wanted:
                value -= 6.0
                absent |= has
            if value > best[0]:
                best = (value, tuple(sorted(said | near | (has & wanted))), tuple(sorted(absent)))
        return best

    def _ways_to_say(self, leaf: Node) -> tuple[tuple[frozenset[str], frozenset[str], float], ...]:
        """The title and terms of a leaf as stems, the side each names, and what speaks for it unsaid."""
        prior = 0.8 * is_residual(leaf.name) - 0.8 * is_other(leaf.name)
        titles = [(self._title(leaf.name), prior), *((self._title(t), prior - 0.1) for t in leaf.terms)]
        return tuple((title, sides(title), value) for title, value in titles)

    def _complete(self, leaf: Node, asked: str, words: frozenset[str], context: Context) -> str:
        if not leaf.sevenths:
            return leaf.code
        if len(asked) == 8 and self.table.is_billable(asked):
            return asked
        characters = dict(leaf.sevenths)
        if context.seventh in characters and "A" in characters:
            return self.table.with_seventh(leaf, context.seventh)
        scored = []
        for place, (character, label) in enumerate(leaf.sevenths):
            title = self._title(label)
            value = sum(self.weight(w) * (1 if w in words | context.near | context.sides else -0.9) for w in title)
            scored.append((value + 0.8 * is_residual(label) - 0.8 * is_other(label), -place, character))
        return self.table.with_seventh(leaf, max(scored)[2])

    def _title_words(self, text: str) -> frozenset[str]:
        known = self.index.bag(text)
        return known if known is not None else frozenset(self.normaliser.tokens(title_core(text)))


def _covered(these: frozenset[str], by: frozenset[str], core: frozenset[str], weight) -> float:  # type: ignore[no-untyped-def]
    total = covered = 0.0
    for word in these:
        w = weight(word) * (1.0 if word in core else _MODIFIER_WEIGHT)
        total += w
        covered += w * (word in by)
    return covered / total if total else 0.0


def best_of(groups: Sequence[Sequence[Candidate]]) -> list[Candidate]:
    """Several candidate lists as one, the better score of each code kept."""
    best: dict[str, Candidate] = {}
    for candidate in (c for group in groups for c in group):
        if candidate.code not in best or best[candidate.code].score < candidate.score:
            best[candidate.code] = candidate
    return sorted(best.values(), key=lambda c: (-c.score, c.code))
