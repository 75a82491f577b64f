import json

import pytest

from train.prepare import aci, mts, primock57

pytestmark = pytest.mark.unit


def test_a_table_of_visits_becomes_turns(tmp_path):
    table = tmp_path / "visits.csv"
    table.write_text(
        "dataset,encounter_id,dialogue,note\n"
        'made,V1,"[doctor] how is the knee ?\n[patient] sore .\nand stiff .",Knee sore.\n',
        encoding="utf-8",
    )
    assert list(aci(table, "train")) == [
        {
            "id": "V1", "source": "made", "split": "train", "note": "Knee sore.",
            "turns": [
                {"speaker": "doctor", "text": "how is the knee ?"},
                {"speaker": "patient", "text": "sore . and stiff ."},
            ],
        }
    ]  # fmt: skip


def test_named_speakers_are_read_and_a_colon_inside_a_turn_stays(tmp_path):
    table = tmp_path / "short.jsonl"
    row = {
        "ID": "7",
        "section_header": "CC",
        "section_text": "Rash.",
        "dialogue": "Doctor: Well: a rash?\r\nGuest_family: Yes.",
    }
    table.write_text(json.dumps(row) + "\n", encoding="utf-8")
    [made] = mts(table, "valid")
    assert (made["id"], made["section"], made["note"]) == ("mts-valid-7", "CC", "Rash.")
    assert made["turns"] == [
        {"speaker": "doctor", "text": "Well: a rash?"},
        {"speaker": "guest_family", "text": "Yes."},
    ]


def test_transcribers_tags_go_and_the_first_checklist_counts(tmp_path):
    talks, lists = tmp_path / "talks.jsonl", tmp_path / "lists.jsonl"
    said = [{"speaker": "patient", "text": "It is <UNSURE>sore</UNSURE>."}, {"speaker": "doctor", "text": "<UNIN/>"}]
    talks.write_text(json.dumps({"id": "day9_one", "turns": said, "note": "Sore."}), encoding="utf-8")
    facts = [[{"fact": "sore", "parent": "arm > elbow"}], [{"fact": "pain", "parent": None}]]
    lists.write_text("\n".join(json.dumps({"id": "day9_one", "facts": f}) for f in facts), encoding="utf-8")
    [made] = primock57(talks, lists)
    assert made["split"] == "day9"
    assert made["turns"] == [{"speaker": "patient", "text": "It is sore."}]
    assert made["checklist"] == [{"fact": "sore", "parent": "elbow"}]
