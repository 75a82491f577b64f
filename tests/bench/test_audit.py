"""Drawing and counting an audit."""

import pytest

from bench.notes.audit import sample, tally

pytestmark = pytest.mark.unit

TALKS = {name: [{"speaker": "patient", "text": "I cough."}] for name in ("day1", "v1")}
DRAFTS = [
    {"id": name, "sentences": [{"text": f"{i}", "division": "history", "verdict": "supported", "evidence": [0]}] * 3}
    for i, name in enumerate(TALKS)
]


def test_a_sample_is_half_from_each_set_and_the_same_again():
    drawn = sample(DRAFTS, TALKS, 4, seed=1)
    assert [row["id"] for row in drawn] == ["day1"] * 2 + ["v1"] * 2
    assert drawn == sample(DRAFTS, TALKS, 4, seed=1)
    assert drawn[0]["turns"] == {"0": "patient: I cough."}


def test_a_tally_counts_wrong_and_poor():
    rows = [{"label": label, "verdict": "supported"} for label in ("right", "right", "polarity", "idle")]
    counted = tally([*rows, {"label": "person", "verdict": "needs_review"}])
    assert (counted["wrong"], counted["wrong_and_shown_as_supported"], counted["poor"]) == (0.4, 0.25, 0.2)


def test_a_blank_label_is_refused():
    with pytest.raises(ValueError, match="not labels"):
        tally([{"label": "", "verdict": "supported"}])
