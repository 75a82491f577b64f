"""Which clauses of a turn state only what may be."""

import pytest

from prompts.language.suppositions import hedged, supposed

pytestmark = pytest.mark.unit


def marks(text):
    return dict(supposed(text))


@pytest.mark.parametrize(
    ("text", "clause"),
    [
        ("If the cough goes on, or if it turns bad, we need a chest x-ray.", "we need a chest x-ray."),
        ("Unless it settles, I'll refer you.", "Unless it settles, I'll refer you."),
        ("We repeat the scan and hopefully the swelling will be gone.", "hopefully the swelling will be gone."),
        ("It might be a pulled muscle.", "might be a pulled muscle."),
    ],
)
def test_supposed(text, clause):
    assert marks(text)[clause]


@pytest.mark.parametrize(
    ("text", "clause"),
    [
        ("If that's okay with you, we need an x-ray.", "If that's okay with you, we need an x-ray."),
        ("If it gets worse, call us. I'm ordering a chest x-ray.", "I'm ordering a chest x-ray."),
        ("If it gets worse, call us, but I'm ordering a chest x-ray.", "I'm ordering a chest x-ray."),
        ("I'll order a chest x-ray, maybe it shows more.", "I'll order a chest x-ray"),
    ],
)
def test_plain(text, clause):
    assert not marks(text)[clause]


def test_a_sentence_that_is_all_condition_governs_the_next():
    told = marks("If it changes, or you get worried. We can book a slot and we can review the situation.")
    assert told["we can review the situation."]
    assert not marks("If it changes, call us. I'm booking a slot.")["I'm booking a slot."]


def test_what_says_itself_that_it_may_be():
    assert hedged("May need an antibiotic.")
    assert hedged("Call if the pain spreads.")
    assert not hedged("Needs an antibiotic.")
