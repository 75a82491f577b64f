"""Headers of every answer."""

from collections.abc import Iterator

import pytest

from app.rest.guard import MAX_BODY, headers

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


def test_large_bodies_are_refused(house) -> None:
    def pieces() -> Iterator[bytes]:
        yield b'{"username": "'
        for _ in range(50):
            yield b"x" * 100_000

    announced = house.client.post("/api/session", content=bytes(MAX_BODY + 1))
    assert (announced.status_code, announced.json()["code"]) == (413, "limit.size")
    unannounced = house.client.post("/api/session", content=pieces(), headers={"Content-Type": "application/json"})
    assert unannounced.status_code in (400, 413)
    assert "content-security-policy" in announced.headers
