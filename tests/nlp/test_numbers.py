"""Spoken numbers to digits."""

import pytest

from nlp.numbers import digits

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("spoken", "written"),
    [
        ("one thirty eight over eighty six", "138/86"),
        ("a hundred and twenty over eighty", "120/80"),
        ("one ten over seventy", "110/70"),
        ("one oh five", "105"),
        ("ninety eight point six", "98.6"),
        ("one hundred and two point four", "102.4"),
        ("twenty-five milligrams", "25 milligrams"),
        ("two thousand five hundred", "2500"),
        ("five and a half", "5.5"),
        ("ninety nine percent", "99%"),
        ("one pill", "1 pill"),
        ("two or three days", "2 or 3 days"),
        ("two and three", "2 and 3"),
        ("type two diabetes", "type 2 diabetes"),
        ("three out of ten", "3 out of 10"),
    ],
)
def test_writes_quantities_in_digits(spoken, written):
    assert digits(spoken) == written


@pytest.mark.parametrize("text", ["one of them", "no one else", "this one hurts", "someone", "tension", "a lot"])
def test_leaves_words_that_are_not_quantities(text):
    assert digits(text) == text
