"""What is denied only in amount, is over, or hangs on a condition does not hold as it sounds."""

import pytest

from visit.findings import FindingKind, Polarity, Timing
from visit.notes import Division

pytestmark = pytest.mark.unit


def held(reading):
    return {f.concept: f for f in reading.findings()}


@pytest.mark.parametrize(
    "answer",
    ["I don't drink too much, I'd say.", "I don't drink a lot, a glass at weddings.", "I don't drink very often."],
)
def test_a_denied_amount_does_not_deny_the_habit(hear, answer):
    found = held(hear("d: Do you drink alcohol?", f"p: {answer}"))
    assert found["alcohol use"].polarity is Polarity.PRESENT


def test_no_to_how_much_leaves_the_habit_open(hear):
    found = held(hear("d: Do you drink much alcohol?", "p: No."))
    assert found["alcohol use"].polarity is Polarity.UNCERTAIN


def test_no_to_a_habit_denies_it(hear):
    assert held(hear("d: Do you drink alcohol?", "p: No."))["alcohol use"].polarity is Polarity.ABSENT


def test_a_complaint_told_in_the_past_and_gone_is_past(hear):
    found = held(hear("p: I had some diarrhea, but that's better now."))
    assert found["diarrhea"].timing is Timing.PAST
    assert held(hear("p: I have some diarrhea, but the rash is better."))["diarrhea"].timing is Timing.CURRENT


@pytest.mark.parametrize(
    ("line", "planned"),
    [
        ("d: If the swelling doesn't go down, we'll get an ultrasound.", False),
        ("d: See me in two weeks and if the knee is no better by then, we'll order an MRI.", False),
        ("d: We might need to order a colonoscopy.", False),
        ("d: If that's okay with you, I'm going to order an ultrasound.", True),
        ("d: Order an a1c to see if we need to change anything and I'm also going to order a lipid panel.", True),
    ],
)
def test_a_test_under_a_condition_is_not_ordered(hear, line, planned):
    orders = [f for f in hear(line).findings() if f.kind is FindingKind.ORDER and f.detail.action == "order"]
    assert bool(orders) is planned
    assert all(f.timing is Timing.CURRENT for f in orders)


def test_what_is_not_seen_is_not_denied_by_the_patient(hear):
    found = held(hear("d: The wound has healed well with no signs of infection."))["infection"]
    assert (found.kind, found.division, found.polarity) == (FindingKind.EXAM, Division.EXAM, Polarity.ABSENT)


def test_what_is_seen_after_what_is_not_is_there(hear):
    line = "d: on your exam i don't see any evidence of a fracture i do notice an effusion around the left knee"
    found = held(hear(line))
    assert found["fracture"].polarity is Polarity.ABSENT
    assert found["knee effusion"].polarity is Polarity.PRESENT


def test_a_drug_that_is_not_borne_is_not_taken(hear):
    lines = ("p: I'm allergic to codeine.", "d: And what is that allergy to codeine like?", "p: I get a rash.")
    kinds = {f.kind for f in hear(*lines).findings() if f.concept == "codeine"}
    assert kinds == {FindingKind.ALLERGY}


def test_no_to_allergies_stands_beside_what_was_touched(hear):
    reading = hear("d: Any allergies to pets, or anything like that?", "p: Not that I know of, I grew up with dogs.")
    allergies = {f.concept: f.polarity for f in reading.findings() if f.kind is FindingKind.ALLERGY}
    assert allergies == {"known allergies": Polarity.ABSENT}


def test_an_exception_to_no_allergies_is_one(hear):
    reading = hear("d: Any allergies?", "p: No. Just penicillin.")
    assert held(reading)["penicillin"].polarity is Polarity.PRESENT


def test_tenderness_asked_under_the_hand_is_an_examination_finding(hear):
    found = held(hear("d: Is there any tenderness where I'm pressing?", "p: No."))
    assert found["tenderness"].kind is FindingKind.EXAM


@pytest.mark.parametrize(
    "line",
    [
        "d: The urgency of the blood test depends on the examination.",
        "p: I bumped into my neighbour, I bump into her every week.",
        "p: I haven't done any temperature reading.",
        "d: I can see the cracks in the skin.",
    ],
)
def test_words_of_another_meaning_make_no_finding(hear, line):
    concepts = {f.concept for f in hear(line).findings()}
    assert not concepts & {"urinary urgency", "lump", "fever", "cocaine use"}
