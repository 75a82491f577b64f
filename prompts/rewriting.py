"""A section of a note written otherwise: shorter, longer, or as a clinician asks in their own words.

Nothing here writes a word. Sentences that were drafted and verified are chosen from, set aside or taken back, and
every sentence that comes out has been through the gate. An instruction is data: it can choose among what was said, it
cannot add to it.
"""

import re
import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Final, Literal

from prompts.assembly import holds
from prompts.language.notewords import same_meaning
from prompts.language.precautions import RETURN
from prompts.language.words import content
from prompts.untrusted import normalise
from visit.findings import Finding, FindingKind
from visit.ids import SentenceId
from visit.notes import Division, Form, Note, NoteSentence, Origin

DATA: Final = Path(__file__).parent / "data" / "instructions.toml"
_SHORTER: Final = 0.6
"""Share of a section's words that stay when it is made shorter."""
_LONGER: Final = 1.6
"""How many times as long a section may become in one step."""
_ALWAYS: Final = frozenset({Division.ALLERGIES, Division.ASSESSMENT})
_CHANGES: Final = frozenset({"start", "stop", "increase", "decrease"})
Score = Callable[[NoteSentence], float]


@dataclass(frozen=True, slots=True)
class Wish:
    """One thing that an instruction asks for: a form, a length, or to mention only, or not, certain words."""

    kind: Literal["form", "shorter", "longer", "only", "without"]
    form: Form | None = None
    words: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Scope:
    """What may change: the divisions, none for the whole note, and whether what the clinician wrote may too."""

    divisions: frozenset[Division] = frozenset()
    edited_too: bool = False

    def holds(self, sentence: NoteSentence) -> bool:
        """Whether a sentence may be set aside or replaced."""
        return self.covers(sentence) and (self.edited_too or sentence.origin is not Origin.CLINICIAN)

    def covers(self, sentence: NoteSentence) -> bool:
        """Whether a sentence stands in the divisions meant."""
        return not self.divisions or sentence.division in self.divisions


def wishes(instruction: str) -> tuple[Wish, ...] | None:
    """What an instruction asks for; ``None`` when a part of it is not understood."""
    found = []
    for clause in re.split(r"[.;,]|\band\b|\bbut\b|\bthen\b", normalise(instruction).casefold()):
        if not content(clause) and not clause.strip():
            continue
        wish = _wish(clause.strip())
        if wish is None:
            return None
        found.append(wish)
    return tuple(found) or None


def fulfil(note: Note, wish: Wish, scope: Scope, score: Score, findings: Sequence[Finding]) -> Note:
    """The note with one wish fulfilled within the scope; the same note where nothing could be done."""
    if wish.kind == "form":
        return replace(note, form=wish.form)
    if wish.kind == "shorter":
        return _set_aside(note, _dispensable(note, scope, score, findings))
    if wish.kind == "longer":
        return _taken_back(note, scope, score)
    named = {s.id for s in note.sentences if scope.holds(s) and _names(s, wish.words, findings)}
    if not named:
        return note
    gone = {s.id for s in note.sentences if scope.holds(s) and (s.id in named) == (wish.kind == "without")}
    return _set_aside(note, gone)


def redrafted(note: Note, fresh: Sequence[NoteSentence], scope: Scope) -> Note:
    """The note with the sentences of the scope drafted anew; what the clinician wrote keeps its words and place."""
    kept = [s for s in note.sentences if not scope.holds(s)]
    new = [s for s in fresh if scope.covers(s) and not any(holds(other, s) for other in kept)]
    aside = tuple(s for s in note.aside if not scope.covers(s))
    return replace(note, sentences=(*kept, *new), aside=aside)


def _dispensable(note: Note, scope: Scope, score: Score, findings: Sequence[Finding]) -> set[SentenceId]:
    """The sentences that matter least, so that about :data:`_SHORTER` of the words stay."""
    inside = [s for s in note.sentences if scope.covers(s)]
    budget = _SHORTER * sum(_length(s) for s in inside)
    gone: set[SentenceId] = set()
    for sentence in sorted(inside, key=score):
        left = sum(_length(s) for s in inside if s.id not in gone)
        if left <= budget:
            break
        if scope.holds(sentence) and not essential(sentence, findings):
            gone.add(sentence.id)
    return gone


def essential(sentence: NoteSentence, findings: Sequence[Finding]) -> bool:
    """Whether a sentence is never left out to save words: diagnoses, allergies, changed drugs, return precautions."""
    if sentence.division in _ALWAYS or sentence.text.startswith(RETURN):
        return True
    own = [f for f in findings if f.id in sentence.findings]
    return any(f.kind is FindingKind.MEDICATION and f.detail.action in _CHANGES for f in own)


def _taken_back(note: Note, scope: Scope, score: Score) -> Note:
    """The sentences that were set aside, those that matter most first, at least one."""
    waiting = [s for s in note.aside if scope.covers(s) and not any(holds(other, s) for other in note.sentences)]
    room = (_LONGER - 1) * sum(_length(s) for s in note.sentences if scope.covers(s))
    back: list[NoteSentence] = []
    for sentence in sorted(waiting, key=score, reverse=True):
        if back and sum(_length(s) for s in back) + _length(sentence) > room:
            break
        if not any(holds(other, sentence) for other in back):
            back.append(sentence)
    ids = {s.id for s in back}
    return replace(note, sentences=(*note.sentences, *back), aside=tuple(s for s in note.aside if s.id not in ids))


def _set_aside(note: Note, gone: set[SentenceId]) -> Note:
    out = tuple(s for s in note.sentences if s.id in gone)
    return replace(note, sentences=tuple(s for s in note.sentences if s.id not in gone), aside=(*note.aside, *out))


def _names(sentence: NoteSentence, words: frozenset[str], findings: Sequence[Finding]) -> bool:
    """Whether a sentence, or a finding it states, names any of the words."""
    own = content(sentence.text)
    for finding in findings:
        if finding.id in sentence.findings:
            own |= content(f"{finding.concept} {finding.detail.site or ''}")
    return any(word == other or same_meaning(word, other) for word in words for other in own)


def _length(sentence: NoteSentence) -> int:
    return len(sentence.text.split())


def _wish(clause: str) -> Wish | None:
    for section, name, ways in _ways():
        for way in ways:
            match = re.search(rf"\b{re.escape(way)}\b", clause)
            if not match:
                continue
            before, after = clause[: match.start()], clause[match.end() :]
            if section == "subjects":
                named = content(_bare(after)) or content(_bare(before))
                if not named:
                    return None
                return Wish("only" if name == "only" else "without", words=named)
            if content(_bare(before)) or content(_bare(after)):
                return None
            if section == "forms":
                return Wish("form", form=name)  # type: ignore[arg-type]
            return Wish("shorter" if name == "shorter" else "longer")
    return None


def _bare(text: str) -> str:
    """A text without the words that ask for nothing."""
    for word in _data()["polite"]["words"]:
        text = re.sub(rf"\b{re.escape(word)}\b", " ", text)
    return text


def _ways() -> Iterator[tuple[str, str, list[str]]]:
    """Each wish with its ways, those of subjects first: "only" beats what is said after it."""
    for section in ("subjects", "lengths", "forms"):
        for name, ways in _data()[section].items():
            yield section, name, sorted(ways, key=len, reverse=True)


@cache
def _data() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(DATA.read_text(encoding="utf-8"))
