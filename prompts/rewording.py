"""A language model words what the rules found; the gate and the rules' own facts decide whether its words stand."""

import logging
import re
import tomllib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Final

from prompts.candidates import person_of
from prompts.engines import Engine, Proposal, SegmentPrompt
from prompts.errors import EngineError
from prompts.framing import keeps_frame
from prompts.identity import sentence_id
from prompts.language.grammar import HE, SHE
from prompts.language.numerals import stated
from prompts.language.roles import roles
from prompts.language.tidy import sentence_case
from prompts.language.words import content, stem, tokens
from prompts.phrases import carries
from prompts.untrusted import normalise
from prompts.verify import verify
from prompts.wording import wording
from visit.findings import Finding
from visit.notes import NoteSentence, Origin, Segment, Verdict
from visit.turns import Speaker, Turn

_log = logging.getLogger(__name__)
_WEIGHTLESS: Final = Path(__file__).parent / "data" / "weightless_words.toml"
_TRIES: Final = 2
KEPT: Final = 0.85
"""Share of a phrase's words of weight that a model's sentence must hold to stand in its place."""
_LONGER: Final = 1.5
"""How much longer than the phrases it replaces a model's sentence may be, two words apart."""

_TERSE: Final = 4
"""Words of a phrase that no model need word again."""
_SEXED: Final = frozenset(word for p in (HE, SHE) for word in (p.subject, p.object, p.possessive, p.reflexive))
_ONCE: Final = frozenset({"patient", "no", "not", "denies"})
"""Words without content of their own that are not said twice without need either."""
_LABELLED: Final = re.compile(r"[A-Z]\w*(?: \w+)?: ")
"""How a phrase begins that is told of a relative or of a part of the body."""
_TURNING: Final = frozenset({"more", "less", "no", "not", "never", "without"})
"""Words that change what a phrase states when they are added to it."""


@dataclass(frozen=True, slots=True)
class Passage:
    """Neighbouring phrases of one division, and the prompt that asks a model to word them."""

    phrases: tuple[NoteSentence, ...]
    prompt: SegmentPrompt


class Gate:
    """Decides which proposals stand in the place of which phrases of one visit."""

    def __init__(self, turns: Sequence[Turn], findings: Sequence[Finding], kept: float = KEPT) -> None:
        """``turns`` and ``findings`` are the whole visit's so far."""
        self._turns, self._findings, self._kept = turns, findings, kept
        person = person_of(turns)
        self._pronouns = {person.subject, person.object, person.possessive, person.reflexive}
        self._roles: dict[int, Speaker] | None = None

    def accept(self, proposals: Sequence[Proposal], phrases: Sequence[NoteSentence]) -> list[NoteSentence]:
        """``phrases`` with those replaced that a proposal words in a way that is supported and loses nothing.

        Of several proposals the one that takes the place of most phrases goes first, then the one named first.
        """
        standing = list(phrases)
        texts = [(sentence_case(normalise(proposal.text)), proposal) for proposal in proposals]
        texts.sort(key=lambda item: -len(self._rivals(item[0], phrases)))
        for text, proposal in texts:
            rivals = self._rivals(text, standing)
            if not text or not rivals or _longer(text, rivals) or text in {s.text for s in rivals}:
                continue
            if not self._keeps_sense(text, rivals) or not keeps_frame(text, [s.text for s in rivals]):
                continue
            if _stammers(text, rivals):
                continue
            sentence = _sentence(text, proposal, rivals, self._findings)
            checked = verify(sentence, self._turns, self._findings, tuple(self._speakers().values()))
            if checked.verdict is Verdict.SUPPORTED:
                place = standing.index(rivals[0])
                standing = [s for s in standing if s not in rivals]
                standing.insert(place, checked)
        return standing

    def _speakers(self) -> dict[int, Speaker]:
        """The role of every turn's speaker, by the turn's index."""
        if self._roles is None:
            self._roles = dict(zip((turn.index for turn in self._turns), roles(self._turns), strict=True))
        return self._roles

    def _keeps_sense(self, text: str, rivals: Sequence[NoteSentence]) -> bool:
        """Whether nobody is called "he" or "she" who is not called so in the visit, and what a clinician says of
        someone unnamed is not told of the patient; and no word is added that turns the sense."""
        said = {word for s in rivals for word in tokens(s.text)}
        added = set(tokens(text)) - said
        if (added & _SEXED) - self._pronouns or added & _TURNING:
            return False
        # A phrase of somebody else ("Father: …", "he was 62") gets no word that could mean the patient.
        of_another = said & _SEXED - self._pronouns or any(_LABELLED.match(s.text) for s in rivals)
        if of_another and added & (_SEXED | {"patient", "they"}):
            return False
        speakers = self._speakers()
        told = any(speakers.get(turn) is Speaker.PATIENT for s in rivals for turn in s.evidence)
        return told or not added & {"patient", "he", "she", "they"}

    def _rivals(self, text: str, phrases: Sequence[NoteSentence]) -> list[NoteSentence]:
        return [s for s in phrases if s.origin is Origin.RULES and _covers(text, s, self._findings, self._kept)]


class Rewording:
    """Asks an engine for each passage of a segment, once more where nothing passed, and keeps the phrases otherwise."""

    def __init__(self, engine: Engine) -> None:
        """``engine`` may fail at any time."""
        self._engine = engine

    def reword(
        self, segment: Segment, phrases: Sequence[NoteSentence], turns: Sequence[Turn], findings: Sequence[Finding]
    ) -> list[NoteSentence]:
        """``phrases`` with those replaced that the model worded in a way that is supported and loses nothing."""
        asked = passages(segment, phrases, turns, findings, self._engine.phrases_at_once)
        gate, standing = Gate(turns, findings), [list(passage.phrases) for passage in asked]
        wordy = [i for i, passage in enumerate(asked) if any(_wordy(s.text) for s in passage.phrases)]
        for attempt in range(_TRIES):
            places = [i for i in wordy if all(s.origin is Origin.RULES for s in standing[i])]
            if not places:
                break
            try:
                answers = self._engine.propose([replace(asked[i].prompt, attempt=attempt) for i in places])
            except EngineError as error:
                _log.warning("drafting engine gave nothing: %s", type(error).__name__)
                break
            for i, proposals in zip(places, answers, strict=True):
                standing[i] = gate.accept(proposals, asked[i].phrases)
        return [sentence for found in standing for sentence in found]


def passages(
    segment: Segment,
    phrases: Sequence[NoteSentence],
    turns: Sequence[Turn],
    findings: Sequence[Finding],
    at_once: int | None,
) -> list[Passage]:
    """The phrases of a segment cut into what a model is asked at once, in their order.

    ``None`` asks for all of them beside all turns of the segment; a number asks for so many neighbours of one division
    beside the turns they cite.
    """
    inside = tuple(
        replace(t, text=normalise(t.text), words=()) for t in turns if segment.first <= t.index <= segment.last
    )
    if at_once is None:
        places = {turn.index for turn in inside}
        known = [f for f in findings if places & set(f.turns)]
        return [Passage(tuple(phrases), _prompt(segment, phrases, inside, known))] if phrases else []
    groups: list[list[NoteSentence]] = []
    for phrase in phrases:
        if groups and len(groups[-1]) < at_once and groups[-1][0].division is phrase.division:
            groups[-1].append(phrase)
        else:
            groups.append([phrase])
    out = []
    for group in groups:
        cited = {turn for phrase in group for turn in phrase.evidence}
        shown = tuple(turn for turn in inside if turn.index in cited)
        carried = {name for phrase in group for name in phrase.findings}
        known = [f for f in findings if f.id in carried]
        out.append(Passage(tuple(group), _prompt(segment, group, shown, known)))
    return out


def _prompt(
    segment: Segment, phrases: Sequence[NoteSentence], shown: tuple[Turn, ...], known: Sequence[Finding]
) -> SegmentPrompt:
    """What a model is asked. A fact that a phrase holds word for word is not said twice."""
    told = [content(phrase.text) for phrase in phrases]
    facts = (sentence_case(wording(finding, shown)) for finding in known)
    new = tuple(dict.fromkeys(f for f in facts if f and not any(content(f) <= words for words in told)))
    return SegmentPrompt(shown, new, tuple(s.text for s in phrases), segment.divisions)


def _wordy(text: str) -> bool:
    """Whether a phrase may be worded better: short ones and lists of denials read as notes do already."""
    return len(text.split()) > _TERSE and not text.startswith("Denies ")


def _covers(text: str, phrase: NoteSentence, findings: Sequence[Finding], kept: float) -> bool:
    """Whether ``text`` holds every number and finding of a phrase and nearly all of its words of weight."""
    carried = [f for f in findings if f.id in phrase.findings]
    words, needed = _weighty(text), _weighty(phrase.text)
    everything = stated(phrase.text) <= stated(text) and all(carries(text, phrase.evidence, f) for f in carried)
    return everything and bool(needed) and len(words & needed) / len(needed) >= kept


def _weighty(text: str) -> frozenset[str]:
    """The stems of the words that a new wording should not lose."""
    return frozenset(stem(word) for word in tokens(text) if word not in _weightless())


@cache
def _weightless() -> frozenset[str]:
    lists = tomllib.loads(_WEIGHTLESS.read_text(encoding="utf-8"))
    return frozenset(word for words in lists.values() for word in words.split())


def _longer(text: str, rivals: Sequence[NoteSentence]) -> bool:
    return len(text.split()) > _LONGER * sum(len(s.text.split()) for s in rivals) + 2


def _stammers(text: str, rivals: Sequence[NoteSentence]) -> bool:
    """Whether a text says a word of weight again that what it replaces says once."""
    counts = Counter(word for word in tokens(text) if word in _ONCE or content(word))
    said = Counter(word for s in rivals for word in tokens(s.text))
    return any(n > max(1, said[word]) for word, n in counts.items())


def _sentence(
    text: str, proposal: Proposal, rivals: Sequence[NoteSentence], findings: Sequence[Finding]
) -> NoteSentence:
    """The model's sentence on the evidence of what it replaces and what it cites."""
    evidence = tuple(sorted({*proposal.evidence, *(t for s in rivals for t in s.evidence)}))
    carried = tuple(dict.fromkeys(f for s in rivals for f in s.findings))
    division = rivals[0].division
    named = tuple(f.id for f in findings if f.id in carried or carries(text, evidence, f))
    return NoteSentence(
        sentence_id(division, text, evidence), division, text, evidence, Verdict.NEEDS_REVIEW, Origin.MODEL, named
    )
