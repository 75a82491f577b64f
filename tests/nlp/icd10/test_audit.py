"""Codes that a person entered, checked; a clean claim gives nothing."""

import pytest

from nlp.icd10 import IcdCoder, note_from_text

pytestmark = pytest.mark.integration

NOTE = """HISTORY
The patient is a 61-year-old female. She denies chest pain. Her father had gout.

ASSESSMENT AND PLAN
1. Type 2 diabetes.
2. Acute bronchitis.
3. Possible pneumonia.
"""


@pytest.mark.parametrize(
    ("codes", "kinds"),
    [
        (["E11.9", "J20.9"], []),
        (["E11", "J20.9"], ["incomplete"]),
        (["E11.9", "Q00.99"], ["unknown"]),
        (["J20.9", "J18.9"], ["negated"]),
        (["J20.9", "M10.9"], ["negated"]),
        (["J20.9", "R05.9"], ["integral"]),
        (["J20.9", "N40.0"], ["patient"]),
        (["J20.9", "H25.9"], ["undocumented"]),
    ],
)
def test_each_kind_of_fault_is_found_and_a_clean_claim_is_silent(
    coder: IcdCoder, codes: list[str], kinds: list[str]
) -> None:
    found = coder.audit(codes, note_from_text(NOTE))
    assert [p.kind for p in found if p.kind in kinds or not kinds] == kinds
    assert all(p.why for p in found)


def test_the_cause_comes_first(coder: IcdCoder) -> None:
    note = note_from_text("ASSESSMENT AND PLAN\n1. Type 2 diabetes with kidney disease.\n2. CKD stage 3.")
    assert "order" in {p.kind for p in coder.audit(["N18.30", "E11.22"], note)}
    assert "order" not in {p.kind for p in coder.audit(["E11.22", "N18.30"], note)}


def test_risk_categories_inform(coder: IcdCoder) -> None:
    (found,) = coder.risk_categories(["I10", "E11.22"])
    assert (found.code, bool(found.category), bool(found.label)) == ("E11.22", True, True)
