"""Risk-adjustment categories of codes."""

import pytest

from nlp.icd10.hcc import hccs

pytestmark = pytest.mark.unit


def test_codes_with_a_category_keep_their_order_and_the_others_are_left_out() -> None:
    found = hccs(["I10", "N18.4", "E11.22"])
    assert [category.code for category in found] == ["N18.4", "E11.22"]
    assert all(category.category.isdigit() and category.label for category in found)


def test_no_codes_have_no_categories() -> None:
    assert hccs([]) == ()
    assert hccs(["Z99.99", ""]) == ()
