"""Why a code is suggested, in plain words."""

import pytest

from nlp.icd10.assertion import Assertion
from nlp.icd10.choose import Choice
from nlp.icd10.problems import Named, Problem
from nlp.icd10.reasons import reason_for
from nlp.icd10.retrieve import Candidate
from nlp.icd10.search import Term
from visit.findings import Finding, FindingKind
from visit.ids import FindingId, SentenceId
from visit.notes import Division, NoteSentence, Origin, Verdict

pytestmark = pytest.mark.unit

TITLE = "Carpal tunnel syndrome, left upper limb"
HEARD = Finding(FindingId("f1"), FindingKind.PROBLEM, "carpal tunnel syndrome", "it is my left hand", (2,))


def reason(
    *,
    assertion: Assertion = Assertion.PRESENT,
    named: Named = Named.HEADING,
    term: Term | None = None,
    heard: tuple[Finding, ...] = (),
    missing: tuple[str, ...] = (),
    accepted: bool = True,
    rule: str | None = None,
) -> str:
    text = "Carpal tunnel syndrome."
    line = NoteSentence(SentenceId("s1"), Division.ASSESSMENT, text, (), Verdict.SUPPORTED, Origin.RULES)
    problem = Problem("carpal tunnel syndrome", "Carpal tunnel syndrome", line, (line,), assertion, named)
    best = Candidate("G56.02", 0.9, term or Term("G56.02", TITLE, "title"), ("left",), missing)
    return reason_for(Choice(problem, (best,), heard), best, TITLE, accepted=accepted, rule=rule)


def test_it_says_where_how_and_what_was_documented() -> None:
    assert reason() == (
        "“Carpal tunnel syndrome”: assessed under its own heading. Matches the official title. Documented detail: left."
    )


def test_another_name_is_quoted() -> None:
    assert "Matches “CTS”, a usual name for it." in reason(term=Term("G56.0", "CTS", "synonym"))
    assert "Matches" not in reason(term=Term("G56.0", TITLE, "combination"))


def test_a_rule_and_doubt_are_named() -> None:
    assert "An Excludes1 note forbids it." in reason(accepted=False, rule="an Excludes1 note forbids it")
    assert "guideline IV.H" in reason(assertion=Assertion.UNCERTAIN, accepted=False)
    assert "IV.H" not in reason(assertion=Assertion.UNCERTAIN, accepted=False, rule="it is integral")


def test_what_only_the_visit_said_is_told_apart_from_the_note() -> None:
    assert "More exact than the note, by what was said in the visit: “it is my left hand”." in reason(heard=(HEARD,))


def test_an_alternative_that_says_too_much_says_so() -> None:
    assert "more than the note documents" in reason(missing=("severe",), accepted=False)
    assert "more than the note documents" not in reason(missing=("severe",))
