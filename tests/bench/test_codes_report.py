"""The page about codes says what was measured, and says it when something was not."""

import json
from pathlib import Path

import pytest

from bench.codes.data import LABELS, read_labels, turns_of
from bench.codes.notes import agreement
from bench.codes.report import page

pytestmark = pytest.mark.unit

FOUND = {
    "date": "2026-01-02",
    "machine": "Two cores",
    "took_s": 9,
    "notes": {},
    "agreement": {"notes": 4, "f1": 0.9, "identical": 0.8},
    "terms": {"terms": 10, "held out": {"rank_1": 0.3, "in_five": 0.6, "category_rank_1": 0.5}},
    "traps": {"traps": 3, "sprung": [], "right_code_missing": [1]},
    "speed": {
        "median_ms": 1,
        "p95_ms": 2,
        "median_cpu_ms": 1,
        "p95_cpu_ms": 2,
        "warm_up": 3,
        "notes": 3,
        "open_s": 4,
        "peak_memory_mb": 5,
    },
}
RATES = {
    "precision": 0.8,
    "recall": 0.7,
    "f1": 0.75,
    "category_f1": 0.9,
    "recall_in_five": 0.85,
    "accepted_per_gold": 1.1,
    "invalid": 0,
    "without_evidence": 0,
}


def test_what_was_not_measured_is_said() -> None:
    text = page(FOUND)
    assert "nothing was measured" in text
    assert "CodiEsp" not in text
    assert "| held out | 0.3 | 0.6 | 0.5 |" in text
    assert "3 invented traps (denied, doubtful, past, a relative's): 0 sprung, 1 without the right code" in text


def test_every_coder_of_every_labeller_has_a_row() -> None:
    text = page({**FOUND, "notes": {"notes, first labels (4) | lexical": RATES}})
    assert "| notes, first labels (4) | lexical | 0.75 | 0.8 | 0.7 | 0.9 | 0.85 | 1.1 | 0 | 0 |" in text
    assert "agree at F1 0.9 on 4 notes" in text


def test_labellers_are_compared_on_the_notes_of_both(tmp_path: Path) -> None:
    def write(name: str, rows: dict[str, list[str]]) -> Path:
        path = tmp_path / name
        path.write_text("\n".join(json.dumps({"id": i, "codes": c}) for i, c in rows.items()))
        return path

    first = write("first", {"a": ["I10", "E11.9"], "b": ["R42"], "c": ["J20.9"]})
    second = write("second", {"a": ["I10"], "b": ["R42"]})
    assert agreement(first, second) == {"notes": 2, "f1": 0.8, "identical": 0.5}


def test_both_labellers_labelled_the_same_notes() -> None:
    first, second = (read_labels(LABELS / f"{name}.jsonl") for name in ("first", "second"))
    assert first.keys() == second.keys()
    assert all(first.values())


def test_a_dialogue_becomes_turns() -> None:
    assert turns_of("[doctor] how are you ?\n[patient] my knee\nhurts .\n[doctor] \n") == [
        {"speaker": "doctor", "text": "how are you ?"},
        {"speaker": "patient", "text": "my knee\nhurts ."},
    ]
