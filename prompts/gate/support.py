"""How well a whole visit supports a statement that cites nothing: from 0 (nothing said so) to 1.

The gate proper needs citations, and neither it nor drafting asks here. ``bench.notes`` does: to rank statements that
clinicians labelled, and to count the sentences of any note, also one that cites nothing, that a visit hardly bears out.

Support is the share of a statement's words in the best stretch of the visit, whether the clauses that say them affirm
or deny them as the statement does, what the findings hold, and whether its numbers were said. Words count by how rare
they are in the visit (Sparck Jones 1972). The weights are fixed by hand, not fitted.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from prompts.language import polarity, questions
from prompts.language.clauses import clauses
from prompts.language.notewords import NOTE_WORDS, same_meaning
from prompts.language.numerals import stated
from prompts.language.tidy import plain
from prompts.language.words import content
from prompts.untrusted import normalise
from visit.findings import Finding, Polarity, Timing
from visit.turns import Speaker, Turn

_WINDOWS: Final = (1, 2, 3)
_WIDER: Final = 0.03
"""What each turn more of a window costs: the shortest stretch that says it is the evidence."""
_ANSWER_REACH: Final = 3
_NAMES: Final = 0.5
"""Share of a part's words that a clause must hold to speak of it."""
_RAREST: Final = 0.3
_PART: Final = re.compile(r",\s*|;\s*|\s+(?:or|nor|and)\s+|\s-\s|\bbut\b")
_DENIAL: Final = re.compile(r"\W*(?:no|denies|denied|without|not)\b", re.I)
_COVERED, _AGREED, _MARGIN, _KNOWN, _UNASKED, _NUMBER = 1.0, 1.0, 1.0, 0.5, 0.5, 0.5
_LOWEST: Final = -_MARGIN - _UNASKED - _NUMBER
_HIGHEST: Final = _COVERED + _AGREED + _MARGIN + _KNOWN


@dataclass(frozen=True, slots=True)
class _Clause:
    words: frozenset[str]
    text: str
    answered: bool | None
    """For a question, whether its answer denies what it asks."""
    asks: bool


@dataclass(frozen=True, slots=True)
class _Part:
    """What the visit says of one part of a statement. ``first`` to ``last`` is its best stretch (positions)."""

    covered: float
    agreed: float
    opposed: float
    known: bool
    denies: bool
    first: int
    last: int


class Witness:
    """One visit, asked about statements."""

    def __init__(self, turns: Sequence[Turn], findings: Sequence[Finding], speakers: Sequence[Speaker] = ()) -> None:
        """``speakers`` are the roles of ``turns`` where they are better known than the labels."""
        self._turns = turns
        self._speakers = tuple(speakers) or tuple(turn.speaker for turn in turns)
        self._texts = [_spelled(plain(normalise(turn.text))) for turn in turns]
        self._findings = [f for f in findings if f.timing is not Timing.HYPOTHETICAL]
        named: dict[int, frozenset[str]] = {}
        for finding in findings:
            for turn in finding.turns:
                named[turn] = named.get(turn, frozenset()) | content(finding.concept)
        self._bags = [
            content(text) | named.get(turn.index, frozenset()) for text, turn in zip(self._texts, turns, strict=True)
        ]
        self._seen = Counter(word for bag in self._bags for word in bag)
        self._clauses = [
            self._read(place, clause) for place, text in enumerate(self._texts) for clause in clauses(text)
        ]

    def support(self, statement: str) -> float:
        """How well the visit supports ``statement``; its weakest part decides."""
        text = _spelled(plain(statement))
        parts = [self._part(part) for part in _parts(text)]
        if not parts:
            return 0.0
        first, last = min(p.first for p in parts), max(p.last for p in parts)
        near = " ".join(self._texts[max(0, first - 1) : last + 2])
        unasked = any(p.denies and not p.known and p.agreed < _NAMES for p in parts)
        raw = (
            _COVERED * min(p.covered for p in parts)
            + _AGREED * min(p.agreed for p in parts)
            + _MARGIN * min(p.agreed - p.opposed for p in parts)
            + _KNOWN * all(p.known for p in parts)
            - _UNASKED * unasked
            - _NUMBER * bool(stated(text) - stated(near))
        )
        return max(0.0, min(1.0, (raw - _LOWEST) / (_HIGHEST - _LOWEST)))

    def _read(self, place: int, clause: str) -> _Clause:
        asks = self._speakers[place] is Speaker.CLINICIAN and (clause.endswith("?") or questions.is_question(clause))
        return _Clause(content(clause), clause, self._answer(place, clause) if asks else None, asks)

    def _answer(self, place: int, question: str) -> bool | None:
        """Whether the answer to a question denies what it asks; ``None`` where it does not tell."""
        for turn in range(place + 1, min(len(self._texts), place + 1 + _ANSWER_REACH)):
            if self._speakers[turn] is Speaker.CLINICIAN:
                continue
            answer = questions.classify(self._texts[turn])
            if answer is questions.Answer.NO:
                return True
            if answer is questions.Answer.YES:
                return questions.negated(question)
        return None

    def _weights(self, words: Iterable[str]) -> dict[str, float]:
        return {
            word: max(_RAREST, math.log((len(self._turns) + 1) / (self._seen.get(word, 0) + 0.5))) for word in words
        }

    def _part(self, text: str) -> _Part:
        words = content(text) - NOTE_WORDS or content(text)
        weights = self._weights([w for w in words if not w[0].isdigit()])
        total = sum(weights.values()) or 1.0
        denies = bool(_DENIAL.match(text)) or polarity.denied(text, words)
        covered, first, last = self._stretch(weights, total)
        agreed = opposed = 0.0
        for clause in self._clauses:
            share = _share(weights, clause.words) / total
            denied = clause.answered if clause.asks else share >= _NAMES and polarity.denied(clause.text, words)
            if share < _NAMES or denied is None:
                continue
            if denied == denies:
                agreed = max(agreed, share)
            else:
                opposed = max(opposed, share)
        return _Part(covered, agreed, opposed, self._known(words, denies), denies, first, last)

    def _stretch(self, weights: dict[str, float], total: float) -> tuple[float, int, int]:
        """The best covered share of the words in one to three neighbouring turns, and where those are."""
        best, at = 0.0, (0, 0)
        for size in _WINDOWS:
            for first in range(len(self._bags) - size + 1):
                said = frozenset[str]().union(*self._bags[first : first + size])
                share = _share(weights, said) / total - _WIDER * (size - 1)
                if share > best:
                    best, at = share, (first, first + size - 1)
        return best, *at

    def _known(self, words: frozenset[str], denies: bool) -> bool:
        """Whether a finding that the words name has their polarity."""
        for finding in self._findings:
            for name in (content(finding.concept) - NOTE_WORDS, content(finding.text) - NOTE_WORDS):
                same = finding.polarity is not Polarity.UNCERTAIN and (finding.polarity is Polarity.ABSENT) == denies
                if same and name and all(_has(word, words) for word in name):
                    return True
        return False


def _parts(text: str) -> list[str]:
    """The parts of a statement that are true or false by themselves; "no a or b" denies both."""
    pieces = [piece for piece in _PART.split(text) if content(piece) - NOTE_WORDS]
    if len(pieces) < 2:
        return [text] if content(text) else []
    leads = bool(_DENIAL.match(text))
    return [f"no {piece}" if leads and not _DENIAL.match(piece) else piece for piece in pieces]


def _has(word: str, words: frozenset[str]) -> bool:
    return word in words or any(same_meaning(word, other) for other in words)


def _share(weights: dict[str, float], words: frozenset[str]) -> float:
    return sum(weight for word, weight in weights.items() if _has(word, words))


def _spelled(text: str) -> str:
    """``text`` in lower case with shorthand and British spellings written out."""
    table = _shorthand()
    return re.sub(r"[a-z&]+", lambda m: table.get(m.group(), m.group()), text.lower())


@cache
def _shorthand() -> dict[str, str]:
    lines = (Path(__file__).parents[1] / "data" / "shorthand.tsv").read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {short: full for short, full in rows}
