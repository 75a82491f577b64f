"""A turn cut into clauses that can stand alone as note sentences."""

import re
from functools import lru_cache
from typing import Final

_SENTENCE: Final = re.compile(
    r"(?<=[.?!])\s+(?=(?:my|i|i'm|i've|it|it's|the|you|we)\b)|(?<!\b[dm]r\.)(?<!\bmrs\.)(?<!\bms\.)(?<=[.?!])\s+(?=\S)",
    re.I,
)
_SUBJECT: Final = (
    r"(?:i|it|he|she|they|we|you|there|that|this|(?:my|your|the|his|her) "
    r"(?:\w+ )?(?=\w+ (?:is|are|was|were|has|have|does|do|did|hurts?|feels?|looks?|started|got|gets)\b))"
)
_HEAD: Final = rf"{_SUBJECT}(?:'\w+)?\s*(?!and\b|or\b)\w+"
_JOINT: Final = re.compile(
    rf"(\s*,?\s+(?:and then|and so|and also|but then|and|but|so|then|plus|although|however)\s*,?\s+)(?={_HEAD})"
    rf"|(\s*,\s+)(?={_HEAD})",
    re.I,
)
_RUN_ON_HEAD: Final = (
    r"(?:i'm|i've|i|we'll|we're|we|i'll|i'd|it's|it does|it is|it was|you're|you've|let's|there's|there is|there are|"
    r"so|now|alright|okay|on your|in terms of your|as far as|that's|that is|which is|"
    r"(?:your|the) (?:\w+ ){1,2}(?:is|are|looks?|shows?|sounds?|was|were))"
)
_RUN_ON: Final = re.compile(rf"\s+(?={_RUN_ON_HEAD}\s)", re.I)
_BOUND: Final = frozenset(
    [
        "if",
        "when",
        "that",
        "because",
        "since",
        "what",
        "how",
        "where",
        "as",
        "and",
        "but",
        "so",
        "think",
        "know",
        "than",
        "or",
        "while",
        "before",
        "after",
        "until",
        "said",
        "say",
        "feel",
        "like",
        "which",
        "time",
        "thing",
        "things",
        "whenever",
        "once",
        "sure",
        "guess",
        "hope",
        "unless",
        "does",
        "do",
        "did",
        "am",
        "is",
        "was",
        "have",
        "can",
        "should",
        "could",
        "would",
        "will",
        "everything",
        "all",
        "whether",
        "also",
        "see",
        "believe",
        "though",
        "although",
        "who",
        "medication",
        "last",
        "now",
        "then",
        "today",
        "something",
        "anything",
        "wish",
        "the",
        "had",
        "a",
        "an",
        "my",
        "your",
        "in",
        "of",
        "for",
        "with",
        "to",
        "based",
    ]
)
"""Words after which a new subject does not begin a new clause."""
_DEPENDENT: Final = re.compile(
    r"^(?:(?:and|so|but|now|okay|then)\s+)*(?:if|when|because|since|unless|while|until|as soon as|whenever|even if|"
    r"where|which|on|for|as far as|in terms of|regarding|with|with regards? to|based on|looking|in|at|after|before|"
    r"during|about|to)\b",
    re.I,
)
_VERB: Final = re.compile(
    r"\b(?:is|are|was|were|am|be|has|have|had|does|do|did|will|would|can|could|should|may|might|must|"
    r"need|needs|want|wants|"
    r"take|takes|took|feel|feels|felt|get|gets|got|go|goes|went|hurt|hurts|start|started|think|"
    r"thought|know|see|saw|work|"
    r"works|live|lives|smoke|drink|use|used|try|tried|come|comes|came|make|makes|made|look|looks|"
    r"seem|seems|continue|\w+ed|"
    r"\w+n't|\w+'(?:s|m|re|ve|ll|d))\b",
    re.I,
)
_LONG: Final = 14
_SUPPOSES: Final = re.compile(r"\b(?:think|thought|guessed|figured|assumed)(?: it)?(?: \w+)?$", re.I)
"""Words whose object is the clause that follows ("I thought at first it was a sprain")."""


def sentences(text: str) -> list[str]:
    """The sentences of a punctuated turn, each with its closing mark."""
    return [part for part in _SENTENCE.split(text) if part.strip()]


@lru_cache(4096)
def clauses(text: str) -> tuple[str, ...]:
    """The clauses of a turn. A part without a verb, or one that depends on its neighbour, stays with it."""
    out: list[str] = []
    for sentence in sentences(text):
        pieces = _cut(sentence)
        out.extend(piece.strip(" ,") for piece in pieces if piece.strip(" ,."))
    return tuple(out)


def _cut(sentence: str) -> list[str]:
    """A sentence cut before each new subject, then put together again where a part cannot stand alone."""
    places = sorted({match.end() for match in _JOINT.finditer(sentence)} | _run_on(sentence))
    bounds = [0, *places, len(sentence)]
    parts = [sentence[a:b] for a, b in zip(bounds, bounds[1:], strict=False) if sentence[a:b].strip()]
    out: list[str] = []
    held = ""
    for part in parts:
        leaning = bool(held) and bool(_VERB.search(part))
        bare = re.sub(r"\W*\b(?:and|but|so|then|also|plus|although|however)?\W*$", "", part)
        if leaning or _stands(bare):
            out.append(held + (bare if part is not parts[-1] else part))
            held = ""
        else:
            held += part
    return [*out, held] if held else out


def _stands(part: str) -> bool:
    """Whether a part has a verb of its own and does not lean on the next."""
    return bool(_VERB.search(part)) and not (_DEPENDENT.match(part.strip()) and "," not in part.strip(" ,"))


def _run_on(sentence: str) -> set[int]:
    """Places where a new clause begins without any mark, in long unpunctuated speech."""
    places = set()
    start = 0
    for match in _RUN_ON.finditer(sentence):
        before = sentence[start : match.start()].split()
        if _SUPPOSES.search(" ".join(before[-4:])):
            continue
        if len(before) >= 4 and len(sentence.split()) > _LONG and before[-1].lower().strip(",") not in _BOUND:
            places.add(match.end())
            start = match.end()
    return places
