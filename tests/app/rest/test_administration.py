"""The state of the installation over REST."""

import pytest

from app import doctor

pytestmark = pytest.mark.integration


def test_what_the_doctor_finds(house, monkeypatch: pytest.MonkeyPatch) -> None:
    found = [doctor.Check("page", True), doctor.Check("EHR", False, "nothing answers")]
    monkeypatch.setattr(doctor, "examine", lambda settings: iter(found))
    assert house.sign_in("admin").get("/api/administration/checks").json() == [
        {"name": "page", "ok": True, "advice": ""},
        {"name": "EHR", "ok": False, "advice": "nothing answers"},
    ]
