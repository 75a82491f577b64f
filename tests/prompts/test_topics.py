import pytest

from prompts.topics import joined

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("question", "answer", "whole"),
    [
        ("And when was your last period?", "2 weeks ago", "last period: 2 weeks ago"),
        ("How long have you had this rash?", "for 3 days", "rash: for 3 days"),
        ("what about your appetite", "Not great lately", "appetite: not great lately"),
        ("Have you taken anything for the pain?", "paracetamol 1 g", "for the pain: paracetamol 1 g"),
        ("Do you drink any alcohol?", "only at weekends", "drinks alcohol only at weekends"),
        ("Do you smoke?", "about 5 a day", "smokes about 5 a day"),
    ],
)
def test_a_short_answer_stands_with_what_was_asked(question, answer, whole):
    assert joined(question, answer) == whole


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("How are you doing?", "fine, thanks"),
        ("When did it start?", "2 weeks ago"),
        ("What did they do for you there?", "an x-ray"),
        ("Do you smoke?", "my husband does"),
        ("Where is it?", "the left side"),
    ],
)
def test_a_question_that_names_no_topic_is_not_joined(question, answer):
    assert joined(question, answer) == ""
