"""Diagnoses in notes without problem headings: named in the plan, or named in the history and treated in the plan.

Drafts of a conversation seldom have headings. What the clinician affirms there ("you have a sprain of …"), and
long-term conditions whose treatment the plan continues or changes, is what the visit addressed.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from nlp.icd10.assertion import Assertion
from nlp.icd10.choose import Choice, Chooser
from nlp.icd10.data import data
from nlp.icd10.problems import Problem
from nlp.icd10.rules import SYMPTOM
from visit.notes import Division, Note, NoteSentence

_AFFIRMED: Final = re.compile(
    r"\b(?:(?:you|they|he|she|patient|i|we) (?:do(?:es)? |still |now |also )?(?:have|has|think|believe|feel)|"
    r"sustained|diagnos\w*|(?:exacerbation|flare|case|bout|episode) of|"
    r"(?:his|her|their|your|patient's|as far as|as for|regarding|for))\b",
    re.I,
)
_TAKEN_UP: Final = re.compile(
    r"(?:^|[,:] )(?:for|regarding|as for|from an?|under|concerning|in terms of) "
    r"(?:the |his |her |their |your |an? )?(?:\w+ ){0,2}$|"
    r"\b(?:here|seen|comes? in|presents?|presenting|follow(?:s|ing)?[- ]?up) (?:today |again )?"
    r"(?:for|of|on|with) [^.;,]{0,40}$",
    re.I,
)
"""What comes before a condition that the story takes up by name, and does not only list."""

_TREATED_FOR: Final = re.compile(
    r"\b(?:continue|start|prescribe|increase|decrease|refill|take|use|order|give|try|inject|recommend)\w*\b.*\bfor "
    r"(?:the |his |her |their |your |some |an? )?(?:\w+ ){0,2}$",
    re.I,
)
_TOO_GENERAL: Final = ("T14", "D49", "C80", "D22", "L90.5", "B99", "A49", "L98.9", "R52", "I51.9", "R60.9")
"""What "injury", "wound", "tumor", "cancer", "mole" or "infection" alone would give: in running text, no diagnosis."""

_HISTORY: Final = frozenset(
    {
        Division.CHIEF_COMPLAINT,
        Division.HISTORY,
        Division.PAST_HISTORY,
        Division.ASSESSMENT,
        Division.PLAN,
        Division.RESULTS,
    }
)
_WEIGHT: Final = {
    Division.ASSESSMENT: 0.8,
    Division.PLAN: 0.75,
    Division.CHIEF_COMPLAINT: 0.75,
    Division.RESULTS: 0.65,
    Division.HISTORY: 0.6,
    Division.PAST_HISTORY: 0.5,
    Division.EXAM: 0.5,
    Division.SOCIAL: 0.4,
}
"""How much it says for a condition to be named there."""

_HELD: Final = {Assertion.PRESENT: 1.0, Assertion.UNCERTAIN: 0.8, Assertion.PAST: 0.6}
_SYMPTOM_WEIGHT: Final = 0.8
_AGAIN: Final = 0.05

_STORY: Final = frozenset({Division.CHIEF_COMPLAINT, Division.HISTORY})
_TREATED: Final = tuple(
    (tuple(row["codes"].split()), re.compile(rf"\b(?:{row['by']})", re.I)) for row in data("treatments")["treated"]
)


def stated_in_plan(chooser: Chooser, note: Note) -> list[Choice]:
    """Diagnoses that the assessment names, and those that the plan affirms of the patient or the story takes up."""
    assessed = chooser.mentions([s for s in note.sentences if s.division is Division.ASSESSMENT])
    planned = chooser.mentions([s for s in note.sentences if s.division is Division.PLAN])
    told = chooser.mentions([s for s in note.sentences if s.division in _STORY])
    problems = [*assessed, *(p for p in planned if _affirmed(p)), *(p for p in told if _taken_up(p))]
    return [c for c in chooser.choose(problems, note) if specific(c)]


def weighed(chooser: Chooser, note: Note) -> dict[str, tuple[Choice, float]]:
    """Every condition that the note names of the patient, by code, with how much the note makes of it (0 to 1).

    Where it is named counts most; being named again, without doubt, and being more than a symptom add to it.
    """
    found: dict[str, tuple[Choice, float]] = {}
    named = chooser.mentions([s for s in note.sentences if s.division in _WEIGHT])
    held = [p for p in named if p.assertion in _HELD]
    for choice in chooser.choose(held, note):
        listed = choice.problem.sentence.division is Division.PAST_HISTORY
        if not specific(choice) or (listed and not _still_holds(choice.best.code)):
            continue
        weight = _WEIGHT[choice.problem.sentence.division] * _HELD[choice.problem.assertion]
        weight *= _SYMPTOM_WEIGHT if SYMPTOM.match(choice.best.code) else 1.0
        known = found.get(choice.best.code)
        if known is None:
            found[choice.best.code] = (choice, weight)
        else:
            first = known[0] if known[1] >= weight else choice
            found[choice.best.code] = (first, min(max(known[1], weight) + _AGAIN, 1.0))
    return found


def _still_holds(code: str) -> bool:
    """Whether what a list of the past names holds today too: a status, or an illness that does not end."""
    return code.startswith("Z") or long_term(code)


def symptoms_treated(chooser: Chooser, note: Note) -> list[Choice]:
    """Symptoms that the plan treats by name ("continue … for back pain")."""
    planned = chooser.mentions([s for s in note.sentences if s.division is Division.PLAN])
    named = [p for p in planned if _TREATED_FOR.search(_before(p))]
    found = [c for c in chooser.choose(named, note) if c.certain and present(c) and specific(c)]
    return [c for c in found if SYMPTOM.match(c.best.code)]


def specific(choice: Choice) -> bool:
    """Whether the code says which illness it is."""
    return not choice.best.code.startswith(_TOO_GENERAL)


def named_and_treated(chooser: Chooser, note: Note) -> list[Choice]:
    """Long-term conditions named in the history whose treatment or monitoring is in the plan."""
    plan = [s for s in note.sentences if s.division in (Division.PLAN, Division.ASSESSMENT)]
    history = [s for s in note.sentences if s.division in _HISTORY]
    found = []
    own = {
        p.phrase.lower(): replace(p, assertion=Assertion.PRESENT)
        for p in reversed(chooser.mentions(history))
        if _patients_own(p) and long_term(chooser.name_of(p.phrase))
    }
    for choice in chooser.choose(tuple(reversed(own.values())), note):
        if any(_treats(choice.best.code, s) for s in plan):
            found.append(choice)
    return found


def diagnoses(choices: Sequence[Choice], keep: Callable[[Choice], bool] = lambda _: True) -> list[Choice]:
    """Those that are certain and no symptom or status."""
    return [c for c in choices if c.certain and c.best.code[0] != "Z" and not SYMPTOM.match(c.best.code) and keep(c)]


def long_term(code: str) -> bool:
    """Whether ``code`` is one of the long-term conditions, the ones that a plan goes on treating."""
    return any(code.startswith(codes) for codes, _ in _TREATED)


def present(choice: Choice) -> bool:
    """Whether the note claims the problem of the patient, now."""
    return choice.problem.assertion is Assertion.PRESENT


def _affirmed(problem: Problem) -> bool:
    return _AFFIRMED.search(_before(problem)) is not None


def _taken_up(problem: Problem) -> bool:
    before = _before(problem)
    after = problem.sentence.text[len(before) + len(problem.span) :]
    return not before and after.startswith(":") or _TAKEN_UP.search(before) is not None


def _before(problem: Problem) -> str:
    text = problem.sentence.text
    return text[: max(text.find(problem.span), 0)]


def _patients_own(problem: Problem) -> bool:
    """Long-term conditions stay when they are called "history of": notes list current ones so."""
    return problem.assertion in (Assertion.PRESENT, Assertion.PAST)


def _treats(code: str, sentence: NoteSentence) -> bool:
    return any(code.startswith(codes) and by.search(sentence.text) is not None for codes, by in _TREATED)
