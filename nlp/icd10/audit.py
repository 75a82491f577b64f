"""What is wrong with codes that a person entered, against the list, the guidelines and the note. Silent when clean."""

from collections.abc import Sequence
from typing import Final

from nlp.icd10 import rules
from nlp.icd10.assertion import Assertion
from nlp.icd10.choose import Chooser
from nlp.icd10.patient import patient_of
from nlp.icd10.table import Table
from visit.charts import Chart
from visit.codes import CodeProblem, CodeSuggestion
from visit.notes import Note

_NOT_NOW: Final = {
    Assertion.ABSENT: "the note denies it",
    Assertion.UNCERTAIN: "the note words it as uncertain; outpatient coding waits until it is confirmed (IV.H)",
    Assertion.FAMILY: "the note says it of a relative",
    Assertion.HYPOTHETICAL: "the note only warns of it",
}


def audit(
    codes: Sequence[str],
    note: Note,
    suggestions: Sequence[CodeSuggestion],
    chooser: Chooser,
    table: Table,
    chart: Chart | None = None,
) -> tuple[CodeProblem, ...]:
    """Problems of ``codes`` in claim order; none when the claim is clean. Age and sex are those of ``chart``, if it has
    them.

    A code is documented when it or a neighbour in its category was suggested for the note, or when the note
    affirms its condition by one of its usual names.
    """
    found: list[CodeProblem] = []
    known = [code for code in codes if _in_table(code, table)]
    for code in codes:
        if code not in known:
            found.append(CodeProblem(code, "unknown", f"not in the {table.release} release"))
        elif not table.is_billable(code):
            found.append(CodeProblem(code, "incomplete", "a category: the list asks for more characters"))
    billable = [code for code in known if table.is_billable(code)]
    patient = patient_of(note, chart)
    found += [
        CodeProblem(code, "patient", "does not fit the age or sex in the chart or the note")
        for code in billable
        if not patient.admits(code)
    ]
    for code, other in rules.excludes1_conflicts(billable, table):
        found.append(CodeProblem(code, "excluded", f"an Excludes1 note forbids it beside {other} (I.A.12.a)"))
    found += [CodeProblem(d.code, "integral", d.why) for d in rules.drop_integral(billable, table)]
    order = rules.code_first_order(billable, table)
    if order != billable:
        late = next(code for code, right in zip(billable, order, strict=True) if code != right)
        found.append(CodeProblem(late, "order", f"its cause comes first: {', '.join(order)} (I.A.13)"))
    return (*found, *_against_note(billable, note, suggestions, chooser))


def _against_note(
    codes: Sequence[str], note: Note, suggestions: Sequence[CodeSuggestion], chooser: Chooser
) -> list[CodeProblem]:
    suggested = {s.code[:3] for s in suggestions}
    said: dict[str, set[Assertion]] = {}
    for mention in chooser.mentions(note.sentences):
        said.setdefault(chooser.name_of(mention.phrase)[:3], set()).add(mention.assertion)
    found = []
    for code in codes:
        category = code[:3]
        claims = said.get(category, set())
        if category in {s.code[:3] for s in suggestions if s.accepted_tier} or Assertion.PRESENT in claims:
            continue
        if claims and Assertion.PAST not in claims:
            why = _NOT_NOW[min(claims, key=list(Assertion).index)]
            found.append(CodeProblem(code, "negated", why))
        elif not claims and category not in suggested:
            found.append(CodeProblem(code, "undocumented", "nothing in the note was found that names it"))
    return found


def _in_table(code: str, table: Table) -> bool:
    try:
        table.node_of(code)
    except KeyError:
        return False
    return True
