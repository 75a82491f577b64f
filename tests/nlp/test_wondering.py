"""What a patient only asks, what a clinician warns of and what will not be taken are not facts."""

import pytest

from nlp import questions
from visit.findings import FindingKind, Polarity, Timing
from visit.notes import Division

pytestmark = pytest.mark.unit


def named(reading, concept):
    return [f for f in reading.findings() if f.concept == concept]


def test_a_patients_question_denied_by_the_clinician_is_no_problem(hear):
    (found,) = named(hear("p: Could this be gout?", "d: No, I don't think so. I think you have a sprain."), "gout")
    assert (found.polarity, found.division) == (Polarity.ABSENT, Division.ASSESSMENT)


@pytest.mark.parametrize("question", ["Do you think this could be shingles?", "Do I have shingles?", "Is it shingles?"])
@pytest.mark.parametrize("answer", ["It is very unlikely.", "Maybe.", "Let me have a look."])
def test_a_patients_question_left_open_is_nothing(hear, question, answer):
    assert not named(hear(f"p: {question}", f"d: {answer}"), "shingles")


def test_a_question_and_its_answer_heard_as_one_turn(hear):
    reading = hear("d: Could this be gout? No, I don't think so. Your uric acid is normal.")
    assert all(f.polarity is Polarity.ABSENT for f in named(reading, "gout"))


def test_questions_to_the_hearer_are_not_wondering():
    assert not questions.wonders("can i help you", patient=False)
    assert not questions.wonders("could this be from your new tablets", patient=False)
    assert not questions.wonders("do you think it's getting worse", patient=False)


@pytest.mark.parametrize(
    "line",
    [
        "d: It is a virus, so an antibiotic would not help you.",
        "d: You have a cold. You don't need antibiotics for this.",
        "d: Antibiotics won't work against a virus.",
    ],
)
def test_a_drug_that_would_not_help_is_not_taken(hear, line):
    assert not named(hear("p: Should I take something?", line), "antibiotics")


def test_each_denial_of_one_sentence_counts(hear):
    reading = hear("d: Any fever or chills?", "p: No, no fever, no chills either.")
    assert {f.concept: f.polarity for f in reading.findings()} == dict.fromkeys(("fever", "chills"), Polarity.ABSENT)


def test_no_after_a_thing_still_denies_it(hear):
    (found,) = named(hear("p: Fever, no. Just the cough."), "fever")
    assert found.polarity is Polarity.ABSENT


def test_warnings_after_a_patients_question_are_return_precautions(hear):
    reading = hear(
        "p: What if it gets worse?", "d: If you get a fever or start vomiting, call us or go to the hospital."
    )
    assert [f.timing for f in named(reading, "fever")] == [Timing.HYPOTHETICAL]
    (order,) = named(reading, "return precautions")
    assert order.division is Division.PLAN


def test_a_warning_does_not_revise_what_was_denied(hear):
    reading = hear("d: Any diarrhea?", "p: No.", "d: What I want you to watch for is a rash or severe diarrhea.")
    assert {(f.polarity, f.timing) for f in named(reading, "diarrhea")} == {
        (Polarity.ABSENT, Timing.CURRENT),
        (Polarity.PRESENT, Timing.HYPOTHETICAL),
    }


def test_a_changed_dose_is_a_plan_apart_from_what_was_taken(hear):
    reading = hear(
        "d: Are you still taking the atenolol?",
        "p: Yes, atenolol twenty five milligrams in the morning.",
        "d: I'd like to increase your atenolol from twenty five milligrams to fifty milligrams once a day.",
    )
    taken, planned = named(reading, "atenolol")
    assert (taken.division, taken.detail.value, taken.turns) == (Division.MEDICATIONS, "25", (0, 1))
    assert (planned.division, planned.detail.action, planned.detail.value) == (Division.PLAN, "increase", "50")
    assert (planned.turns, planned.detail.frequency) == ((2,), "once a day")


def test_what_a_panel_is_for_is_not_ordered_again(hear):
    reading = hear("d: I'd also like to order a basic metabolic panel today, to check your kidneys and your potassium.")
    assert [f.concept for f in reading.findings() if f.kind is FindingKind.ORDER] == ["basic metabolic panel"]


def test_a_reason_does_not_outlive_an_exchange(hear):
    reading = hear(
        "d: For your gout, I'm going to prescribe naproxen. Take it as needed for the wheezing.",
        "p: Okay, I can do that.",
        "d: I'd also like to order a lipid panel.",
    )
    assert named(reading, "lipid panel")[0].detail.reason is None
    assert not [f for f in named(reading, "wheezing") if f.division is Division.ASSESSMENT]


def test_what_a_patient_says_inside_the_clinicians_turn_is_no_examination(hear):
    reading = hear("d: Are you coughing anything up? Yes. And my chest feels tight after a long coughing spell.")
    assert not [f for f in reading.findings() if f.kind is FindingKind.EXAM]


def test_having_quit_is_no_advice_to_quit(hear):
    reading = hear("d: Do you smoke? No, I quit smoking six years ago.", "d: I'm going to prescribe naproxen.")
    assert not named(reading, "smoking cessation")
