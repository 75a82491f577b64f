"""Spoken numbers as figures."""

import pytest

from prompts.language.numerals import figures

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("temperature is ninety eight . two", "temperature is 98.2"),
        ("an a1c of seven . one so", "an a1c of 7.1 so"),
        ("a zero . zero five percent solution", "a 0.05% solution"),
        ("twelve . five milligrams", "12.5 milligrams"),
        ("I am 45 . 2 weeks ago", "I am 45 . 2 weeks ago"),
        ("in two thousand nineteen . two of them", "in 2019 . 2 of them"),
        ("one thirty over eighty", "130/80"),
    ],
)
def test_figures(said, written):
    assert figures(said) == written
