"""The problems a note assesses: where each is named, what is said around it, and how sure the clinician is."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from nlp.icd10.assertion import Assertion, assertion_of, before_doubt, read_heading
from nlp.icd10.data import phrasing, words
from visit.notes import Division, Note, NoteSentence

ASSESSED: Final = frozenset({Division.ASSESSMENT, Division.PLAN})


class Named(StrEnum):
    """How a problem is named: its own heading, a statement in the assessment, or only as a complaint."""

    HEADING = "heading"
    STATED = "stated"
    COMPLAINT = "complaint"


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem. ``phrase`` is what to look up, ``span`` the note's own words, in ``sentence``.

    ``block`` are the sentences that belong to it (its reasoning and plan); ``assertion`` is what the note
    claims of it.
    """

    phrase: str
    span: str
    sentence: NoteSentence
    block: tuple[NoteSentence, ...]
    assertion: Assertion
    named: Named


_NUMBER: Final = re.compile(r"^\s*(?:#+\s*)?(?:(?:problem|diagnosis|dx)\s*)?(?:#?\d{1,2}\s*[.):\-]\s*|#\s*)", re.I)
_LABEL: Final = phrasing("label", r"^\s*{}\s*[:\-]\s*")
_BLOCK_LABEL: Final = phrasing("block_label", r"^\s*{}\b(?:[^:.]{0,30}:|\s*\.)")
_VERB: Final = phrasing("verb")
_NOT_A_PROBLEM: Final = phrasing("not_a_problem", r"^{}\b")
_REMARK: Final = phrasing("remark", r"(?:,|\s[-–—])\s*{}\s*[.]?$")
_STATED: Final = phrasing("stated", r"\b{}\s+([^.;:]+)")
_PRESENTS: Final = phrasing(
    "presents",
    r"{} (?:an? |the |his |her |their |ongoing |some |evaluation of |follow[- ]?up (?:of|for) )*([^.;]+)",
)
_CONDITION: Final = r"((?:type [12i]+ )?[a-z][a-z \-]{3,50}?)"
_REGARDING: Final = phrasing(
    "regarding", r"^{} (?:(?:the|his|her|their)(?: patient's)? |patient's )?" + _CONDITION + r"(?:,|:| is\b| has\b)"
)
_STATE: Final = phrasing(
    "state", r"^(?:his|her|their|the patient's|patient's) " + _CONDITION + r" (?:is|are|remains?|has been) {}"
)
_NAMED_FIRST: Final = re.compile(
    r"^(?:the |his |her |their |your )?((?:type [12i]+ )?[a-z][a-z \-]{2,50}?):(?= \w)", re.I
)
_PAST_TENSE: Final = re.compile(r"(?<=[a-z] )([a-z]+ed)\b")
_PARTICIPLES: Final = frozenset(words("participles"))
_FOLLOW: Final = re.compile(
    r"^\s*(?:follow(?:ing)?[- ]?up|f/u|(?:ongoing )?management|evaluation)(?: visit)?(?: (?:of|for|on))?\b[:,\-]?\s*",
    re.I,
)
_FOLLOW_UP: Final = re.compile(r"\bfollow[- ]?up\b", re.I)
_SUMMARY: Final = re.compile(r"\b\d{1,3}[- ](?:year|month|week|day)s?[- ]old\b", re.I)
_SPLIT: Final = re.compile(r"\s*(?:;|\n)\s*")


def problems_of(note: Note) -> list[Problem]:
    """The assessed problems in the order of the note: headings first, else diagnoses stated in the assessment."""
    body = [s for s in note.sentences if s.division in ASSESSED]
    found = list(_headings(body))
    assessed = [p for p in found if p.sentence.division is Division.ASSESSMENT]
    found = assessed or [*_stated(body), *found]
    return [*found, *_regarding(body)]


def has_blocks(note: Note) -> bool:
    """Whether the assessment is laid out in a block for each problem, so that what stands in none is not assessed."""
    body = [s for s in note.sentences if s.division in ASSESSED]
    return any(_BLOCK_LABEL.match(s.text) for s in body)


def complaints_of(note: Note) -> list[Problem]:
    """What the patient came for, for a visit that ends without a confirmed diagnosis."""
    chosen = [s for s in note.sentences if s.division is Division.CHIEF_COMPLAINT]
    summary = [s for s in note.sentences if s.division in ASSESSED and _SUMMARY.search(s.text)]
    history = [s for s in note.sentences if s.division is Division.HISTORY][:2]
    found = []
    for sentence in (*chosen, *summary, *history):
        for span in _complaint_spans(sentence):
            start = max(sentence.text.find(span), 0)
            assertion = assertion_of(sentence.text, start, start + len(span))
            found.append(Problem(span, span, sentence, (sentence,), assertion, Named.COMPLAINT))
    return found


def _complaint_spans(sentence: NoteSentence) -> Iterator[str]:
    if sentence.division is Division.CHIEF_COMPLAINT and len(sentence.text.split()) <= 12:
        yield from (part.strip(" .") for part in re.split(r",|;| and ", sentence.text) if part.strip(" ."))
        return
    for match in _PRESENTS.finditer(sentence.text):
        yield from (part.strip(" .") for part in re.split(r",|;| and ", match[1]) if 0 < len(part.split()) <= 7)


def _headings(body: Sequence[NoteSentence]) -> Iterator[Problem]:
    marks = [i for i, s in enumerate(body) if is_heading(s.text)]
    for place, i in enumerate(marks):
        end = marks[place + 1] if place + 1 < len(marks) else len(body)
        block = tuple(body[i:end])
        for span in split_heading(body[i].text):
            for phrase, assertion in read_heading(span):
                yield Problem(phrase, span, body[i], block, assertion, Named.HEADING)


def is_heading(text: str) -> bool:
    """Whether a sentence of the assessment or plan is a problem's own line ("Hypertension, well controlled.")."""
    if _BLOCK_LABEL.match(text):
        return False
    bare = _LABEL.sub("", _NUMBER.sub("", text)).strip()
    head = bare.split(":")[0] if ":" in bare else bare
    head = _FOLLOW_UP.sub("", _FOLLOW.sub("", _REMARK.sub("", head)))
    if (
        not head
        or len(before_doubt(head).split()) > 12
        or len(head.split()) > 20
        or _NOT_A_PROBLEM.match(head)
        or _SUMMARY.search(head)
    ):
        return False
    sure = before_doubt(head) or head
    past = [w for w in _PAST_TENSE.findall(sure.lower()) if w not in _PARTICIPLES]
    return _VERB.search(sure) is None and not past


def split_heading(text: str) -> list[str]:
    """The problems on one line, numbering, labels and remarks about control taken off, in the note's own words."""
    bare = _LABEL.sub("", _NUMBER.sub("", text)).strip()
    bare = _LABEL.sub("", bare)
    if ":" in bare and len(bare.split(":")[0].split()) <= 8:
        bare = bare.split(":")[0]
    bare = _FOLLOW.sub("", bare)
    return [part.strip(" .,") for part in _SPLIT.split(bare) if part.strip(" .,")]


def _stated(body: Sequence[NoteSentence]) -> Iterator[Problem]:
    for i, sentence in enumerate(body):
        for match in _STATED.finditer(sentence.text):
            for span in _pieces(match[1]):
                start = sentence.text.find(span, match.start(1))
                assertion = assertion_of(sentence.text, start, start + len(span))
                yield Problem(span, span, sentence, tuple(body[i : i + 4]), assertion, Named.STATED)


def _regarding(body: Sequence[NoteSentence]) -> Iterator[Problem]:
    """Conditions that the plan takes up by name ("Regarding her diabetes, …", "Her asthma is stable")."""
    for i, sentence in enumerate(body):
        taken_up = (
            None
            if is_heading(sentence.text) or _BLOCK_LABEL.match(sentence.text)
            else _NAMED_FIRST.match(sentence.text)
        )
        match = _REGARDING.match(sentence.text) or _STATE.match(sentence.text) or taken_up
        span = match[1].strip() if match else ""
        if span:
            start = sentence.text.find(span)
            assertion = assertion_of(sentence.text, start, start + len(span))
            yield Problem(span, span, sentence, tuple(body[i : i + 3]), assertion, Named.STATED)


def _pieces(text: str) -> list[str]:
    parts = re.split(r",| and | which | that | who | with (?=no\b)| on exam| based on| as well as", text)
    return [p.strip(" .") for p in parts if 0 < len(p.split()) <= 9 and p.strip(" .")]
