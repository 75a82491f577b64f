"""What explains a named problem, and is no second one: "You have bronchitis. That's a viral infection." """

import re
from collections.abc import Sequence
from typing import Final

from prompts.language.clauses import clauses
from prompts.language.tidy import plain, strip_lead
from prompts.language.words import content
from prompts.untrusted import normalise
from prompts.wording import division_of
from visit.findings import Finding, Polarity, Subject
from visit.notes import Division
from visit.turns import Turn

_EXPLAINS: Final = re.compile(
    r"^(?:that|it|this|which|they|these)(?:'s| is|'re| are| means)\b|\b(?:is|are) (?:an? |just |usually |basically )*"
    r"(?:kind|type|form|sort|caused|due|when)\b",
    re.I,
)
_NEAR: Final = 2
"""How many turns back the problem may have been named."""


def explains(finding: Finding, turns: Sequence[Turn], findings: Sequence[Finding]) -> bool:
    """Whether an assessed problem is only said to explain another one that was named shortly before.

    ``turns`` and ``findings`` are the visit's so far.
    """
    if division_of(finding) is not Division.ASSESSMENT or not finding.turns:
        return False
    places = {turn.index: place for place, turn in enumerate(turns)}
    place = places.get(max(finding.turns))
    if place is None:
        return False
    said = [strip_lead(clause) for clause in clauses(plain(normalise(turns[place].text)))]
    own = next((i for i, clause in enumerate(said) if content(finding.text) <= content(clause)), None)
    if own is None or not _EXPLAINS.search(said[own]):
        return False
    recent = " ".join(plain(normalise(turn.text)) for turn in turns[max(0, place - _NEAR) : place])
    before = content(" ".join([recent, *said[:own]]))
    return any(_named(other, before) for other in findings if other.concept != finding.concept)


def _named(finding: Finding, words: frozenset[str]) -> bool:
    """Whether a problem that the patient has is assessed in these words."""
    assessed = division_of(finding) is Division.ASSESSMENT and finding.polarity is Polarity.PRESENT
    return (
        assessed
        and finding.subject is Subject.PATIENT
        and bool(content(finding.text))
        and content(finding.text) <= words
    )
