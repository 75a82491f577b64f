"""How sentences ask."""

import pytest

from nlp.questions import Form, read
from nlp.text import sentences

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("Do you have a fever?", Form.POLAR),
        ("Okay, and any chest pain?", Form.POLAR),
        ("any chest pain or palpitations", Form.POLAR),
        ("What about nausea?", Form.POLAR),
        ("Have you been coughing", Form.POLAR),
        ("Nausea? ", Form.POLAR),
        ("No headaches?", Form.NEGATIVE),
        ("You don't smoke, do you?", Form.NEGATIVE),
        ("You're taking the metformin, right?", Form.DECLARATIVE),
        ("How long have you had the cough?", Form.OPEN),
        ("Can you describe the pain?", Form.OPEN),
        ("Do you have any questions for me?", Form.OFFER),
        ("Should I take it with food?", Form.OFFER),
        ("I do appreciate a murmur, okay?", Form.STATEMENT),
        ("Your lungs are clear.", Form.STATEMENT),
        ("I've had a cough for a week.", Form.STATEMENT),
    ],
)
def test_reads_the_form(text, form):
    assert read(sentences(text)[0]).form is form


def test_drops_lead_and_tag_from_the_body():
    question = read(sentences("Okay, so you're still taking aspirin, right?")[0])
    assert question.body == "you're still taking aspirin"
    assert question.tagged
