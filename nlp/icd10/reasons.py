"""Why a code is suggested, in the words a coder would use."""

from nlp.icd10.assertion import Assertion
from nlp.icd10.choose import Choice
from nlp.icd10.problems import Named
from nlp.icd10.retrieve import Candidate

_NAMED = {
    Named.HEADING: "assessed under its own heading",
    Named.STATED: "stated as a diagnosis in the assessment",
    Named.COMPLAINT: "the reason for the visit; no diagnosis is confirmed",
}
_SOURCE = {
    "title": "the official title",
    "inclusion": "an inclusion term of the code",
    "cross-reference": "how the list refers to the code",
    "synonym": "a usual name for it",
    "meaning": "close in meaning to the title",
    "combination": "a combination code",
}


def reason_for(choice: Choice, candidate: Candidate, display: str, *, accepted: bool, rule: str | None = None) -> str:
    """A few plain sentences: where it was said, how the words lead to the code, what keeps it back."""
    problem = choice.problem
    parts = [f"“{problem.span}”: {_NAMED[problem.named]}."]
    if rule:
        parts.append(rule[0].upper() + rule[1:] + ".")
    elif problem.assertion is Assertion.UNCERTAIN and not accepted:
        parts.append("The note words it as uncertain; outpatient coding waits until it is confirmed (guideline IV.H).")
    if candidate.term.source != "combination":
        found = _SOURCE[candidate.term.source]
        same = candidate.term.text.lower() == display.lower()
        parts.append(f"Matches {found}." if same else f"Matches “{candidate.term.text}”, {found}.")
    if candidate.details:
        documented = ", ".join(sorted(w for w in candidate.details))
        parts.append(f"Documented detail: {documented}.")
    if choice.heard:
        said = "”, “".join(finding.text for finding in choice.heard)
        parts.append(f"More exact than the note, by what was said in the visit: “{said}”.")
    if candidate.missing and not accepted:
        parts.append("Its title says more than the note documents.")
    return " ".join(parts)
