"""What hangs on a condition, or is done for people in general, and so is no plan for this patient."""

import re
from typing import Final

_IN_GENERAL: Final = re.compile(
    r"\b(?:we|i)(?:'d| would| will| do)? (?:usually|normally|typically|generally|often|sometimes|just|tend to) "
    r"(?:give|use|start|treat|prescribe|recommend|advise|do|order|refer)\b(?! you\b)(?:\s+[\w'-]+){0,6}\s*$|"
    r"\bif (?:someone|somebody|people|a person|a patient)\b[^.;]*$|"
    r"(?<!sure )(?<!that )\byou (?:don't|do not) (?:take|use)\b[^.;]*$"
)
"""What is done for people with such a complaint is not yet done for this one, nor is what one does not take."""
_CONDITION: Final = re.compile(r"\bif (?:you|it|there|that|things|this|your|the|any\w*)\b")
_THEN_WOULD: Final = re.compile(r"\bthen you(?:'d| would) (?:need|have|want)\b")
_FOR_THAT: Final = re.compile(r"\b(?:for (?:that|those|these)|in that case|then|if so)$")


class Contingency:
    """Remembers the condition of the sentence before: "You should go to hospital for that" hangs on it."""

    def __init__(self) -> None:
        self._supposed_in = -1
        self._in_that_case = False

    def hear(self, text: str, turn: int) -> None:
        """Take in the next sentence, said in ``turn``."""
        hangs = self._supposed_in == turn and _FOR_THAT.search(text)
        self._in_that_case = bool(hangs or _THEN_WOULD.search(text))
        self._supposed_in = turn if _CONDITION.search(text) else -1

    def governs(self, before: str) -> bool:
        """Whether what follows ``before`` in the last sentence is no plan yet."""
        return self._in_that_case or bool(_IN_GENERAL.search(before))
