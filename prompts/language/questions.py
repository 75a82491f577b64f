"""Questions and answers: what was asked, how it was answered, and the statement that both make together."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from prompts.language.grammar import _ADVERBS, Person, expand, inflect, third_person
from prompts.language.lists import word_list


class Answer(StrEnum):
    """How a question was answered by its first clause."""

    YES = "yes"
    NO = "no"
    HEDGED = "hedged"
    TOLD = "told"


_AUX: Final = r"(?:do|does|did|have|has|had|are|is|was|were|can|could|would|will|any)"
_QUESTION: Final = re.compile(
    rf"\?|^(?:(?:so|and|okay|ok|alright|um|uh|now|or|but|right|then|well|yeah|great|good|no|yes)[\s,.]+)*"
    rf"(?:{_AUX} (?:you|your|it|they|there|that|this|the|he|she|any|anyone|anything)\b|any\b|how "
    rf"(?:about|is|are|long|often|many|much|bad|old|do|did|have|has|would)\b|"
    rf"what(?:'s| is| are| about| did| do| kind| brings| happened| makes| else)\b|where(?:'s| is| are|"
    rf" do| did| about| abouts)?\b|when (?:did|was|do|is)\b|which\b|who\b|why\b)|"
    r"^(?:(?:so|and|okay|but|otherwise|not),? ){0,3}(?:(?:other than|apart from) [\w ]{1,40}?,? )?"
    r"you (?:do not|don't|haven't|have not|didn't|did not) (?:have |had |got |take |know of ){0,2}any\b|"
    r"\b(?:are|do|have|did|were) you (?:still|currently|ever|taking|using|having)\b|"
    r"\b(?:have|has|had|did|do|does|are|is) (?:any|your|the|these|those|anyone|anybody|you|they|he|she|it)"
    r"(?: \w+){0,2} ever\b|"
    r"^(?:\w+ ){1,5}(?:have|did|do) you (?:ever|have|had|get|feel|take|notice|think|want|need|remember)\b",
    re.I,
)
_NO: Final = re.compile(
    r"^\W*(?:(?:uh+|um+|er|oh|well|so|okay|ok|hmm|mm|i think|i mean|honestly|actually|thankfully|"
    r"luckily|fortunately|yeah)\W+)*"
    r"(?:no+|nope|nah|not|never|none|nothing|neither|nil|negative|don't|haven't|didn't|i don't(?! "
    r"know)|i haven't|i didn't|"
    r"i do not(?! know)|i have not|i'm not(?! sure)|i've not|i never|it doesn't|it hasn't|it isn't|"
    r"there isn't|there hasn't|"
    r"there's no|there is no|i wouldn't say|i can't(?! remember| recall| say)|i've never|i'm allergic to nothing)\b",
    re.I,
)
_YES: Final = re.compile(
    r"^\W*(?:(?:uh+|um+|er|oh|well|so|okay|ok|i think|i mean|honestly|actually|unfortunately)\W+)*"
    r"(?:yes|yeah|yep|yup|ya|mm-?hmm+|mhm+|uh-?huh|correct|right|sure|definitely|absolutely|exactly|"
    r"of course|(?:i do|i have|i am|i did|i was|"
    r"it does|it is|it has|they do|they are)(?=\W*(?:$|[,.;]))|that's right|that's correct|indeed)\b",
    re.I,
)
_HEDGE: Final = re.compile(
    r"^\W*(?:(?:uh+|um+|er|oh|well|so)\W+)*(?:i don't know|not sure|i'm not sure|i'm not too sure|"
    r"maybe|possibly|perhaps|not really sure|"
    r"i can't (?:remember|recall|say)|hard to say|it depends|i don't remember|no idea|i have no idea|"
    r"not that i'm sure)\b",
    re.I,
)
_EXCEPT: Final = re.compile(
    r"\b(?:but|except|only|just|apart from|other than|although|unless|sometimes|"
    r"occasionally|maybe|infrequent\w*|rarely|seldom|hardly|socially|moderate\w*|"
    r"now and (?:then|again)|"
    r"from time to time|once in a while|not (?:that |so |too |very )?(?:much|often)|depends|a "
    r"bit|a little|until|used to)\b",
    re.I,
)
_NEGATIVE_QUESTION: Final = re.compile(
    r"\b(?:do|have|are|is|did|has|does|was)n't\b|\b(?:no|not|never) .*(?:\?|right)|^(?:\W*(?:and|so|"
    r"okay|ok))*\W*(?:no|not)\b",
    re.I,
)
_ANY: Final = re.compile(
    r"\bany (?:other )?(?:(?P<trouble>problems?|issues?|trouble|difficulty|difficulties) with|"
    r"(?:problems?|issues?|symptoms?) (?:like|such as|of)) (?P<with>.+)$|"
    r"\bany(?: kind of| sort of| more| recent| new| associated| type of| signs? of| history of| feelings? of)? "
    r"(?P<any>.+)$",
    re.I,
)
_HANGING: Final = re.compile(r"\b(?:to|of|with|from|for|about|any)$", re.I)
_PRESENCE: Final = re.compile(
    r"(?:^|[,.?:]|\b(?:have|has|had|having|noticed?|noticing|notices|experienc\w+|gets?|getting|got|gotten|feel|feeling|felt|is|are|was|"
    r"were|there|of|with|developed?|developing|seen|seeing|been|and|or|so|about|but|then|okay|alright|right|great|good|now|um|"
    r"uh|also|well|yeah|report\w*|ever|reports|for|like|from|you|mean|in|even|know|today|having had))\s*$",
    re.I,
)
"""What stands before "any" when a question asks whether a thing is there; "taking any" asks what is done."""
_HAVE: Final = re.compile(
    r"\b(?:have|has|had|are|do|did|were) you (?:been |ever |also |ever been |noticed |been )?(?:had|"
    r"have|having|noticed|notice|noticing|experienced|experience|experiencing|"
    r"getting|get|got|feel|felt|feeling|seen|suffered from|suffer from|developed|run|running|gotten)\s+(?P<have>.+)$",
    re.I,
)
_DO: Final = re.compile(
    r"\b(?P<aux>do|does|did|have|has|had|are|is|was|were|can|could)\s+(?P<subject>you|it|they|he|she|"
    r"that|there|this)\s+(?P<rest>.+)$",
    re.I,
)
_YOUR: Final = re.compile(
    r"\b(?P<aux>do|does|did|have|has|are|is|was|were)\s+your\s+"
    r"(?P<subject>(?:(?:left|right|upper|lower|blood|bowel|heart|urine)\s+)?\w+)\s+(?P<rest>.+)$",
    re.I,
)
_SPLIT: Final = re.compile(r"\s*,\s*(?:or|and|nor)?\s*|\s+(?:or|nor)\s+|\s+and\s+(?=\w+(?:\s\w+)?$)", re.I)
_ITEM_LEAD: Final = re.compile(
    r"^(?:(?:any|a|an|the|some|kind of|sort of|other|like|your|you|or|and|nor|even|no|type of|sort|"
    r"things?|for example|recent|such as|that|got|had|have|having|noticed|"
    r"feel|feeling|felt|been|ever|do|did|of|of the|sense of|history of|with|in terms of|symptoms? "
    r"(?:like|such as|of)|problems? (?:like|such as))\s+)+",
    re.I,
)
_ITEM_TAIL: Final = re.compile(
    r"\s*(?:,|\b(?:at all|or anything|anything|anything else|like that|right now|at the moment|"
    r"recently|lately|today|with (?:that|it|this)|or not|right|correct|okay|"
    r"then|for you|along with (?:that|it|this)|associated with (?:that|it|this)|that you(?:'ve)? "
    r"(?:noticed|know of|are aware of|noted)|you(?:'ve)? noticed|now|you know of|ever|yet|so far|"
    r"i should (?:know|be aware) (?:about|of)|as well|too|there|either|else|in the past|before|with "
    r"you|to me|by the way|over there|yourself|for me|since then|since))\s*$",
    re.I,
)
_CLAUSAL: Final = re.compile(
    r"^(?:it|they|he|she|i|you|we|there|that)\b|\b(?:may|might|could|would|will|been|done|think|said|told|you|i)\b",
    re.I,
)
"""An item that holds a subject or an auxiliary is a clause, not the name of a thing."""
_REQUESTS: Final = re.compile(
    r"\b(?:can|could|would|will|do|are) (?:you|i) (?:please |just |be able to |also )*"
    r"(?:describe|tell|explain|show|point|confirm|hear|see me|repeat|say|talk|give|remember|recall|walk|let|mean|speak|"
    r"clarify|elaborate|check|ask|know|think|mind|"
    r"want|happy|ready)\b",
    re.I,
)
"""What asks for words or for leave, so that "yes" to it says nothing of the patient."""
_OPEN: Final = re.compile(
    r"^(?:(?:and|so|okay|ok|but|um|uh|alright|right|then|now|well)[\s,]+)*(?:what|how|where|whereabouts|when|why|which|who)\b",
    re.I,
)
_POINTS: Final = re.compile(r"\b(?:here|right there)\b|\bwhen i\b", re.I)
"""What a question points at with the hand, so that its words alone make no statement."""
_POINTS_BACK: Final = re.compile(
    r"\b(?:either|both|any|some|all|one) of (?:those|them|these|that)\b|^do (?:it|that|either)\b", re.I
)
"""What takes up things named before, so that the question does not say by itself what it asks."""
_UNNAMED: Final = re.compile(r"^(?:other |new )?symptoms?\b", re.I)
_OTHER: Final = re.compile(r"\b(?:any|some|an)? ?other\b|\bapart from\b|\belse\b", re.I)
_GROUPS: Final = re.compile(
    r"(?:(?:medical|health|chronic|long[- ]term|past|ongoing) )*(?:diagnos[ei]s|illness(?:es)?|conditions?|diseases?|"
    r"problems?|medications?|medicines?|tablets|drugs|allerg(?:y|ies)|surger(?:y|ies)|operations?|history|complaints?)",
    re.I,
)
"""Names of a whole group: "any other illnesses?" denies no illness that was named before."""
_EMPTY: Final = frozenset(
    word_list(
        "it that this there symptoms symptom anything nothing things stuff else questions question other "
        "others problems issues ones what that? so concerns you me okay changes luck ideas idea particular"
    )
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A yes-or-no question: ``items`` are the noun phrases asked about, or ``predicate`` is what it asks whether."""

    items: tuple[str, ...] = ()
    predicate: tuple[str, str, str] | None = None


def is_question(text: str) -> bool:
    """Whether a clause asks something."""
    return bool(_QUESTION.search(text))


def classify(answer: str) -> Answer:
    """How an answer opens: yes, no, a hedge, or telling something else."""
    if _HEDGE.search(answer):
        return Answer.HEDGED
    if _NO.search(answer):
        return Answer.NO
    if _YES.search(answer):
        return Answer.YES
    return Answer.TOLD


def qualified(answer: str) -> bool:
    """Whether a yes or no goes on with an exception, so that it must not be carried over as it stands."""
    return bool(_EXCEPT.search(answer))


def negated(question: str) -> bool:
    """Whether a question is put in the negative ("no chest pain?", "you don't smoke?")."""
    return bool(_NEGATIVE_QUESTION.search(question))


def parse(question: str) -> Asked:
    """What a yes-or-no question asks; an empty ``Asked`` when it is of another kind."""
    text = re.sub(r"[?.!]+$", "", question.strip()).strip(" ,")
    if _REQUESTS.search(text) or (_OPEN.match(text) and not re.search(r"\bany\b", text, re.I)):
        return Asked()
    match = _ANY.search(text)
    match = match if match and _PRESENCE.search(text[: match.start()]) else _HAVE.search(text)
    if match:
        found = {name: value for name, value in match.groupdict().items() if value}
        trouble = f"{found['trouble'].lower()} with " if "trouble" in found else ""
        items = tuple(trouble + item for item in items_of(found.get("with") or found.get("any") or found["have"]))
        if items and _GROUPS.fullmatch(items[0]) and _OTHER.search(text):
            items = (f"other {items[0]}", *items[1:])
        if items:
            return Asked(items=items)
    match = _DO.search(text) or _YOUR.search(text)
    if match and not _POINTS.search(text):
        return Asked(predicate=(match["aux"].lower(), match["subject"].lower(), match["rest"]))
    return Asked()


def items_of(phrase: str) -> tuple[str, ...]:
    """The short noun phrases of a list, cleaned; empty when one of them is a clause rather than a name."""
    items = []
    for part in _SPLIT.split(phrase.strip(" ,.?")):
        item = part.strip(" ,.")
        for _ in range(3):
            item = _ITEM_TAIL.sub("", _ITEM_LEAD.sub("", item + " ").strip(" ,."))
        if not item or item.lower() in _EMPTY or item.split()[0].lower() in ("when", "if", "what", "how", "is", "are"):
            continue
        if len(item.split()) > 7 or _CLAUSAL.search(item) or _UNNAMED.match(item):
            return ()
        items.append(item)
    return tuple(items[:8])


def statement(asked: Asked, affirmed: bool, person: Person) -> str:
    """The note statement that a question makes with a plain yes or no; empty when it would not read as one."""
    if affirmed and any(re.search(r"\bany\b", item, re.I) for item in asked.items):
        return ""
    if asked.items:
        names = join([_object(item, person) for item in asked.items], "and" if affirmed else "or")
        return f"Has {names}" if affirmed else f"Denies {names}"
    if asked.predicate is None:
        return ""
    aux, subject, rest = asked.predicate
    if affirmed and re.search(r"\b(?:any|anything|anyone|anybody|anywhere|ever|or)\b", rest, re.I):
        return ""  # "yes" to "anything?" does not say what
    if _POINTS_BACK.search(rest):
        return ""
    rest = _ITEM_TAIL.sub("", _object(re.sub(r"^any\b ?", "" if affirmed else "any ", rest), person))
    if len(rest.split()) > 12 or rest.lower() in _EMPTY or not rest or _HANGING.search(rest):
        return ""
    lead = "" if subject == "you" else f"{subject} "
    return lead + _verb(aux, rest, affirmed, plural=subject in ("they",))


def _verb(aux: str, rest: str, affirmed: bool, plural: bool) -> str:
    """Auxiliary and verb of a statement in the third person."""
    words = rest.split()
    adverbs = [w for w in words[:1] if w.lower() in _ADVERBS and w.lower() != "ever"]
    words = words[1:] if words[0].lower() in _ADVERBS else words
    if not words:
        return ""
    third = {"do": "does", "are": "is", "have": "has", "were": "was"} if not plural else {}
    aux = third.get(aux, aux)
    if not affirmed:
        return " ".join([aux, "not", *adverbs, *words])
    if aux == "does":
        return " ".join([*adverbs, inflect(words[0]), *words[1:]])
    return " ".join([aux, *adverbs, *words])


def _object(phrase: str, person: Person) -> str:
    return third_person(expand(phrase), person, "you")


def join(items: list[str], conjunction: str) -> str:
    """A list in words: "a, b and c"."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {conjunction} {items[-1]}"
