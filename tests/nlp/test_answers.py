"""The stance of answers."""

import pytest

from nlp.answers import Reply, read

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("no", Reply.NO),
        ("well, no, not really", Reply.NO),
        ("not that i know of", Reply.NO),
        ("i don't think so", Reply.NO),
        ("yeah, no, i haven't", Reply.NO),
        ("none at all", Reply.NO),
        ("yes", Reply.YES),
        ("mhm", Reply.YES),
        ("a little bit", Reply.YES),
        ("not much", Reply.YES),
        ("sometimes", Reply.YES),
        ("maybe", Reply.HEDGE),
        ("i'm not sure", Reply.HEDGE),
        ("yeah, maybe", Reply.HEDGE),
        ("not anymore", Reply.PAST),
        ("i used to", Reply.PAST),
        ("it comes and goes", Reply.OTHER),
        ("okay", Reply.NONE),
        ("what do you mean", Reply.NONE),
        ("pardon", Reply.NONE),
    ],
)
def test_reads_the_stance(text, reply):
    assert read(text).reply is reply


def test_no_only_when_is_limited():
    answer = read("no, only when i cough")
    assert answer.reply is Reply.NO
    assert answer.limited


def test_no_just_a_thing_is_not_limited():
    assert not read("no, just my usual cough").limited


def test_right_confirms_only_a_question_that_supposed_its_answer():
    assert read("right", confirming=True).reply is Reply.YES
    assert read("right").reply is Reply.NONE


def test_sometimes_i_tells_something_else():
    assert read("sometimes i go for a run").reply is not Reply.YES
