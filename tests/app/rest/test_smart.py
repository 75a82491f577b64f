"""Cookies and headers of a page that lives in the EHR's frame."""

from types import SimpleNamespace
from typing import Any

import pytest
from starlette.responses import Response

from app.rest.away import set_framed_cookie
from app.rest.guard import headers
from app.settings import Settings

pytestmark = pytest.mark.unit


def cookie(**settings: Any) -> str:
    response = Response()
    here: Any = SimpleNamespace(settings=Settings(**settings))
    set_framed_cookie(here, response, "name", "value", 60)
    return response.headers["set-cookie"]


def test_in_the_ehrs_frame_a_cookie_is_that_frames_alone() -> None:
    framed = cookie(public_url="https://sidenote.example", frame_ancestors=("https://ehr.example",))
    assert framed == "name=value; Max-Age=60; Path=/; HttpOnly; SameSite=None; Secure; Partitioned"
    assert cookie(public_url="https://sidenote.example").endswith("HttpOnly; SameSite=None; Secure")
    assert cookie().endswith("HttpOnly; SameSite=Lax")


def test_only_named_origins_may_frame_the_page() -> None:
    alone, framed = headers(frozenset()), headers(frozenset(), ("https://ehr.example",))
    assert alone["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in alone["Content-Security-Policy"]
    assert "X-Frame-Options" not in framed
    assert "frame-ancestors https://ehr.example" in framed["Content-Security-Policy"]


def test_without_a_client_nothing_is_launched(house) -> None:
    refused = house.client.get("/smart/launch", follow_redirects=False)
    assert (refused.status_code, "not set up" in refused.text) == (404, True)
    assert refused.headers["cache-control"] == "no-store"
