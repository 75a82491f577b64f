"""The columns of the tables of notes."""

import pytest

from bench.notes.rouge import rouge, rouge_lsum, rouge_n
from bench.notes.score import Marks, Scorer, as_draft, together

pytestmark = pytest.mark.unit

TALK = {
    "id": "v",
    "turns": [
        {"speaker": "doctor", "text": "Any fever?"},
        {"speaker": "patient", "text": "No, I've had a dry cough for three days."},
    ],
    "note": "Dry cough for 3 days.\nNo fever.",
    "checklist": [
        {"fact": "Dry cough", "parent": None, "importance": "critical"},
        {"fact": "3 days", "parent": "Cough", "importance": "critical"},
        {"fact": "No fever", "parent": None, "importance": "non-critical"},
        {"fact": "Cat", "parent": None, "importance": "irrelevant"},
    ],
}


def draft(*sentences: tuple[str, list[int], str]):
    rows = [{"text": text, "evidence": evidence, "verdict": verdict} for text, evidence, verdict in sentences]
    return {"sections": {"subjective": "\n".join(row["text"] for row in rows), "plan": ""}, "sentences": rows}


def test_rouge_counts_words_pairs_and_lines():
    assert rouge_n("a b c", "a b d", 1) == pytest.approx(2 / 3)
    assert rouge_n("a b c", "a b d", 2) == pytest.approx(1 / 2)
    # the line "a b c d" is met by "a c" and by "b d" together: four words of four, and of eight in all
    assert rouge_lsum("a c\nb d", "a b c d") == 1.0
    assert rouge_lsum("a a a a", "a b c d") == pytest.approx(2 * 1 / 8)
    assert rouge("Cough, DRY!", "dry cough") == {"rouge1": 1.0, "rouge2": 0.0, "rougeLsum": 0.5}
    assert set(rouge("", "").values()) == {0.0}


def test_a_draft_has_every_column():
    made = draft(("Has a dry cough for 3 days.", [1], "supported"), ("Has no cough.", [], "needs_review"))
    row = Scorer([TALK], None).table({"v": made})
    assert (row["critical"], row["non-critical"]) == (1.0, 0.0)
    assert row["clauses"] == 1.0, "the reference's two words 'No fever' are too few to be looked for"
    assert row["flipped"] == 0.0
    opposite = Scorer([TALK], None).table({"v": draft(("Has fever, no dry cough.", [1], "supported"))})
    assert opposite["flipped"] == pytest.approx(1 / 3, abs=1e-3)
    assert row["unsupported"] == 0.5
    assert row["length"] == pytest.approx(10 / 7, abs=1e-3)
    assert (row["evidence"], row["turns_cited"], row["review"]) == (0.5, 1.0, 0.5)


def test_a_plain_text_has_neither_evidence_nor_verdicts():
    row = Scorer([TALK], None).table({"v": as_draft(TALK["note"])}, judge=False)
    assert row["rouge1"] == row["critical"] == row["non-critical"] == row["length"] == 1.0
    assert not {"evidence", "review", "turns_cited", "unsupported"} & row.keys()


def test_facts_are_added_up_over_visits_and_rouge_is_averaged():
    one = Marks({"rouge1": 0.2}, {"critical": (1.0, 1.0)})
    two = Marks({"rouge1": 0.4}, {"critical": (0.0, 3.0)})
    assert together([one, two]) == {"rouge1": 0.3, "critical": 0.25}
