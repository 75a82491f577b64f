"""From the sentences of all segments to one note: repeats out, denials merged, contradictions settled, length kept."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from heapq import heapify, heappop, heappush
from typing import Final

from prompts.identity import sentence_id
from prompts.language.questions import join
from prompts.language.words import content
from prompts.templates import Template, reference
from visit.findings import Finding, FindingKind, Polarity, Subject, Timing
from visit.notes import Division, Note, NoteSentence, Origin, Verdict

Score = Callable[[NoteSentence], float]

_REPEAT: Final = 0.8
"""Share of a sentence's words that another must hold for it to be a repeat."""
_MERGED_TURNS: Final = 4
"""Most turns that one merged sentence cites."""
_TALK_WORDS: Final = 225
"""Words of the note of a visit that was only talk."""
_WORDS_AN_OBSERVATION: Final = 30
_OBSERVATIONS: Final = frozenset({FindingKind.VITAL, FindingKind.EXAM, FindingKind.RESULT})
_NEGATIVE: Final = re.compile(r"\b(?:denies|no|not|never|without|cannot)\b", re.I)
_ITEM: Final = r"(?!been\b|had\b|not\b|no\b|an?\b|the\b)[\w-]+(?: [\w-]+)?"
_LISTS: Final = (
    (re.compile(r"^Denies (?P<items>.+)\.$"), "Denies", "or"),
    (re.compile(rf"^Has (?P<items>{_ITEM}(?:, {_ITEM})*(?: and {_ITEM})?)\.$"), "Has", "and"),
)
"""Sentences that only list things: how they begin, and what joins their items."""
_KINDS: Final = {
    FindingKind.MEDICATION: Division.MEDICATIONS,
    FindingKind.ALLERGY: Division.ALLERGIES,
    FindingKind.VITAL: Division.VITALS,
    FindingKind.EXAM: Division.EXAM,
    FindingKind.RESULT: Division.RESULTS,
    FindingKind.SOCIAL: Division.SOCIAL,
    FindingKind.ORDER: Division.PLAN,
}


def assemble(sentences: Sequence[NoteSentence], findings: Sequence[Finding], template: Template, score: Score) -> Note:
    """One note. What a clinician wrote is kept as it is; ``score`` says how much a sentence matters."""
    place = {division: i for i, division in enumerate(template.order())}
    drafted = _settled(list(dict.fromkeys(sentences)), findings)
    pool = [s for s in drafted if s.division in place or s.origin is Origin.CLINICIAN]
    pool = _without_repeats(pool, score)
    pool = _within(pool, _aim(findings, template.style.words), score)
    pool = _merged(pool)
    pool.sort(key=lambda s: (place.get(s.division, len(place)), min(s.evidence, default=1 << 30)))
    told, shown = _Told(pool), {s.id for s in pool}
    left_out = tuple(s for s in drafted if s.id not in shown and not told.repeated(s))
    return Note(tuple(pool), reference(template), _not_discussed(pool, findings, template), left_out)


def holds(sentence: NoteSentence, other: NoteSentence) -> bool:
    """Whether a sentence says what another one says, so that both in one note would be a repeat."""
    return sentence.id == other.id or _Told([sentence]).repeated(other)


def _settled(pool: list[NoteSentence], findings: Sequence[Finding]) -> list[NoteSentence]:
    """Contradictions settled: where a later finding says the opposite, or replaces an earlier one, the later stands
    and cites both."""
    winners = {loser.id: winner for loser, winner in _contradictions(findings)}
    out = []
    for sentence in pool:
        lost = [f for f in sentence.findings if f in winners]
        if sentence.origin is not Origin.CLINICIAN and lost and len(lost) == len(sentence.findings):
            continue
        out.append(sentence)
    turns = {f.id: f.turns for f in findings}
    for loser, winner in winners.items():
        for i, sentence in enumerate(out):
            if winner.id in sentence.findings and sentence.origin is not Origin.CLINICIAN:
                out[i] = _citing(sentence, turns[loser])
                break
    return out


def _contradictions(findings: Sequence[Finding]) -> list[tuple[Finding, Finding]]:
    """Pairs (earlier, later) of findings of which only the later can stand."""
    by_id = {f.id: f for f in findings}
    out = [(by_id[f.supersedes], f) for f in findings if f.supersedes and f.supersedes in by_id]
    own = [f for f in findings if f.subject is Subject.PATIENT and f.timing is Timing.CURRENT and f.turns]
    for i, early in enumerate(own):
        for late in own[i + 1 :]:
            same = early.concept == late.concept and early.kind is late.kind and early.detail.site == late.detail.site
            if same and {early.polarity, late.polarity} == {Polarity.PRESENT, Polarity.ABSENT}:
                first, last = sorted((early, late), key=lambda f: max(f.turns))
                if max(first.turns) < max(last.turns):
                    out.append((first, last))
    return out


def _citing(sentence: NoteSentence, turns: Sequence[int]) -> NoteSentence:
    evidence = tuple(sorted({*sentence.evidence, *turns}))
    return replace(sentence, evidence=evidence, id=sentence_id(sentence.division, sentence.text, evidence))


def _without_repeats(pool: list[NoteSentence], score: Score) -> list[NoteSentence]:
    """Each thing once: the longer of two sentences that say the same stands, unless a clinician wrote the other."""
    told, kept = _Told(), set[int]()
    ranks = [(s.origin is not Origin.CLINICIAN, -len(content(s.text)), -score(s), i) for i, s in enumerate(pool)]
    for *_, place in sorted(ranks):
        sentence = pool[place]
        if sentence.origin is Origin.CLINICIAN or not told.repeated(sentence):
            kept.add(place)
            told.add(sentence)
    return [pool[place] for place in sorted(kept)]


class _Told:
    """What sentences already tell, by word, so that one is compared only with those that share words with it."""

    def __init__(self, sentences: Sequence[NoteSentence] = ()) -> None:
        self._sentences: list[NoteSentence] = []
        self._holding: dict[str, list[int]] = {}
        for sentence in sentences:
            self.add(sentence)

    def add(self, sentence: NoteSentence) -> None:
        """Tell one more."""
        for word in content(sentence.text):
            self._holding.setdefault(word, []).append(len(self._sentences))
        self._sentences.append(sentence)

    def repeated(self, sentence: NoteSentence) -> bool:
        """Whether one of them says what ``sentence`` says, nothing if it says nothing."""
        words = content(sentence.text)
        if not words:
            return bool(self._sentences)
        shared = Counter(place for word in words for place in self._holding.get(word, ()))
        return any(
            n / len(words) >= _REPEAT and _alike(sentence, self._sentences[place]) for place, n in shared.items()
        )


def _alike(sentence: NoteSentence, other: NoteSentence) -> bool:
    """Whether two sentences could repeat each other: both deny or neither, and a plan repeats only a plan."""
    far = sentence.division is not other.division and Division.PLAN in (sentence.division, other.division)
    return not far and _denies(sentence.text) == _denies(other.text)


@lru_cache(4096)
def _denies(text: str) -> bool:
    return bool(_NEGATIVE.search(text))


def _aim(findings: Sequence[Finding], most: int) -> int:
    """The words a note aims at, at most ``most``: a visit in which more was examined and measured has more to write."""
    observed = sum(f.kind in _OBSERVATIONS for f in findings)
    return min(most, _TALK_WORDS + _WORDS_AN_OBSERVATION * observed)


def _within(pool: list[NoteSentence], words: int, score: Score) -> list[NoteSentence]:
    """The sentences that say most, up to a number of words; what a clinician wrote always stays.

    The next one is that of the greatest worth a word, where what is already written is worth nothing (maximal marginal
    relevance, Carbonell and Goldstein 1998).
    """
    kept = {s.id for s in pool if s.origin is Origin.CLINICIAN}
    spent = sum(len(s.text.split()) for s in pool if s.id in kept)
    told = frozenset[str]().union(*(_told(s) for s in pool if s.id in kept))
    left = [
        (-score(s) / max(1, len(s.text.split())) * len(_told(s) - told), place)
        for place, s in enumerate(pool)
        if s.id not in kept
    ]
    heapify(left)
    while left:
        estimate, place = heappop(left)
        sentence, cost = pool[place], len(pool[place].text.split())
        worth = -score(sentence) / max(1, cost) * len(_told(sentence) - told)
        if left and worth > left[0][0] and worth > estimate:  # worth only falls, so the rest need no second look
            heappush(left, (worth, place))
        elif spent + cost <= words:
            spent, told = spent + cost, told | _told(sentence)
            kept.add(sentence.id)
    return [s for s in pool if s.id in kept]


def _told(sentence: NoteSentence) -> frozenset[str]:
    """The words a sentence tells; denied ones are other words than affirmed ones."""
    mark = "no " if _denies(sentence.text) else ""
    return frozenset(mark + word for word in content(sentence.text))


def _merged(pool: list[NoteSentence]) -> list[NoteSentence]:
    """Denials of one division, and bare complaints, joined into sentences that cite the turns of all."""
    out: list[NoteSentence] = []
    for sentence in sorted(pool, key=lambda s: (s.division, min(s.evidence, default=0))):
        for place, earlier in enumerate(out):
            joined = _join(earlier, sentence)
            if joined:
                out[place] = joined
                break
        else:
            out.append(sentence)
    return out


def _join(left: NoteSentence, right: NoteSentence) -> NoteSentence | None:
    """Both as one sentence, where they are lists of one kind."""
    evidence = tuple(sorted({*left.evidence, *right.evidence}))
    same = left.division is right.division and left.origin is right.origin and left.verdict is right.verdict
    if left.verdict is not Verdict.SUPPORTED or left.origin is Origin.CLINICIAN or not same:
        return None
    if len(evidence) > _MERGED_TURNS:
        return None
    for pattern, lead, conjunction in _LISTS:
        one, two = pattern.match(left.text), pattern.match(right.text)
        if one and two:
            items = list(dict.fromkeys(i for m in (one, two) for i in re.split(r", | or | and ", m["items"])))
            text = f"{lead} {join(items, conjunction)}."
            return replace(
                left, id=sentence_id(left.division, text, evidence), text=text, evidence=evidence,
                findings=tuple(dict.fromkeys((*left.findings, *right.findings))),
            )  # fmt: skip
    return None


def _not_discussed(
    pool: Sequence[NoteSentence], findings: Sequence[Finding], template: Template
) -> tuple[Division, ...]:
    """Divisions of the format with neither a sentence nor a finding. A denial is a discussion.

    The reason for the visit opens its history, so a history never leaves it "not discussed".
    """
    touched = {s.division for s in pool} | {_KINDS[f.kind] for f in findings if f.kind in _KINDS}
    if Division.HISTORY in touched:
        touched.add(Division.CHIEF_COMPLAINT)
    touched |= {Division.FAMILY for f in findings if f.subject is Subject.FAMILY}
    return tuple(d for d in template.order() if d not in touched)
