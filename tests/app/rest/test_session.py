"""Signing in and out."""

import pytest

pytestmark = pytest.mark.unit


def test_in_and_out(house) -> None:
    caller = house.sign_in("clinician")
    shown = caller.get("/api/session").json()
    assert shown["user"]["username"] == "clinician"
    assert 0 < shown["expires_s"] <= house.settings.session_idle_s
    assert caller.delete("/api/session").status_code == 204
    assert caller.get("/api/session").status_code == 401
