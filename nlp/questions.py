"""Which sentences ask, and how: the polarity that "yes" and "no" take depends on it.

Forms follow descriptive grammar (Quirk et al., A Comprehensive Grammar of the English Language, ch. 11): yes-no
questions, tag questions, declarative questions, wh-questions, alternative questions.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from nlp.text import Sentence


class Form(StrEnum):
    """How a sentence asks. ``STATEMENT`` does not ask."""

    STATEMENT = "statement"
    POLAR = "polar"
    NEGATIVE = "negative"
    DECLARATIVE = "declarative"
    OPEN = "open"
    OFFER = "offer"


@dataclass(frozen=True, slots=True)
class Question:
    """A sentence read as a question. ``body`` has lead-ins and tags removed; ``tagged`` marks a checking tag."""

    form: Form
    body: str
    tagged: bool = False


_LEAD: Final = re.compile(
    r"^(?:(?:okay|alright|all right|right|so|and|but|now|well|great|good|sure|then|also|yeah|yes|fine|perfect|i see|"
    r"sorry|sorry to hear that|thank you|thanks|oh|just|hi|hello|excellent|wonderful|got it|gotcha|mhm|"
    r"lovely|brilliant|um|"
    r"i understand|sounds good|that's good|that's great|no problem|no worries|or|in addition|otherwise|"
    r"understood|absolutely|"
    r"of course|let me ask you|let me ask|tell me|let's see|in general|just in general|and then|anyway|additionally|"
    r"would you say|is there|first of all|for example|at all|obviously|certainly|interesting|what "
    r"about|(?:can|could|may) i (?:just |quickly )*(?:double[- ]check|check|ask)(?: you)?(?=[\s,]+(?:are|is|do|does|"
    r"did|have|has|had|was|were|any|what|when|where|how)\b))\b(?!'s)[\s,.:-]*)+"
)
_LEAD_KEEP: Final = re.compile(r"(?:would you say it's|is there|what about)[\s,.:-]*$")
_CHECK_TAG: Final = re.compile(
    r"[\s,]+(?:okay|alright|all right|you know|you see|if that's okay|is that okay|does that sound good|sound good)$"
)
_TAG_QUESTION: Final = re.compile(
    r"[\s,]+(?:right|correct|yeah|yes|no|huh|is that right|is that correct|am i right|is it|isn't it|"
    r"aren't you|are you|"
    r"don't you|do you|didn't you|did you|haven't you|have you|hasn't it|has it|doesn't it|does it|wasn't "
    r"it|weren't you|"
    r"don't they|do they|is there|isn't there|was there|would you say|or no|or not|or anything|at all|or)$"
)
_WH: Final = re.compile(
    r"^(?:what|when|where|whereabouts|which|who|whom|why|how|since when|for how long|can you (?:tell|"
    r"describe|explain|show|point|"
    r"just|remember)|could you (?:tell|describe|explain|show|point|just)|would you describe|do "
    r"you (?:remember|know|recall) "
    r"(?:what|when|how|where|which|the|if)|tell me|describe|in terms of|any idea|do you mind telling|and "
    r"how|roughly how)\b"
)
_SUBORDINATE: Final = re.compile(
    r"^(?:what|when|where|which|who|why|how)\s+(?:i|i'm|i've|i'd|it|it's|we|he|she|they|my)\b|"
    r"^(?:what|when|which|who|how)\b.*\b(?:is|was|that)\b"
)
"""A clause that only begins like a question ("when i walk uphill"): its subject comes before its verb."""
_ABOUT: Final = re.compile(r"^(?:what about|how about|and what about)\b")
_AUX: Final = (
    r"(?:do|does|did|have|has|had|are|is|was|were|am|can|could|would|will|should|might|ever|haven't|don't|didn't|isn't|"
    r"aren't|doesn't|hasn't|wasn't|weren't|won't|wouldn't|can't)"
)
_INVERTED: Final = re.compile(
    rf"^{_AUX}\s+(?:you|your|he|she|his|her|it|it's|that|this|there|they|the|these|those|any|anyone|anybody|anything|"
    r"someone|either|we|all|both|one|either|a|some|everything|things|pain|swelling)\b"
)
_SELF: Final = re.compile(
    r"^(?:do|should|can|could|will|would|am|must|may|shall|did|have)\s+(?:i|we)\b|^is (?:this|that|"
    r"it) (?:going to|something|"
    r"dangerous|serious|normal|contagious|cancer|okay|bad|safe)|\b(?:should i|do i|can i|could i|will i|am i|would i)\b"
)
_ELLIPTIC: Final = re.compile(
    r"^(?:any|no|not|never|ever|do|other|anything|nothing|noticed|had|experienc\w+|feeling|having|taking|smoke|drink)\b"
)
_THEN_INVERTED: Final = re.compile(rf",\s*{_AUX}\s+(?:you|your|it|that|this|there|he|she|they)\b")
_OFFER: Final = re.compile(
    r"^(?:do you have any (?:other |further |more )?questions|any (?:other |further )?questions|is "
    r"that (?:okay|alright|all right|"
    r"fine|clear)|does that (?:sound|make)|how does that|sound good|are you okay with|would you like|do "
    r"you want|can i|could i|"
    r"may i|shall (?:i|we)|can you hear|is (?:it|that) okay if|do you mind|would you mind|are you happy|"
    r"would you be (?:able|"
    r"happy|willing|interested)|could you (?:confirm|please)|can you (?:confirm|please|just)|do you "
    r"understand|does (?:this|that) hurt"
    r"|how are you(?: today)?$|how you doing|will you)\b"
)
_EXAMINES: Final = re.compile(
    r"\b(?:does (?:this|that|it) hurt|(?:tender|pain|sore|painful|tenderness|hurt) (?:at all |or sore )?"
    r"(?:here|there|anywhere|when i|where i|as i)|hurt when i|where i(?:'m| am)? (?:press|push|touch|feel|tap)\w*|"
    r"(?:is|are|any) (?:this|that|it|these|those|there)?\s*(?:tender|tenderness))\b"
)
_NEGATED: Final = re.compile(
    r"\b(?:no|not|n't|never|without|nothing|haven't|don't|didn't|isn't|aren't|doesn't|hasn't|wasn't|"
    r"weren't|won't|can't)\b|n't\b"
)
_PATIENT_STATEMENT: Final = re.compile(r"^(?:i|i'm|i've|my|it's|it|we|he|she|they)\b(?!.*\byou\b)")


_WONDERS: Final = re.compile(
    r"\b(?:could|might|may|can) (?:this|it|that|these|they) (?:all )?be\b|"
    r"\b(?:this|it|that) (?:could|might|may) be\b|"
    r"\b(?:do|should|could|might|will|would|must|am|have) i\b|^(?:and |but )?what if\b"
)
_PUT_TO_HEARER: Final = re.compile(r"\b(?:do you (?:think|believe|mean)|would you say|are you (?:saying|sure))\b")


_PATIENT_WONDERS: Final = re.compile(
    r"^(?:is|was) (?:it|this|that)\b|\bdo you think\b|\bdoes (?:it|this|that) mean\b|\bwould you say\b"
)


def wonders(body: str, *, patient: bool) -> bool:
    """Whether a question asks the hearer's judgement of the speaker's own case ("could this be gout?").

    Patients ask so; what it names was not reported by anyone. ``patient`` is whether a patient most likely asks.
    """
    asks = _WONDERS.search(body) or (patient and _PATIENT_WONDERS.search(body))
    return bool(asks) and not re.search(r"\byou\w*\b", _PUT_TO_HEARER.sub("", body))


def examines(body: str) -> bool:
    """Whether a question belongs to an examination: it asks what is felt while the hearer is touched or moved."""
    return bool(_EXAMINES.search(body))


def without_lead(text: str) -> str:
    """``text`` without the words that only open a sentence ("okay , so and")."""
    match = _LEAD.match(text)
    if not match:
        return text
    head = match.group(0)
    keep = _LEAD_KEEP.search(head)
    rest = text[match.end() :] if not keep else text[keep.start() :]
    return rest or text


def read(sentence: Sentence) -> Question:
    """The form of a sentence. Statements that end in a checking tag ("…, okay?") stay statements."""
    text = without_lead(sentence.text)
    untagged = _CHECK_TAG.sub("", text)
    if untagged != text and not re.match(
        r"^(?:any|do you|are you|is there|have you (?:had|noticed|been|got|ever))\b", untagged
    ):
        return Question(_declared(untagged, asks=False), untagged, tagged=True)
    text = untagged
    tag = _TAG_QUESTION.search(text)
    body = text[: tag.start()] if tag else text
    if _OFFER.match(text) and not _EXAMINES.search(text):
        return Question(Form.OFFER, text)
    if _SELF.search(text) and sentence.asks:
        return Question(Form.OFFER, text)
    if _ABOUT.match(text):
        return Question(Form.POLAR, body)
    if _SUBORDINATE.match(text) and _THEN_INVERTED.search(text):
        return Question(Form.POLAR, body)
    if _WH.match(text) and (sentence.asks or not _SUBORDINATE.match(text)):
        return Question(Form.OPEN, body)
    if _INVERTED.match(text):
        return Question(Form.POLAR, body)
    if sentence.asks and tag and not _ELLIPTIC.match(body):
        return Question(_declared(body, asks=True), body, tagged=True)
    if re.match(r"^any\b", body) and len(body.split()) < 40:
        return Question(Form.POLAR, body)
    if sentence.asks:
        return Question(_asked(body), body)
    return Question(_declared(text, asks=False), text)


def _asked(body: str) -> Form:
    """The form of a sentence that ends with a question mark and has no inversion at its head."""
    inner = re.search(
        rf"(?:,|\band\b|\bor\b|\bbut\b|\bso\b|\bthen\b)\s+({_AUX}\s+(?:you|your|there|it|he|she|they)\b.*|any\b.*)$",
        body,
    )
    if inner and not _PATIENT_STATEMENT.match(body):
        return Form.POLAR
    if _WH.search(body) or re.search(r",\s*(?:what|when|where|how|which|who)\b", body):
        return Form.OPEN
    if re.match(r"^(?:i|i'm|i've|my)\b", body) and not re.search(r"\byou\b", body):
        return Form.STATEMENT
    if _NEGATED.search(body.split(",")[0]):
        return Form.NEGATIVE
    return Form.POLAR


def _declared(text: str, *, asks: bool) -> Form:
    """Declarative question when the words speak about the hearer, else statement."""
    if asks:
        return Form.NEGATIVE if _NEGATED.search(text) else Form.DECLARATIVE
    return Form.STATEMENT
