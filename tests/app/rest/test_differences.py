"""What a person made of a draft."""

import pytest

from app.rest.differences import between
from visit.ids import SentenceId
from visit.notes import Division, Note, NoteSentence, Origin, Verdict

pytestmark = pytest.mark.unit


def sentence(name: str, division: Division, text: str) -> NoteSentence:
    return NoteSentence(SentenceId(name), division, text, (1,), Verdict.SUPPORTED, Origin.MODEL)


def test_every_sentence_once_in_the_order_of_a_note() -> None:
    draft = Note(
        (
            sentence("a", Division.HISTORY, "Cough."),
            sentence("b", Division.HISTORY, "Fever."),
            sentence("c", Division.PLAN, "Rest."),
        )
    )
    newest = Note(
        (
            sentence("a", Division.HISTORY, "Cough."),
            sentence("c", Division.PLAN, "Rest and fluids."),
            sentence("d", Division.PLAN, "Return."),
        )
    )
    assert [(each.kind, each.before, each.after) for each in between(draft, newest)] == [
        ("kept", "Cough.", "Cough."),
        ("deleted", "Fever.", None),
        ("reworded", "Rest.", "Rest and fluids."),
        ("added", None, "Return."),
    ]
