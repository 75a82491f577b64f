"""What a local model is shown."""

import pytest

from prompts.engines.asking import INSTRUCTION, chat, excerpt, messages
from prompts.engines.base import SegmentPrompt
from visit.notes import Division
from visit.turns import Speaker, Turn

pytestmark = pytest.mark.unit

PROMPT = SegmentPrompt(
    (Turn(3, Speaker.CLINICIAN, "Any fever?"), Turn(4, Speaker.PATIENT, "No."), Turn(5, Speaker.UNKNOWN, "Okay.")),
    ("Denies chills.",),
    ("Denies fever.",),
    (Division.HISTORY,),
)


def test_speakers_and_facts_are_named():
    system, user = messages(PROMPT)
    assert system == {"role": "system", "content": INSTRUCTION}
    assert user["content"].splitlines() == [
        "Doctor: Any fever?", "Patient: No.", "Voice: Okay.", "Facts:", "Denies fever.", "Denies chills.",
    ]  # fmt: skip


def test_of_a_long_turn_the_clauses_about_the_facts_are_shown():
    said = "We drove to the coast last month. My knee hurts when I climb stairs. " + "It rained all day. " * 20
    shown = excerpt(said, ["Has knee pain when climbing stairs."])
    assert "knee" in shown
    assert "rained" not in shown
    assert len(excerpt("knee " * 200, ["Knee."]).split()) <= 40
    assert len(excerpt("It rained all day and night over the hills and the sea", ["Knee."]).split()) <= 10


def test_a_model_without_a_chat_format_gets_plain_text():
    class Plain:
        chat_template = None

    assert chat(Plain(), PROMPT).endswith("Denies chills.\nNote:\n")
