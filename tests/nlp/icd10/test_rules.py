"""The official guidelines' rules, each on codes alone."""

import pytest

from nlp.icd10 import IcdCoder, rules

pytestmark = pytest.mark.integration


@pytest.mark.parametrize(
    ("symptom", "diagnosis", "integral"),
    [
        ("R05.9", "J18.9", True),
        ("R06.02", "I50.9", True),
        ("R07.9", "I10", False),
        ("M25.561", "M17.11", True),
        ("M25.512", "M17.11", False),
        ("M25.571", "S93.401A", True),
        ("R51.9", "G43.909", True),
        ("R30.0", "N39.0", True),
        ("J18.9", "R05.9", False),
        ("R63.5", "E03.9", False),
    ],
)
def test_integral_symptoms(coder: IcdCoder, symptom: str, diagnosis: str, integral: bool) -> None:
    assert rules.integral_to(symptom, diagnosis, coder.table.display(diagnosis)) is integral


@pytest.mark.parametrize(
    ("codes", "combined"),
    [
        (["I10", "I50.9"], "I11.0"),
        (["I10", "N18.9"], "I12.9"),
        (["I10", "N18.6"], "I12.0"),
        (["I10", "I50.9", "N18.30"], "I13.0"),
        (["I10", "I50.9", "N18.5"], "I13.2"),
        (["E11.9", "N18.30"], "E11.22"),
        (["E10.9", "G62.9"], "E10.42"),
        (["E11.9", "L97.519"], "E11.621"),
    ],
)
def test_combination_codes(codes: list[str], combined: str) -> None:
    assert [c.code for c in rules.combinations(codes)] == [combined]


def test_unrelated_codes_do_not_combine() -> None:
    assert rules.combinations(["I10", "J45.909", "N20.0"]) == []


def test_excludes1_is_seen_both_ways(coder: IcdCoder) -> None:
    assert rules.excludes1_conflicts(["E11.9", "E10.9"], coder.table)
    assert rules.excludes1_conflicts(["I10", "E11.9"], coder.table) == []


def test_etiology_comes_before_its_manifestation(coder: IcdCoder) -> None:
    assert rules.code_first_order(["F02.80", "G30.9"], coder.table) == ["G30.9", "F02.80"]
    assert rules.code_first_order(["I10", "E11.9"], coder.table) == ["I10", "E11.9"]


def test_a_complication_code_absorbs_plain_diabetes() -> None:
    assert rules.absorbed(["E11.621", "E11.9", "L97.519"]) == {"E11.9"}


def test_an_infection_without_a_name_yields_to_the_illness_that_it_explains(coder: IcdCoder) -> None:
    assert [d.code for d in rules.drop_vague(["J20.9", "B34.9"], coder.table)] == ["B34.9"]
    assert rules.drop_vague(["I10", "B34.9"], coder.table) == []
