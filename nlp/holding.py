"""Whether a mention holds as it sounds: not when only its amount is denied, it has passed, or it hangs on a condition.

ConText (see :mod:`nlp.pipeline`) reads a clause by itself. What stands in the clauses beside it is read here; the
patterns are in ``holding.toml``.
"""

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from nlp.mentions import Mention
from visit.findings import FindingKind, Polarity, Timing

_PLANNED = frozenset({FindingKind.ORDER, FindingKind.RESULT, FindingKind.PROCEDURE, FindingKind.MEDICATION})
_COMPLAINTS = frozenset({FindingKind.SYMPTOM, FindingKind.PROBLEM})
_STRESS = frozenset({"stress", "varus", "valgus"})


def settle(mention: Mention, clauses: Sequence[str], before: str, after: str) -> None:
    """Correct a mention by its surroundings; ``before`` and ``after`` are the words of its own clause."""
    if mention.polarity is Polarity.ABSENT and _only_amount(before, after):
        social = mention.kind is FindingKind.SOCIAL
        mention.polarity = Polarity.PRESENT if social else Polarity.UNCERTAIN
    if mention.polarity is Polarity.PRESENT and _rule("doubted_after").match(after):
        mention.polarity = Polarity.UNCERTAIN
    if mention.kind in _COMPLAINTS and _passed(mention, clauses):
        mention.timing = Timing.PAST
    if mention.kind in _PLANNED and _conditional(mention, clauses, before):
        mention.timing = Timing.HYPOTHETICAL


def only_named(mention: Mention, before: str, after: str) -> bool:
    """Whether a mention names no fact: a joint under stress, a specialist who was seen, what "you get" in general,
    the time at school."""
    if mention.text in _STRESS and (_rule("stressed_before").search(before) or _rule("stressed_after").match(after)):
        return True
    if mention.concept == "education" and _rule("at_school").search(before):
        return True
    if mention.text == "ms" and _addresses(before, after):
        return True
    if mention.text == "cream" and _rule("eaten").search(before):
        return True
    if mention.kind is FindingKind.ORDER and _rule("was_seen").search(before):
        return True
    return mention.kind in _COMPLAINTS and bool(_rule("one_gets").search(before))


def _addresses(before: str, after: str) -> bool:
    """Whether "ms" is a form of address: not after "I have", and after "with" only before a name."""
    if _rule("has_ms").search(before):
        return False
    return not _rule("may_be_ms").search(before) or bool(_rule("name_follows").match(after))


def _only_amount(before: str, after: str) -> bool:
    """Whether a denial denies only how much or how often."""
    return bool(_rule("amount").match(after) or _rule("amount_before").search(before))


def _passed(mention: Mention, clauses: Sequence[str]) -> bool:
    """Whether what was told in the past tense is over by the next clause."""
    if mention.timing is not Timing.CURRENT or mention.polarity is not Polarity.PRESENT:
        return False
    following = clauses[mention.clause + 1] if mention.clause + 1 < len(clauses) else ""
    return bool(_rule("told_past").search(clauses[mention.clause]) and _rule("gone").match(following))


def _conditional(mention: Mention, clauses: Sequence[str], before: str) -> bool:
    """Whether what is planned hangs on the clause before it ("if it's no better, we'll get an MRI") or on hope."""
    if mention.timing is not Timing.CURRENT:
        return False
    if _rule("hopes").search(before):
        return True
    own = clauses[mention.clause]
    as_needed = mention.kind is FindingKind.MEDICATION and _rule("as_needed").match(own)
    if as_needed or _rule("ends_condition").match(own):
        return False
    return any(_is_condition(clauses, place) for place in range(max(0, mention.clause - 2), mention.clause))


def _is_condition(clauses: Sequence[str], place: int) -> bool:
    """Whether a clause is one that the next hangs on, not "to see if" nor "if that's okay"."""
    clause = clauses[place]
    asks = place > 0 and _rule("asks_whether").search(clauses[place - 1])
    return bool(_rule("condition").match(clause) and not asks and not _rule("leave").search(clause))


@cache
def _rule(name: str) -> re.Pattern[str]:
    table = tomllib.loads(files("nlp").joinpath("holding.toml").read_text("utf-8"))
    return re.compile(table[name].replace("\n", ""))
