"""The question–answer ledger: what was asked takes the polarity of the answer.

Each clinician question's mentions wait for the hearer's reply. "No" denies all of them, "yes" affirms them, a hedge
leaves them uncertain, "no, only when I cough" affirms under a condition, and what the answer itself names follows the
answer's own words. A question nobody answers leaves no finding. Method: section 4.3 of the published work on question
and answer negation (Du et al., ACL 2019) reduced to rules.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from nlp.answers import Answer, Reply
from nlp.mentions import Mention
from nlp.questions import Form
from visit.findings import FindingKind, Polarity, Subject, Timing
from visit.turns import Speaker

_OPEN_TURNS: Final = 5
_ALTERNATIVES: Final = re.compile(r"\bor\b")
_OR_ELSE: Final = re.compile(r"\bor (?:just|only|more|is it|was it|rather|would you say)\b")
_HOW_MUCH: Final = re.compile(r"\b(?:much|many|a lot|lots|heavily|often|regularly|too much|excessively)\b")
"""A question of a habit's amount: "no" to it does not deny the habit."""
_ASKS_PRESENCE: Final = re.compile(
    r"\b(?:any|still|have you had|do you have|do you get|have you got|had any|ever|other|another|new|there)\b"
)


@dataclass(slots=True)
class Asked:
    """One question: the turn and speaker that asked, its form, and the mentions that wait for an answer.

    ``wonders`` marks a patient's question about the own case, which only a "no" of the clinician settles.
    """

    turn: int
    speaker: Speaker
    form: Form
    body: str
    mentions: list[Mention]
    topic: str | None = None
    detail: dict[str, str] = field(default_factory=dict)
    wonders: bool = False


@dataclass(frozen=True, slots=True)
class Settled:
    """A mention with the polarity its answer gave it, the turn that asked, and whether the patient wondered."""

    mention: Mention
    turn: int
    wondered: bool = False


class Ledger:
    """Questions that wait. ``last`` is the latest question, answered or not, for details that come later."""

    def __init__(self) -> None:
        """Start with nothing asked."""
        self.open: list[Asked] = []
        self.last: Asked | None = None
        self._others_spoke = False

    def ask(self, question: Asked) -> None:
        """Add a question. One asked after a turn that did not answer replaces those before it."""
        if self.open and (self._others_spoke or question.turn - self.open[-1].turn > 2):
            self.open.clear()
        self._others_spoke = False
        self.open.append(question)
        self.last = question

    def expects(self, turn: int, speaker: Speaker) -> bool:
        """Whether an answer from ``speaker`` in ``turn`` is awaited."""
        if not self.open or turn - self.open[-1].turn > _OPEN_TURNS:
            return False
        asker = self.open[-1].speaker
        return asker is not speaker or speaker is Speaker.UNKNOWN or turn == self.open[-1].turn

    def note_unanswered(self) -> None:
        """The other side said something that was no answer."""
        self._others_spoke = True

    def settle(self, answer: Answer, said: Sequence[Mention]) -> list[Settled]:
        """Close the open questions with ``answer``; ``said`` are the mentions of the answering turn."""
        questions, self.open = self.open, []
        own = {mention.concept for mention in said if mention.subject is not Subject.OTHER}
        patient = {mention.concept for mention in said if mention.subject is Subject.PATIENT}
        asked_for = {m.concept for asked in questions for m in asked.mentions}
        bases = {_base(m) for m in said if m.subject is Subject.PATIENT}
        polar = [asked for asked in questions if asked.form not in {Form.OPEN, Form.OFFER}]
        out: list[Settled] = []
        for number, asked in enumerate(polar):
            last = number == len(polar) - 1
            if not last and not _reaches(answer.reply, asked, polar[number:]):
                continue
            waiting = [m for m in asked.mentions if m.concept not in (own if m.subject is Subject.FAMILY else patient)]
            for mention in waiting:
                if _base(mention) in bases and answer.reply is not Reply.NO:
                    continue
                settled = _settle_one(mention, asked, answer, waiting, bool(own & asked_for))
                if settled is not None:
                    out.append(Settled(settled, asked.turn, asked.wonders))
        return out


def _reaches(reply: Reply, asked: Asked, following: Sequence[Asked]) -> bool:
    """Whether an answer reaches a question before the last: "no" all but what was supposed, others one list only."""
    if reply is Reply.NO:
        return asked.form is not Form.DECLARATIVE
    return reply is Reply.HEDGE or _same_breath(following)


def _same_breath(questions: Sequence[Asked]) -> bool:
    """Whether questions are fragments of one list ("any fever? chills?")."""
    return all(len(asked.body.split()) <= 4 for asked in questions[1:])


def _settle_one(
    mention: Mention, asked: Asked, answer: Answer, waiting: Sequence[Mention], named: bool
) -> Mention | None:
    """``mention`` with its answered polarity; ``named`` when the answer names another item of the same question."""
    reply = answer.reply
    if asked.wonders:
        return _with(mention, Polarity.ABSENT) if reply is Reply.NO and not answer.limited else None
    if reply is Reply.HEDGE:
        return _with(mention, Polarity.UNCERTAIN)
    if reply is Reply.PAST:
        return _with(mention, Polarity.PRESENT, timing=Timing.PAST)
    if reply is Reply.NO:
        if answer.limited and len(waiting) == 1:
            return _with(
                mention, Polarity.PRESENT, detail={"aggravating": answer.rest} if _condition(answer.rest) else {}
            )
        habit = mention.kind is FindingKind.SOCIAL and _HOW_MUCH.search(asked.body)
        return _with(mention, Polarity.UNCERTAIN if habit else Polarity.ABSENT)
    if reply is Reply.OTHER:
        holds = answer.affirms and len(waiting) == 1 and not named and asked.form is Form.POLAR
        return _with(mention, Polarity.PRESENT) if holds else None
    if reply is not Reply.YES or named:
        return None
    if asked.form is Form.NEGATIVE and not _contradicts(answer.rest):
        return _with(mention, Polarity.ABSENT)
    if asked.form is Form.DECLARATIVE:
        return mention
    several = len(asked.mentions) > 1 or bool(_OR_ELSE.search(asked.body))
    if several and answer.rest and _ALTERNATIVES.search(asked.body):
        return None  # "wheezy, or just tight?" "Yes, a bit of tightness": the answer says which
    listed = len(waiting) > 1 and mention.kind in {FindingKind.SYMPTOM, FindingKind.PROBLEM}
    if listed and (len(waiting) > 2 or _ALTERNATIVES.search(asked.body) or "," in asked.body):
        # "Yes" to a list says that some of it holds, not which.
        return _with(mention, Polarity.UNCERTAIN) if len(waiting) == 2 else None
    return _with(mention, Polarity.PRESENT)


def _base(mention: Mention) -> str:
    """A symptom without its site: "tingling" of the toe and of the leg are one complaint in an answer."""
    return mention.concept.removeprefix(f"{mention.detail.get('site')} ")


def _condition(rest: str) -> bool:
    return bool(
        re.match(
            r"^(?:just|only|except|unless|but only|but just)?\s*(?:when|if|at|after|in|on|with|while|during|"
            r"before|from)\b",
            rest,
        )
    )


def _contradicts(rest: str) -> bool:
    """Whether what follows "yes" to a negative question affirms: "yes, I do", "yeah, a little"."""
    return bool(
        re.match(
            r"^(?:i (?:do|did|have|am|had|get)|actually|a (?:little|bit|few|lot)|some|sometimes|occasionally|on "
            r"and off|there (?:is|was)|it (?:does|is)|quite|once)\b",
            rest,
        )
    )


def _with(
    mention: Mention, polarity: Polarity, *, timing: Timing | None = None, detail: dict[str, str] | None = None
) -> Mention:
    return replace(
        mention,
        polarity=polarity,
        timing=timing or (Timing.CURRENT if mention.timing is Timing.HYPOTHETICAL else mention.timing),
        detail={**mention.detail, **(detail or {})},
    )


def is_topic(mention: Mention, body: str) -> bool:
    """Whether a question takes a mention for granted ("does the pain move?") instead of asking for it."""
    if mention.excluded or mention.given:
        return True
    clinical = mention.kind in {FindingKind.SYMPTOM, FindingKind.PROBLEM, FindingKind.MEDICATION}
    return clinical and mention.definite and not _ASKS_PRESENCE.search(body)
