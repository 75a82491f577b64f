"""The doors for measuring, through the real console script."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from support.endpoint import answer, chat_endpoint

from app.cli.doors import draft
from app.errors import InvalidInput
from app.settings import Settings

ENCOUNTER = {
    "id": "e1",
    "turns": [
        {"speaker": "doctor", "text": "What brings you in?"},
        {"speaker": "patient", "text": "I've had a sore throat for three days."},
        {"speaker": "doctor", "text": "Any fever?"},
        {"speaker": "patient", "text": "No."},
        {"speaker": "doctor", "text": "I think you have a viral pharyngitis. Drink plenty of fluids."},
    ],
}


def sidenote(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    script = str(Path(sys.executable).parent / "sidenote")
    return subprocess.run([script, *arguments], input=stdin, capture_output=True, text=True, check=False, timeout=120)


@pytest.mark.integration
def test_draft_answers_one_object_with_one_object() -> None:
    result = sidenote("draft", "-", "--engine", "rules", stdin=json.dumps(ENCOUNTER))
    assert result.returncode == 0, result.stderr
    draft = json.loads(result.stdout)
    assert draft["id"] == "e1"
    assert set(draft["sections"]) == {"subjective", "objective", "assessment", "plan"}
    assert "sore throat" in draft["sections"]["subjective"].lower()
    assert draft["sentences"], "a visit with complaints has sentences"
    for sentence in draft["sentences"]:
        assert sentence["evidence"]
        assert all(0 <= turn < len(ENCOUNTER["turns"]) for turn in sentence["evidence"])
        assert sentence["origin"] == "rules"
    fever = [f for f in draft["findings"] if f["concept"] == "fever"]
    assert [f["polarity"] for f in fever] == ["absent"]
    assert "throat" not in result.stderr


@pytest.mark.integration
def test_draft_answers_lines_with_lines(tmp_path: Path) -> None:
    source, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text("".join(json.dumps({**ENCOUNTER, "id": n}) + "\n" for n in range(3)), encoding="utf-8")
    draft(source, engine="rules", out=out)
    assert [json.loads(line)["id"] for line in out.read_text(encoding="utf-8").splitlines()] == [0, 1, 2]


def worded(body: dict) -> bytes:
    """Words one phrase better, in JSON as it was asked for, and invents a drug beside."""
    said = body["messages"][1]["content"]
    better = {"division": "history", "text": "The patient has had a sore throat for 3 days.", "turns": [1]}
    invented = {"division": "plan", "text": "Start warfarin 5 mg.", "turns": [4]}
    return answer(better, invented) if "sore throat" in said else answer(invented)


@pytest.mark.integration
def test_an_endpoint_words_what_the_gate_lets_stand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, out = tmp_path / "in.json", tmp_path / "out.json"
    source.write_text(json.dumps(ENCOUNTER), encoding="utf-8")
    with chat_endpoint() as endpoint:
        endpoint.body = worded
        chosen = Settings(_env_file=None, openai_url=endpoint.url, openai_model="some-model")
        monkeypatch.setattr("app.cli.doors.settings", lambda: chosen)
        draft(source, engine="openai", out=out, within_s=60.0)
        assert {body["model"] for _, _, body in endpoint.asked} == {"some-model"}
    sentences = json.loads(out.read_text(encoding="utf-8"))["sentences"]
    throat = next(s for s in sentences if "sore throat" in s["text"])
    assert (throat["origin"], throat["verdict"]) == ("model", "supported")
    assert 1 in throat["evidence"]
    assert throat["text"] == "The patient has had a sore throat for 3 days."
    assert not any("warfarin" in s["text"] for s in sentences)


@pytest.mark.integration
def test_a_draft_without_its_endpoint_is_that_of_the_rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "in.json"
    source.write_text(json.dumps(ENCOUNTER), encoding="utf-8")
    chosen = Settings(_env_file=None, openai_url="http://127.0.0.1:9/v1")
    monkeypatch.setattr("app.cli.doors.settings", lambda: chosen)
    made = {}
    for engine in ("openai", "rules"):
        out = tmp_path / engine
        draft(source, engine=engine, out=out)
        made[engine] = json.loads(out.read_text(encoding="utf-8"))["sentences"]
    assert made["openai"] == made["rules"]


@pytest.mark.model
def test_the_embedded_model_drafts(tmp_path: Path) -> None:
    source, out = tmp_path / "in.json", tmp_path / "out.json"
    source.write_text(json.dumps({**ENCOUNTER, "turns": ENCOUNTER["turns"][:2]}), encoding="utf-8")
    draft(source, engine="local", out=out)
    [throat] = [s for s in json.loads(out.read_text(encoding="utf-8"))["sentences"] if "throat" in s["text"].lower()]
    assert throat["origin"] in ("model", "rules")
    assert throat["verdict"] == "supported"
    assert "3 days" in throat["text"]


@pytest.mark.integration
@pytest.mark.parametrize(
    ("given", "complaint"),
    [("{}", "turns"), ('{"turns": [{"speaker": "doctor"}]}', "turn 0"), ("nonsense", "not JSON"), ("[1]", "object")],
)
def test_bad_encounters_are_refused(given: str, complaint: str, tmp_path: Path) -> None:
    path = tmp_path / "in.json"
    path.write_text(given, encoding="utf-8")
    with pytest.raises(InvalidInput, match=complaint):
        draft(path, engine="rules", out=tmp_path / "out.json")


@pytest.mark.integration
def test_a_refusal_is_one_line() -> None:
    result = sidenote("draft", "-", stdin="nonsense")
    assert result.returncode == 2
    assert result.stdout == ""
    assert "not JSON" in result.stderr
    assert "input.json" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.model
def test_codes_of_a_text_note(tmp_path: Path) -> None:
    note = tmp_path / "note.txt"
    note.write_text("ASSESSMENT AND PLAN\n\nEssential hypertension.\nContinue lisinopril.\n", encoding="utf-8")
    result = sidenote("codes", str(note))
    assert result.returncode == 0, result.stderr
    codes = json.loads(result.stdout)
    assert codes[0]["code"] == "I10"
    assert "ICD-10-CM, release of " in result.stderr
    assert "hypertension" in codes[0]["evidence"][0]["text"].lower()
    assert codes[0]["reason"]


@pytest.mark.model
def test_codes_of_lines(tmp_path: Path) -> None:
    rows = [{"id": "a", "sections": {"assessment": "Type 2 diabetes mellitus."}}, {"id": "b", "text": "Nothing found."}]
    source = tmp_path / "notes.jsonl"
    source.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    result = sidenote("codes", str(source))
    assert result.returncode == 0, result.stderr
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert [a["id"] for a in answers] == ["a", "b"]
    assert answers[0]["codes"][0]["code"] == "E11.9"


@pytest.mark.model
def test_transcribing_what_is_not_audio_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.wav"
    path.write_bytes(b"not audio at all")
    result = sidenote("transcribe", str(path))
    assert result.returncode == 2
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
