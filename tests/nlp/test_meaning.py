"""Words that mean another thing than they sound, and facts that are somebody else's or over."""

import pytest

from visit.findings import FindingKind, Polarity, Subject, Timing

pytestmark = pytest.mark.unit


def held(reading):
    return {f.concept: f for f in reading.findings()}


@pytest.mark.parametrize(
    ("line", "concept"),
    [
        ("p: There was a lot of stress and strain at the office.", "muscle strain"),
        ("p: The commute was a nightmare.", "nightmares"),
        ("p: I wash it with a shampoo gel.", "cream"),
    ],
)
def test_idioms_make_no_finding(hear, line, concept):
    assert concept not in held(hear(line))


def test_a_family_history_that_is_read_out_is_the_familys(hear):
    found = held(hear("d: For your family history, it looks like there's asthma, gout and heart disease."))
    assert {f.subject for f in found.values()} == {Subject.FAMILY}


def test_how_much_was_smoked_before_stopping_is_past(hear):
    lines = ("d: Do you smoke?", "p: Not any more.", "d: How much did you smoke?", "p: About ten a day.")
    smoked = [f for f in hear(*lines).findings() if f.concept == "tobacco use"]
    assert smoked
    assert {f.timing for f in smoked} == {Timing.PAST}


def test_yes_to_a_list_with_commas_does_not_say_which(hear):
    found = held(hear("d: Are you feeling dizzy, sweaty?", "p: I'm so-so, I suppose."))
    assert not [f for f in found.values() if f.polarity is Polarity.PRESENT]


def test_a_test_that_was_looked_at_is_not_ordered(hear):
    reading = hear("d: I looked at an x-ray of your neck and you do seem to have a lot of wear there.")
    assert not [f for f in reading.findings() if f.kind is FindingKind.ORDER]
    later = hear("d: The metformin, let's increase that to 1000 mg.")
    assert held(later)["metformin"].detail.action == "increase"
