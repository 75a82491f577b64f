"""Spoken text made plain: fillers and stutters dropped, spaced contractions joined, sentences split.

What comes out is lower case with digits for spoken numbers; it is what every later step matches against and
what a finding quotes.
"""

import re
from dataclasses import dataclass
from typing import Final

from nlp.numbers import digits

_TAG: Final = re.compile(r"<[^>]*>|\[[^\]]*\]")
_SPLIT_CONTRACTION: Final = re.compile(r"\s+(n't|'(?:s|ve|m|re|ll|d))\b", re.I)
_SPLIT_SLANG: Final = (
    (re.compile(r"\b(gon|wan)\s+na\b", re.I), r"\1na"),
    (re.compile(r"\bgot\s+ta\b", re.I), "gotta"),
    (re.compile(r"\b(?:mm|m+h+m+|mhm|uh|um)[ -]?(?:hmm?|huh|hum)\b", re.I), "mhm"),
    (re.compile(r"\b(?:okey|o\.k\.|'kay|ok)\b", re.I), "okay"),
    (re.compile(r"\bcannot\b", re.I), "can't"),
    (
        re.compile(
            r"\b(do(?:n't| not)) think so,?\s+(?=(?:that|it)(?:'s| is) (?:necessary|needed|required|warranted)\b)", re.I
        ),
        r"\1 think ",
    ),
    (re.compile(r"\b([a-z]+)-(?=\s|$)(?=\s*[,.?!]|\s*$)", re.I), r"\1"),
)
_FILLER: Final = re.compile(
    r"\s*,?\s*\b(?:u+m+|u+h+|e+r+m*|a+h+|hm+|mm+|eh|y'know|you know(?! (?:if|how|what|when|where|why|that|about|the))"
    r"|i mean(?=\s*,)|sort of like|kind of like|like(?=\s*,))\b(?!-)(?:\s*,)?",
    re.I,
)
_FRAGMENT: Final = re.compile(r"\b[a-z]{1,3}-\s+(?=[a-z])", re.I)
_STUTTER: Final = re.compile(r"\b([a-z']+)(?:[\s,]+\1\b)+(?!-)", re.I)
_STUTTER_PAIR: Final = re.compile(r"\b([a-z']+ [a-z']+(?: [a-z']+)?)(?:[\s,]+\1\b)+", re.I)
_SPACE_BEFORE: Final = re.compile(r"\s+([,.?!;:])")
_SPACES: Final = re.compile(r"\s{2,}")
_SENTENCE: Final = re.compile(
    r"(?<!\bdr\.)(?<!\bmr\.)(?<!\bmrs\.)(?<!\bms\.)(?<=[.?!;])\s+(?=\S)|\s+--?\s+|\.{2,}\s*", re.I
)


_LONG_WORDS: Final = 12
_RUN_ON: Final = re.compile(
    r"(?:,\s*|\s+)(?=(?:okay|alright|all right|so (?:i|we|you|let's|your|for|the|it|now|my|that)\b|and so\b|and then\b|"
    r"now (?:on|i|we|you|your|for|let|the)\b|let's|let me\b|i want you|i'm (?:just |also )?(?:going to|gonna)|i'd like|"
    r"i would like|i also|and i(?:'m|'ll|'d)?\s|we're (?:going to|gonna)|we'll|and we(?:'ll|'re|\s)|on your|"
    r"for your (?:first|second|third|next|last|other|1st|2nd|3rd)|(?:and )?your (?:blood pressure|temperature|heart|"
    r"lungs?|respirations?|oxygen|abdomen|weight|pulse)\b|do you|have you|are you|did you|is there|"
    r"so (?:have|do|did|are|were) you|"
    r"any (?:other|fever|chest|pain|nausea|trouble)|but (?:i|you|we|it|your|the|they)\b|because (?:i|you|we|it)\b|"
    r"and (?:have|do|are|did|any) |and it (?:does|showed|shows)|if (?:you|your|it|things)\b))"
)
_FAIR: Final = re.compile(r"okay|alright|all right")
_LINKS: Final = re.compile(r"(?:'s|'re|\b(?:is|are|was|were|be|been|feels?|felt|looks?|sounds?|seems?|doing))$")
"""A verb that "okay" completes ("on that side it's okay"), so that it begins nothing."""
_LEANS: Final = re.compile(r"\b(?:if|unless)(?:\s[\w']+){1,9},?$")
"""A condition whose consequence is still to come."""
_HOLDING: Final = (
    "what how when where why who which much many often long that than if whether and or so because but not to for with "
    "of on the a as like at"
)
_HOLDS_ON: Final = frozenset(_HOLDING.split())


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a turn. ``asks`` is true when it ended with a question mark."""

    text: str
    asks: bool


def plain(text: str) -> str:
    """``text`` in lower case without fillers, stutters and transcriber tags, numbers in digits."""
    text = _TAG.sub(" ", text).replace("\u2019", "'").replace("\u2013", "-").replace("\u2014", " - ")
    text = _SPLIT_CONTRACTION.sub(r"\1", text.lower())
    for pattern, replacement in _SPLIT_SLANG:
        text = pattern.sub(replacement, text)
    text = _FRAGMENT.sub("", text)
    text = _SPACE_BEFORE.sub(r"\1", digits(_FILLER.sub(" ", text)))
    text = _STUTTER_PAIR.sub(r"\1", _STUTTER.sub(r"\1", text))
    return _SPACES.sub(" ", text).strip(" ,")


def _run_ons(sentence: str) -> list[str]:
    """A long stretch without full stops, as some recognisers write it, cut where a new statement begins."""
    if len(sentence.split()) <= _LONG_WORDS:
        return [sentence]
    parts, begin = [], 0
    for match in _RUN_ON.finditer(sentence):
        before = sentence[begin : match.start()].split()
        if _FAIR.match(sentence, match.end()) and _LINKS.search(sentence[begin : match.start()]):
            continue
        if (
            len(before) > 3
            and before[-1].strip(",") not in _HOLDS_ON
            and not _LEANS.search(sentence[begin : match.start()])
        ):
            parts.append(sentence[begin : match.start()])
            begin = match.end()
    return [*parts, sentence[begin:]]


def left_open(text: str) -> bool:
    """Whether a turn ends without a closing mark, as one does that was cut in the middle of a sentence."""
    return bool(re.search(r"[\w,'-]\s*$", text))


def hangs(sentence: str) -> bool:
    """Whether a plain sentence ends on a word that needs another ("pain in the")."""
    return sentence.rsplit(" ", 1)[-1] in _HOLDS_ON


def sentences(text: str) -> tuple[Sentence, ...]:
    """The sentences of a turn in order, made plain; those without a letter or digit are dropped."""
    out: list[Sentence] = []
    for part in _SENTENCE.split(plain(text)):
        bare = part.strip(" ,-")
        body = bare.strip(" .,!?;:-")
        if re.search(r"[a-z0-9]", body):
            pieces = _run_ons(body)
            out.extend(Sentence(piece, asks=False) for piece in pieces[:-1])
            out.append(Sentence(pieces[-1], "?" in bare[-2:]))
    return tuple(out)
