"""Topic segments."""

import pytest

from visit.notes import Division

pytestmark = pytest.mark.unit

VISIT = (
    "d: What brings you in today?",
    "p: I've had a sore throat and a cough for three days.",
    "d: Any fever or chills?",
    "p: No.",
    "d: Are you bringing anything up?",
    "p: A little phlegm.",
    "d: Do you take any medications?",
    "p: Just lisinopril 10 milligrams daily.",
    "d: Any allergies?",
    "p: Penicillin gives me a rash.",
    "d: Do you smoke?",
    "p: No, never.",
    "d: Let me examine you. Your throat is red and your lungs are clear.",
    "p: Okay.",
    "d: I think you have viral pharyngitis.",
    "p: Okay.",
    "d: I'd recommend plenty of fluids and ibuprofen. Come back in a week if it is not better.",
    "p: Thank you.",
)


def test_segments_cover_every_turn_once_in_order(hear):
    segments = hear(*VISIT).segments()
    assert segments[0].first == 0
    assert segments[-1].last == len(VISIT) - 1
    assert all(after.first == before.last + 1 for before, after in zip(segments, segments[1:], strict=False))
    assert len({segment.id for segment in segments}) == len(segments)


def test_a_question_stays_with_its_answer(hear):
    segments = hear(*VISIT).segments()
    for question in range(0, 12, 2):
        assert any(s.first <= question and question + 1 <= s.last for s in segments)


def test_divisions_follow_the_topic(hear):
    segments = hear(*VISIT).segments()
    assert Division.CHIEF_COMPLAINT in segments[0].divisions
    assert Division.PLAN in segments[-1].divisions
    exam = next(s for s in segments if s.first <= 12 <= s.last)
    assert Division.EXAM in exam.divisions


def test_findings_belong_to_a_segment_that_holds_one_of_their_turns(hear):
    reading = hear(*VISIT)
    by_id = {finding.id: finding for finding in reading.findings()}
    for segment in reading.segments():
        for finding in segment.findings:
            assert any(segment.first <= turn <= segment.last for turn in by_id[finding].turns)


def test_closed_segments_never_change(reader):
    from visit.charts import Chart
    from visit.turns import Speaker, Turn

    reading = reader.open(Chart())
    seen = ()
    for index, line in enumerate(VISIT):
        who, text = line.split(": ", 1)
        reading.read(Turn(index, Speaker.CLINICIAN if who == "d" else Speaker.PATIENT, text))
        now = reading.segments()
        assert now[: len(seen)] == seen
        seen = now
    assert len(seen) >= 2


def test_a_long_monologue_is_cut(hear):
    segments = hear(*["p: My knee hurts and then it hurts again."] * 40).segments()
    assert max(s.last - s.first + 1 for s in segments) <= 15


def test_a_long_chain_of_questions_is_cut_between_answers(hear):
    lines = [line for _ in range(15) for line in ("d: Any fever today?", "p: No.", "d: Okay.", "p: Right.")]
    segments = hear(*lines).segments()
    assert max(s.last - s.first + 1 for s in segments) <= 15
    assert all(s.last % 4 != 0 for s in segments[:-1])


def test_an_empty_visit_has_no_segments(hear):
    assert hear().segments() == ()
