"""Origins."""

import pytest

from app.security.origins import allowed_origins, is_allowed
from app.settings import Settings

pytestmark = pytest.mark.unit


def make(**options: object) -> frozenset[str]:
    return allowed_origins(Settings(_env_file=None, **options))  # type: ignore[call-arg, arg-type]


def test_its_own() -> None:
    assert make(port=8001) == {"http://127.0.0.1:8001", "http://localhost:8001"}
    assert "http://clinic.lan:8000" in make(host="clinic.lan")
    assert "http://[::1]:8000" in make(host="::1")


def test_the_configured_ones() -> None:
    assert "https://notes.clinic.example" in make(origins=("https://notes.clinic.example/",))


@pytest.mark.parametrize(
    ("origin", "fetch_site", "answer"),
    [
        ("http://localhost:8000", None, True),
        ("http://localhost:8000", "cross-site", True),
        ("http://localhost:80000", None, False),
        ("http://localhost:8000.evil.example", None, False),
        ("https://localhost:8000", None, False),
        ("null", None, False),
        ("", None, False),
        (None, None, True),
        (None, "none", True),
        (None, "same-origin", True),
        (None, "same-site", False),
        (None, "cross-site", False),
    ],
)
def test_who_may_ask(origin: str | None, fetch_site: str | None, answer: bool) -> None:
    assert is_allowed(origin, fetch_site, make()) is answer
