import pytest

from prompts import layout, templates
from prompts.verify import verify
from visit.ids import SentenceId
from visit.notes import Division, Note, NoteSentence, Origin, Verdict
from visit.turns import Speaker, Turn

pytestmark = pytest.mark.unit

SOAP = templates.load("soap")


def sentence(text: str, division: Division = Division.HISTORY) -> NoteSentence:
    return NoteSentence(SentenceId(text), division, text, (0,), Verdict.SUPPORTED, Origin.RULES)


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("Has had a cough for 2 weeks.", "Cough for 2 weeks"),
        ("Has had this cough for 10 days.", "Cough for 10 days"),
        ("Her blood pressure today is 152/94.", "Blood pressure today 152/94"),
        ("Takes lisinopril 10 mg every morning.", "Lisinopril 10 mg every morning"),
        ("Denies fever or chills.", "Denies fever or chills"),
        ("Has not had a fever.", "Has not had a fever"),
        ("Has had no fever.", "No fever"),
        ("Her father had a heart attack.", "Her father had a heart attack"),
        ("Patient reports that the pain is worse.", "Pain is worse"),
        ("Started 2 days ago.", "Started 2 days ago"),
    ],
)
def test_telegraphic_bullets_lose_framing_words_only(text, short):
    assert layout.telegraphic(text) == short


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("I've had a cough for two weeks.", "Has had a cough for 2 weeks."),
        ("I haven't had a fever.", "Has not had a fever."),
        ("My left knee hurts.", "Her left knee hurts."),
    ],
)
def test_the_gate_says_the_same_of_the_telegraphic_text(said, text):
    turns = (Turn(0, Speaker.PATIENT, said),)
    long, short = sentence(text), sentence(layout.telegraphic(text))
    assert verify(long, turns, ()).verdict is Verdict.SUPPORTED
    assert verify(short, turns, ()).verdict is Verdict.SUPPORTED


def test_running_text_puts_a_division_in_one_paragraph():
    note = Note((sentence("Has a cough."), sentence("Lives alone.", Division.SOCIAL), sentence("No fever.")))
    assert list(layout.lines(note, "Subjective", note.sentences, SOAP)) == [
        "History of present illness:",
        "- Has a cough.",
        "- No fever.",
        "Social history:",
        "- Lives alone.",
    ]
    running = Note(note.sentences, form="sentences")
    assert list(layout.lines(running, "Subjective", note.sentences, SOAP))[1] == "Has a cough. No fever."


def test_a_division_without_a_place_in_the_format_is_always_named():
    birp = templates.load("birp")
    assert list(layout.lines(Note(()), "Other", [sentence("Father: stroke.", Division.FAMILY)], birp)) == [
        "Family history:",
        "- Father: stroke.",
    ]
