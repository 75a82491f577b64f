"""Enrolling, looking and deleting over REST."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from support.engines import Hears, RawRecording

from app.rest.context import Service
from visit.voices import VoicePrint

pytestmark = pytest.mark.unit

SOUND = np.full(16_000, 5, "<i2").tobytes() * 12


@pytest.fixture
def ear(house) -> Hears:
    old: Service = house.client.app.state.service
    ear = Hears()
    ear.print = VoicePrint((1.0,), "m")
    parts = SimpleNamespace(**{**vars(old.parts), "transcriber": ear, "decode": RawRecording})
    house.client.app.state.service = replace(old, parts=parts)
    return ear


def test_a_voice_is_enrolled_looked_at_and_deleted(house, ear: Hears) -> None:
    ada = house.sign_in("clinician")
    assert ada.get("/api/voice").json() == {"enrolled": False, "at": None}
    taken = ada.put("/api/voice", content=SOUND, headers={"Content-Type": "audio/wav"})
    assert (taken.status_code, taken.json()["enrolled"]) == (200, True)
    assert ada.get("/api/voice").json()["at"]
    assert not list(house.settings.data_dir.glob("plain-*")), "the sound is not kept"
    assert ada.delete("/api/voice").status_code == 204
    assert ada.get("/api/voice").json()["enrolled"] is False
    assert ada.delete("/api/voice").status_code == 204
    done = [(e.action, e.actor) for e in house.store.audit_chain() if e.action.startswith("user.voice")]
    ours = house.people["clinician"].id
    assert done == [("user.voice_enrolled", ours), ("user.voice_deleted", ours)]


def test_an_empty_recording_is_refused(house, ear: Hears) -> None:
    ada = house.sign_in("clinician")
    refused = ada.put("/api/voice", content=b"", headers={"Content-Type": "audio/wav"})
    assert (refused.status_code, refused.json()["code"]) == (422, "input.empty")


def test_only_clinicians_enrol(house, ear: Hears) -> None:
    ada = house.sign_in("admin")
    refused = ada.put("/api/voice", content=SOUND, headers={"Content-Type": "audio/wav"})
    assert refused.status_code == 403
