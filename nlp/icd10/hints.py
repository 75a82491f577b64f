"""Documentation hints: one question each about what the note leaves open and a code depends on.

A hint asks; it never proposes an answer (AHIMA/ACDIS, Guidelines for Achieving a Compliant Query Practice, 2022).
"""

import re
from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Final

from nlp.icd10.data import data
from nlp.icd10.table import Table
from visit.codes import CodeSuggestion, Hint
from visit.ids import SentenceId
from visit.notes import Division, Note, NoteSentence

MOST: Final = 4
"""A clinician reads a few; more would be noise."""

_HINTS: Final = tuple(
    (re.compile(row["code"]), re.compile(row["unless"], re.I), str(row["question"]), str(row["guideline"]))
    for row in data("hints")["hint"]
)
_ALLERGY: Final = data("hints")["allergy"]
_SIDE_OPEN: Final = data("hints")["side"]
_NO_RETURN: Final = data("hints")["return"]
_TO_NOTHING: Final = re.compile(_ALLERGY["none"], re.I)
_REACTION: Final = re.compile(_ALLERGY["reaction"], re.I)
_ALLERGIC: Final = re.compile(r"\ballerg(?:y|ies|ic)\b", re.I)
_SIDE: Final = re.compile(_SIDE_OPEN["unless"], re.I)
_RETURN: Final = re.compile(_NO_RETURN["unless"], re.I)


def hints_for(note: Note, suggestions: Sequence[CodeSuggestion], table: Table) -> tuple[Hint, ...]:
    """At most four hints for the accepted suggestions of ``note``, the most telling first."""
    text = " ".join(s.text for s in note.sentences)
    found: dict[str, Hint] = {}
    for suggestion in suggestions:
        if not suggestion.accepted_tier:
            continue
        sentence = suggestion.evidence[0].sentence if suggestion.evidence else None
        if _lacks_side(suggestion.code, table):
            subject = suggestion.evidence[0].text if suggestion.evidence else suggestion.display
            question = _SIDE_OPEN["question"].format(subject=subject)
            _add(found, _hint(question, _SIDE_OPEN["guideline"], suggestion.code, sentence))
        for code, unless, question, guideline in _HINTS:
            if code.match(suggestion.code) and not unless.search(text):
                _add(found, _hint(question, guideline, suggestion.code, sentence))
    for told in _unexplained_allergies(note):
        _add(found, _hint(_ALLERGY["question"], _ALLERGY["guideline"], "", told.id))
    plan = [s.text for s in note.sentences if s.division is Division.PLAN or s.division is Division.ASSESSMENT]
    if plan and not _RETURN.search(" ".join(plan)):
        _add(found, _hint(_NO_RETURN["question"], _NO_RETURN["guideline"]))
    return tuple(found.values())[:MOST]


def _unexplained_allergies(note: Note) -> Iterator[NoteSentence]:
    """Sentences under allergies, or that speak of one in the past history, which name no reaction."""
    for sentence in note.sentences:
        told = sentence.division is Division.ALLERGIES or (
            sentence.division in (Division.PAST_HISTORY, Division.MEDICATIONS) and _ALLERGIC.search(sentence.text)
        )
        if told and not _TO_NOTHING.search(sentence.text) and not _REACTION.search(sentence.text):
            yield sentence


def _hint(question: str, guideline: str, code: str = "", sentence: SentenceId | None = None) -> Hint:
    return Hint(sha256(f"{code}|{question}".encode()).hexdigest()[:16], question, guideline, code, sentence)


def _add(found: dict[str, Hint], hint: Hint) -> None:
    found.setdefault(hint.question, hint)


def _lacks_side(code: str, table: Table) -> bool:
    """Whether the title leaves the side open and a sibling names one."""
    title = table.display(code).lower()
    if "unspecified" not in title or _SIDE.search(title):
        return False
    node = table.node_of(code)
    if node.parent not in table.nodes:
        return False
    siblings = [table.nodes[c].name for c in table.nodes[node.parent].children if c != node.code]
    return any(_SIDE.search(name) for name in siblings)
