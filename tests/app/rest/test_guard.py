"""Headers of every answer."""

import pytest

from app.rest.guard import headers

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("path", ["/", "/healthz", "/api/session", "/api/nothing", "/assets/index-abc123.js"])
def test_every_answer_is_guarded(house, path: str) -> None:
    answer = house.client.get(path)
    policy = dict(part.split(" ", 1) for part in answer.headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'self'"
    assert policy["object-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["permissions-policy"].startswith("microphone=(self)")
    assert "strict-transport-security" not in answer.headers


def test_a_refused_origin_is_guarded_too(house) -> None:
    answer = house.client.post("/api/session", headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403
    assert "content-security-policy" in answer.headers
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["/api/session", "/api/nothing", "/api/openapi.json"])
def test_no_answer_of_the_api_is_kept(house, path: str) -> None:
    assert house.client.get(path).headers["cache-control"] == "no-store"


def test_sockets_may_go_to_the_allowed_origins_only() -> None:
    policy = headers(frozenset({"http://localhost:8000", "https://notes.example"}))["Content-Security-Policy"]
    assert "connect-src 'self' ws://localhost:8000 wss://notes.example;" in policy
