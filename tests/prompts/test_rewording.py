"""What a model is asked, and whose words stand."""

import pytest

from prompts.engines import Proposal
from prompts.identity import sentence_id
from prompts.rewording import Gate, Rewording, passages
from visit.ids import SegmentId
from visit.notes import Division, NoteSentence, Origin, Segment, Verdict
from visit.turns import Speaker, Turn

pytestmark = pytest.mark.unit

TURNS = (
    Turn(0, Speaker.PATIENT, "I've had a dry cough for 3 weeks and I sleep badly because of it."),
    Turn(1, Speaker.CLINICIAN, "Do you smoke?"),
    Turn(2, Speaker.PATIENT, "No, I never smoked."),
    Turn(3, Speaker.PATIENT, "My shoulder is stiff in the mornings."),
)
SEGMENT = Segment(SegmentId("s"), 0, 3, (Division.HISTORY,))


def phrase(text, evidence, division=Division.HISTORY, origin=Origin.RULES) -> NoteSentence:
    return NoteSentence(sentence_id(division, text, evidence), division, text, evidence, Verdict.SUPPORTED, origin)


COUGH = phrase("Has had a dry cough for 3 weeks.", (0,))
SLEEP = phrase("Sleeps badly because of it.", (0,))
SMOKE = phrase("Never smoked.", (1, 2), Division.SOCIAL)
STIFF = phrase("Shoulder is stiff in the mornings.", (3,))


def accepted(*texts, phrases=(COUGH, SLEEP)):
    standing = Gate(TURNS, ()).accept([Proposal(text) for text in texts], phrases)
    return [s.text for s in standing if s.origin is Origin.MODEL]


def test_neighbours_of_one_division_are_asked_together_beside_the_turns_they_cite():
    asked = passages(SEGMENT, [COUGH, SLEEP, SMOKE, STIFF], TURNS, (), 2)
    assert [p.phrases for p in asked] == [(COUGH, SLEEP), (SMOKE,), (STIFF,)]
    assert [[t.index for t in p.prompt.turns] for p in asked] == [[0], [1, 2], [3]]


def test_a_large_model_is_asked_for_the_whole_segment():
    [asked] = passages(SEGMENT, [COUGH, SMOKE], TURNS, (), None)
    assert asked.prompt.turns == TURNS
    assert passages(SEGMENT, [], TURNS, (), None) == []


def test_the_sentence_that_replaces_most_stands():
    fused = "The patient has had a dry cough for 3 weeks and sleeps badly because of it"
    assert accepted("The patient has had a dry cough for 3 weeks", fused) == [f"{fused}."]


@pytest.mark.parametrize(
    "text",
    [
        "He has had a dry cough for 3 weeks",
        "The patient has had a dry cough for 3 weeks, a dry cough",
        "The patient is a patient with a dry cough for 3 weeks",
        "The patient has had a dry cough for 4 weeks",
        "The patient has a cough",
        "The patient has had more of a dry cough for 3 weeks",
        "The patient has had a cough for 3 weeks",
        "The patient has had a dry cough for 3 weeks and now and then for more than 3 weeks was also not without it",
        "Has had a dry cough for 3 weeks.",
        "",
    ],
)
def test_what_invents_repeats_loses_or_pads_does_not_stand(text):
    assert accepted(text) == []


def test_a_clinicians_words_are_not_told_of_the_patient():
    turns = (Turn(0, Speaker.CLINICIAN, "We have talked about the stiff shoulder before."),)
    rule = phrase("Have talked about the stiff shoulder before.", (0,))
    gate = Gate(turns, ())
    assert gate.accept([Proposal("The patient has talked about the stiff shoulder before")], [rule]) == [rule]
    [kept] = gate.accept([Proposal("Talked about the stiff shoulder before")], [rule])
    assert kept.origin is Origin.MODEL


def test_what_a_relative_had_is_not_told_of_the_patient():
    turns = (
        Turn(0, Speaker.CLINICIAN, "Good morning, Mrs Ames. Has anyone in your family had heart trouble?"),
        Turn(1, Speaker.PATIENT, "My father had a heart attack when he was 62."),
    )
    rule, gate = phrase("Her father had a heart attack when he was 62.", (1,)), Gate(turns, ())
    assert gate.accept([Proposal("Father: She had a heart attack when she was 62")], [rule]) == [rule]
    [kept] = gate.accept([Proposal("Father had a heart attack when he was 62")], [rule])
    assert kept.origin is Origin.MODEL


def test_what_is_felt_or_planned_is_not_turned_into_what_is():
    turns = (Turn(0, Speaker.PATIENT, "I feel weird today and they told me to stop the tablets."),)
    feels, stop = phrase("Feels weird today.", (0,)), phrase("Was told to stop the tablets.", (0,))
    gate = Gate(turns, ())
    assert gate.accept([Proposal("The patient is weird today")], [feels]) == [feels]
    assert gate.accept([Proposal("The patient was told the tablets")], [stop]) == [stop]


class Once:
    """An engine that answers well only when asked again."""

    phrases_at_once = 1

    def __init__(self):
        self.asked = []

    def propose(self, prompts):
        self.asked.append([(p.phrases, p.attempt) for p in prompts])
        return [(Proposal("The patient has had a dry cough for 3 weeks"),) if p.attempt else () for p in prompts]


def test_only_what_did_not_pass_is_asked_once_more():
    engine = Once()
    worded = Rewording(engine).reword(SEGMENT, [COUGH, STIFF], TURNS, ())
    assert [s.text for s in worded] == ["The patient has had a dry cough for 3 weeks.", STIFF.text]
    assert engine.asked == [
        [((COUGH.text,), 0), ((STIFF.text,), 0)],
        [((COUGH.text,), 1), ((STIFF.text,), 1)],
    ]


def test_what_reads_as_notes_do_is_not_asked():
    engine, terse = (
        Once(),
        [phrase("Never smoked.", (1, 2)), phrase("Denies a dry cough, fever or pain.", (0,))],
    )
    assert Rewording(engine).reword(SEGMENT, terse, TURNS, ()) == terse
    assert engine.asked == []
