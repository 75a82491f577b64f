"""A sentence before one check of the gate."""

from collections.abc import Callable, Sequence

import pytest

from prompts.gate.case import Case, case_of
from visit.findings import Detail, Finding, FindingKind
from visit.ids import FindingId, SentenceId
from visit.notes import Division, NoteSentence, Origin, Verdict
from visit.turns import Speaker, Turn


@pytest.fixture(scope="session")
def case() -> Callable[..., Case]:
    """A case of a sentence that cites everything said: ``("patient", "words")`` pairs, or words of a patient."""

    def made(
        text: str, *said: str | tuple[str, str], findings: Sequence[Finding] = (), division: Division = Division.HISTORY
    ) -> Case:
        pairs = [("patient", line) if isinstance(line, str) else line for line in said]
        turns = [Turn(i, Speaker(who), line) for i, (who, line) in enumerate(pairs)]
        cited = tuple(range(len(turns)))
        sentence = NoteSentence(SentenceId("s"), division, text, cited, Verdict.NEEDS_REVIEW, Origin.RULES)
        found = case_of(sentence, turns, findings, [turn.speaker for turn in turns])
        assert isinstance(found, Case)
        return found

    return made


@pytest.fixture(scope="session")
def finding() -> Callable[..., Finding]:
    """A finding of turn 0; further names are details."""

    def made(concept: str, kind: FindingKind = FindingKind.SYMPTOM, **more: object) -> Finding:
        own = {name: more.pop(name) for name in ("polarity", "subject", "timing", "supersedes") if name in more}
        return Finding(FindingId(concept), kind, concept, concept, (0,), detail=Detail(**more), **own)

    return made
