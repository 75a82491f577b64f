"""The whole main job on real parts: the sample visit through a real server into a real FHIR server."""

import base64
import json
import re
from pathlib import Path

import pytest

from app.demo.play import play
from app.sample import reference_turns

pytestmark = pytest.mark.model

COMMON = """
a about again all also an and any are as at be been but by can care changes check days do does down first
for from get give good had has have here how i if in is it just keep last let like look make me more most
much my new no not now numbers of off okay on one or other out over please problem right said second see some
take than thank that the them then there this three time to too two up used want was we week well were
what when which will with write year yes you your
"""
# Words that a log may hold for other reasons.


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    assert play(folder, 6.0) == 0
    return folder


def load(out: Path, name: str) -> dict:
    return json.loads((out / name).read_text(encoding="utf-8"))


def words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9']+", text.lower())


def distance(a: list[str], b: list[str]) -> int:
    """Levenshtein distance over words."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        above, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            above, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, above + (x != y))
    return row[-1]


def test_the_transcript_is_what_was_said(out: Path) -> None:
    truth = words(" ".join(turn.text for turn in reference_turns()))
    heard = words(" ".join(turn["text"] for turn in load(out, "transcript.json")["turns"]))
    assert distance(truth, heard) / len(truth) < 0.15


def test_every_section_is_filled_and_every_sentence_cites_turns(out: Path) -> None:
    note, transcript = load(out, "note.json"), load(out, "transcript.json")
    assert all(note["sections"][name] for name in ("subjective", "objective", "assessment", "plan"))
    for sentence in note["sentences"]:
        if sentence["origin"] != "clinician":
            assert sentence["evidence"]
        assert all(0 <= turn < len(transcript["turns"]) for turn in sentence["evidence"])


def test_no_denied_symptom_is_stated_as_present(out: Path) -> None:
    denied = {"fever", "chills", "shortness of breath", "chest pain", "dizziness", "swelling"}
    for sentence in load(out, "note.json")["sentences"]:
        if sentence["division"] not in ("history", "review_of_systems", "chief_complaint"):
            continue
        for symptom in denied:
            if symptom in sentence["text"].lower():
                assert re.search(r"\b(den|no|not|without|never)", sentence["text"].lower()), sentence["text"]


def test_each_assessed_problem_has_a_right_code(out: Path) -> None:
    suggested = {code["code"] for code in load(out, "codes.json") if code["accepted_tier"]}
    assert "I10" in suggested
    assert suggested & {"J20.9", "J20.8", "J40"}


def test_the_ehr_returned_the_signed_bytes(out: Path) -> None:
    document, note = load(out, "document_reference.json"), load(out, "note.json")
    stored = base64.b64decode(document["content"][0]["attachment"]["data"])
    assert stored == note["signed_text"].encode()


def test_timings_are_measured(out: Path) -> None:
    timings = load(out, "timings.json")
    assert timings["visit_s"] > 200
    assert 0 < timings["commit_latency_s"]["p50"] <= timings["commit_latency_s"]["p95"]
    assert timings["server_peak_mb"] > 100


def test_nothing_spoken_is_in_any_log(out: Path) -> None:
    """Rare words and word pairs of the visit are looked for in everything the processes wrote beside the results."""
    logs = [path for path in out.rglob("*") if path.is_file() and path.suffix == ".log"]
    assert logs, "the server's standard error is kept"
    written = " ".join(path.read_text(encoding="utf-8", errors="replace").lower() for path in logs)
    said = words(" ".join(turn.text for turn in reference_turns()))
    for word in {w for w in said if len(w) > 5 and w not in COMMON.split()}:
        assert not re.search(rf"\b{re.escape(word)}\b", written), f"a spoken word is in a log: {word}"
    for name in ("alvarez", "maria"):
        assert name not in written
