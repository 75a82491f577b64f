"""One-time passwords: the published vectors, drift, and use once."""

import pytest

from app.security import totp

pytestmark = pytest.mark.unit

SECRET = b"12345678901234567890"

# RFC 6238, appendix B, the SHA-1 rows.
VECTORS = [
    (59, "94287082"),
    (1111111109, "07081804"),
    (1111111111, "14050471"),
    (1234567890, "89005924"),
    (2000000000, "69279037"),
    (20000000000, "65353130"),
]


@pytest.mark.parametrize(("seconds", "password"), VECTORS)
def test_the_vectors_of_rfc_6238(seconds: int, password: str) -> None:
    assert totp.code(SECRET, seconds // totp.STEP_S, digits=8) == password


@pytest.mark.parametrize(("off", "good"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_a_step_off(off: int, good: bool) -> None:
    now = 1_800_000_000.0
    step = int(now // totp.STEP_S)
    assert (totp.matching_step(SECRET, totp.code(SECRET, step + off), now, 0) is not None) is good


def test_a_password_is_used_once() -> None:
    now = 1_800_000_000.0
    step = int(now // totp.STEP_S)
    used = totp.matching_step(SECRET, totp.code(SECRET, step), now, 0)
    assert used == step
    assert totp.matching_step(SECRET, totp.code(SECRET, step), now, used) is None
    assert totp.matching_step(SECRET, totp.code(SECRET, step + 1), now, used) == step + 1


@pytest.mark.parametrize("given", ["", "000", "ää", "1234567"])
def test_nonsense_is_wrong(given: str) -> None:
    assert totp.matching_step(SECRET, given, 1_800_000_000.0, 0) is None


def test_what_an_authenticator_is_shown() -> None:
    assert totp.uri(SECRET, "a b") == (
        "otpauth://totp/Sidenote:a%20b?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Sidenote"
    )
    assert len({totp.new_secret() for _ in range(100)}) == 100
