"""Questions asked of a visit, answered with what was said in it and with nothing else.

An answer quotes turns and names the findings that rest on them. Turns are found with BM25 (Robertson and Zaragoza, "The
probabilistic relevance framework", 2009) over stems; a question's word also matches words that mean the same and the
clinical or plain name of the same thing. What a question's words do not find is said to be missing.
"""

import math
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from prompts.documents.lay import names
from prompts.language.notewords import same_meaning
from prompts.language.questions import is_question
from prompts.language.words import content, stem, tokens
from prompts.untrusted import addresses_machine, normalise
from visit.findings import Finding, FindingKind, Subject
from visit.notes import Division
from visit.turns import Speaker, Turn

DATA: Final = Path(__file__).parent / "data" / "ask.toml"
_K1, _B = 1.2, 0.5
_ENOUGH, _FEW = 0.5, 0.35
"""Share of a question's weight that a passage must match: by one of its words, or by several."""
_NEAR_BEST: Final = 0.75
_LONGEST: Final = 500
_SHORT: Final = 2
_MOST: Final = 4
"""Most passages in an answer, unless it lists a kind."""


@dataclass(frozen=True, slots=True)
class Passage:
    """Turns that belong together, a question with its answer, and the findings that rest on them.

    ``flagged`` says that somebody in it speaks to the software; it is quoted like everything else, and marked.
    """

    turns: tuple[int, ...]
    findings: tuple[Finding, ...]
    flagged: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """Passages, best first; none means that it was not said. ``missing`` are words of the question never said."""

    passages: tuple[Passage, ...]
    missing: tuple[str, ...] = ()


Alternatives = tuple[frozenset[str], ...]
"""What one word or name of a question may stand as: all stems of one alternative in a passage match it."""


@dataclass(frozen=True, slots=True)
class _Lists:
    idle: frozenset[str]
    kinds: dict[FindingKind, frozenset[str]]
    divisions: dict[Division, frozenset[str]]
    family: frozenset[str]
    phrases: dict[str, str]
    details: dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class _Search:
    """What a question looks for, whether of a relative, and what it wants to know of a finding."""

    groups: dict[str, Alternatives]
    family: bool
    details: frozenset[str]


def answer(question: str, turns: Sequence[Turn], findings: Sequence[Finding]) -> Answer:
    """What the visit says about a question. The question is data: it finds words, it instructs nothing."""
    lists = _lists()
    asked = normalise(question)[:_LONGEST].casefold()
    named = {stem(token) for token in tokens(asked)}
    family = bool(named & lists.family)
    whose = Subject.FAMILY if family else Subject.PATIENT
    told = [f for f in findings if f.subject is whose]
    wanted = [f for f in told if _listed(f, named, lists)]
    passages = _passages(turns, findings)
    groups = _groups(asked, lists)
    if not groups:
        return Answer(_citing(wanted or (told if family else []), passages))
    about = [f for f in wanted if _names(f, groups)]
    if about:
        return Answer(_citing(about, passages))
    details = frozenset(d for d, ways in lists.details.items() if any(way in asked for way in ways))
    return _searched(_Search(groups, family, details), passages, turns)


def _listed(finding: Finding, named: set[str], lists: _Lists) -> bool:
    """Whether a question asks for everything of a finding's kind, or in its division."""
    divisions = any(finding.division is place and named & words for place, words in lists.divisions.items())
    return divisions or bool(named & lists.kinds.get(finding.kind, frozenset()))


def _groups(asked: str, lists: _Lists) -> dict[str, Alternatives]:
    """What a question looks for: names of one thing in one group, then its other words by themselves."""
    groups: dict[str, Alternatives] = {}
    rest = asked
    for phrase, instead in lists.phrases.items():
        if re.search(rf"\b{re.escape(phrase)}\b", rest):
            rest = rest.replace(phrase, " ")
            groups[phrase] = (content(instead),)
    for name, plain in names():
        for here, other in ((name, plain), (plain, name)):
            if len(here) > _SHORT and re.search(rf"\b{re.escape(here)}\b", rest):
                rest = re.sub(rf"\b{re.escape(here)}\b", " ", rest)
                groups[here] = (*groups.get(here, (content(here),)), content(other))
    listing = frozenset().union(*lists.kinds.values(), *lists.divisions.values(), lists.family)
    for word in tokens(rest):
        if content(word) and stem(word) not in lists.idle | listing:
            groups[word] = (content(word),)
    return groups


def _searched(search: _Search, passages: Sequence[Passage], turns: Sequence[Turn]) -> Answer:
    """The passages that match enough of the question's words, weighed by how rare they are in this visit."""
    groups = search.groups
    texts = [_words_of(passage, turns) for passage in passages]
    mean = max(1.0, sum(map(len, texts)) / max(1, len(texts)))
    held = {name: [_matches(any_of, text) for text in texts] for name, any_of in groups.items()}
    weight = {name: _rarity(sum(map(bool, found)), len(texts)) for name, found in held.items()}
    scored = []
    for place, (passage, text) in enumerate(zip(passages, texts, strict=True)):
        if search.family and not any(f.subject is Subject.FAMILY for f in passage.findings):
            continue
        matched = [name for name in groups if held[name][place]]
        share = sum(weight[name] for name in matched) / sum(weight.values())
        if share < (_FEW if len(matched) > 1 else _ENOUGH):
            continue
        damp = _K1 * (1 - _B + _B * len(text) / mean)
        bm25 = sum(weight[n] * held[n][place] * (_K1 + 1) / (held[n][place] + damp) for n in matched)
        scored.append((share, _telling(passage, search), bm25, passage))
    scored.sort(key=lambda found: (-found[0], -found[1], -found[2], found[3].turns))
    best = [found[-1] for found in scored if found[0] >= scored[0][0] * _NEAR_BEST]
    return Answer(tuple(best[:_MOST]), tuple(name for name, found in held.items() if not any(found)))


def _telling(passage: Passage, search: _Search) -> int:
    """2 where a finding is what is asked about and has the detail asked for, 1 where it has no such detail."""
    named = [f for f in passage.findings if _names(f, search.groups)]
    return 2 if any(getattr(f.detail, d) for f in named for d in search.details) else int(bool(named))


def _rarity(holding: int, passages: int) -> float:
    """How much a word tells; one that was never said tells most."""
    return math.log(1 + (passages - holding + 0.5) / (holding + 0.5))


def _passages(turns: Sequence[Turn], findings: Sequence[Finding]) -> list[Passage]:
    """Each turn; a question together with the turn that answers it."""
    out: list[Passage] = []
    place = 0
    while place < len(turns):
        run = [turns[place]]
        asks = turns[place].speaker is not Speaker.PATIENT and _asks(turns[place].text)
        if asks and place + 1 < len(turns) and turns[place + 1].speaker is not turns[place].speaker:
            run.append(turns[place + 1])
        indices = {turn.index for turn in run}
        out.append(
            Passage(
                tuple(sorted(indices)),
                tuple(f for f in findings if indices & set(f.turns)),
                any(addresses_machine(turn.text) for turn in run),
            )
        )
        place += len(run)
    return out


def _asks(text: str) -> bool:
    return text.rstrip().endswith("?") or is_question(text)


def _words_of(passage: Passage, turns: Sequence[Turn]) -> list[str]:
    """The stems of what was said in a passage and of the clinical names of its findings."""
    said = " ".join(normalise(turn.text) for turn in turns if turn.index in passage.turns)
    named = " ".join(f"{f.concept} {f.detail.relation or ''}" for f in passage.findings)
    return [stem(token) for token in tokens(f"{said} {named}") if content(token)]


def _matches(alternatives: Alternatives, text: Sequence[str]) -> int:
    """How often a text holds one of the alternatives whole."""
    return max(min(sum(w == other or same_meaning(w, other) for w in text) for other in each) for each in alternatives)


def _names(finding: Finding, groups: dict[str, Alternatives]) -> bool:
    """Whether a finding is what all the other words of the question name."""
    own = [stem(t) for t in tokens(f"{finding.concept} {finding.text} {finding.detail.reason or ''}")]
    return all(_matches(alternatives, own) for alternatives in groups.values())


def _citing(findings: Sequence[Finding], passages: Sequence[Passage]) -> tuple[Passage, ...]:
    """The passages that some findings rest on, each with only those."""
    out = []
    for passage in passages:
        own = tuple(f for f in findings if set(f.turns) & set(passage.turns))
        if own:
            out.append(Passage(passage.turns, own, passage.flagged))
    return tuple(out)


@cache
def _lists() -> _Lists:
    data = tomllib.loads(DATA.read_text(encoding="utf-8"))

    def stems(text: str) -> frozenset[str]:
        return frozenset(stem(word) for word in text.split())

    return _Lists(
        stems(data["idle"]),
        {FindingKind(name): stems(text) for name, text in data["kinds"].items()},
        {Division(name): stems(text) for name, text in data["divisions"].items()},
        stems(data["subjects"]["family"]),
        data["phrases"],
        data["details"],
    )
