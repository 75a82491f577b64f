"""A transcript as the whole visit, over the API."""

import time

import pytest
from support import engines

pytestmark = pytest.mark.integration

TEXT = "Doctor: Where does it hurt?\nPatient: My quokka ear.\n"


@pytest.fixture
def path(house) -> str:
    house.parts.reader, house.parts.drafter, house.parts.coder = engines.Reads(), engines.Drafts(), engines.Codes()
    opened = house.encounter(state="open")
    house.store.record_consent(house.people["clinician"].id, opened.id, True)
    return f"/api/encounters/{opened.id}"


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("text/plain; charset=utf-8", TEXT),
        ("text/vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\nDoctor: Where?\n\n00:03.000 --> 00:04.000\nPatient: There."),
        (
            "application/json",
            '{"turns": [{"speaker": "doctor", "text": "Where?"}, {"speaker": "patient", "text": "There."}]}',
        ),
    ],
)
def test_a_transcript_is_drafted_like_any_visit(house, path: str, kind: str, body: str) -> None:
    caller = house.sign_in("clinician")
    assert caller.post(f"{path}/transcript", content=body, headers={"Content-Type": kind}).status_code == 202
    until = time.monotonic() + 60
    while (seen := caller.get(path).json())["state"] != "drafted":
        assert time.monotonic() < until
    assert [turn["speaker"] for turn in seen["turns"]] == ["clinician", "patient"]
    assert seen["note"]["sentences"]
    again = caller.post(f"{path}/transcript", content=body, headers={"Content-Type": kind})
    assert (again.status_code, again.json()["code"]) == (409, "conflict.closed")


@pytest.mark.parametrize(
    ("kind", "body", "code", "line"),
    [
        ("text/plain", "Doctor: Where?\nMrs Quokka: There.", "input.transcript", 2),
        ("text/html", TEXT, "input.media_type", None),
        ("application/json", "{", "input.transcript", 1),
    ],
)
def test_a_bad_file_is_refused_with_its_line(
    house, path: str, kind: str, body: str, code: str, line: int | None
) -> None:
    refused = house.sign_in("clinician").post(f"{path}/transcript", content=body, headers={"Content-Type": kind})
    assert (refused.status_code, refused.json()["code"], refused.json().get("line")) == (422, code, line)
    assert "quokka" not in refused.text.lower()
    assert house.store.encounter(path.split("/")[3]).state == "open"


def test_without_consent_and_beside_a_recording_nothing_is_taken(house) -> None:
    caller, header = house.sign_in("clinician"), {"Content-Type": "text/plain"}
    unasked = house.encounter(state="open")
    refused = caller.post(f"/api/encounters/{unasked.id}/transcript", content=TEXT, headers=header)
    assert refused.json()["code"] == "conflict.consent"
    recorded = house.encounter(state="recording", ehr_id="ehr-recorded")
    refused = caller.post(f"/api/encounters/{recorded.id}/transcript", content=TEXT, headers=header)
    assert refused.json()["code"] == "conflict.recorder"
