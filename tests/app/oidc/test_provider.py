"""An ID token counts only when the provider signed it, for us, now, and for this sign-in."""

import json
import time
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from app.errors import InvalidInput, NotAllowed, Unavailable
from app.oidc import provider as module
from app.oidc.provider import Provider, Registration, claims, discover

pytestmark = pytest.mark.unit

ISSUER = "https://id.example"
US = Registration(ISSUER, "sidenote")
THERE = Provider(ISSUER, f"{ISSUER}/auth", f"{ISSUER}/token", f"{ISSUER}/jwks")
KEY, OTHER = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
PUBLIC = {**json.loads(jwt.algorithms.ECAlgorithm.to_jwk(KEY.public_key())), "kid": "k1", "use": "sig", "alg": "ES256"}
CLAIMS = {"iss": ISSUER, "aud": "sidenote", "sub": "s-1", "nonce": "n"}


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "fetch_json", lambda url: {"keys": [PUBLIC]})


def token(key: Any = KEY, alg: str = "ES256", kid: str = "k1", **changes: Any) -> str:
    """An ID token of this moment: made when a test runs, never when the tests are collected."""
    now = int(time.time())
    told = {**CLAIMS, "iat": now, "exp": now + 300, **changes}
    told = {name: value for name, value in told.items() if value is not None}
    return jwt.encode(told, key, algorithm=alg, headers={"kid": kid})


@pytest.mark.parametrize("good", [{}, {"azp": "sidenote"}, {"aud": ["sidenote", "x"], "azp": "sidenote"}])
def test_a_good_one_counts(good: dict[str, Any]) -> None:
    assert claims(THERE, US, token(**good), "n")["sub"] == "s-1"


@pytest.mark.parametrize(
    "bad",
    [
        lambda: token(OTHER),
        lambda: token(kid="k2"),
        lambda: token("a shared secret of enough bytes...", "HS256"),
        lambda: token(None, "none"),
        lambda: token(iss="https://other.example"),
        lambda: token(iss=f"{ISSUER}/"),
        lambda: token(aud="another"),
        lambda: token(aud=["sidenote", "x"]),
        lambda: token(azp="another"),
        lambda: token(exp=int(time.time()) - 300),
        lambda: token(exp=None),
        lambda: token(iat=None),
        lambda: token(iat=int(time.time()) + 300),
        lambda: token(nonce="m"),
        lambda: token(nonce=None),
        lambda: token(sub=None),
        lambda: token(sub=""),
        lambda: "nonsense",
        lambda: "",
    ],
)
def test_no_other_does(bad: Callable[[], str]) -> None:
    with pytest.raises(NotAllowed) as refused:
        claims(THERE, US, bad(), "n")
    assert refused.value.code == "auth.oidc_token"


def test_the_provider_must_be_the_issuer_that_was_set(monkeypatch: pytest.MonkeyPatch) -> None:
    told = {
        "issuer": ISSUER,
        "authorization_endpoint": f"{ISSUER}/auth",
        "token_endpoint": f"{ISSUER}/token",
        "jwks_uri": f"{ISSUER}/jwks",
    }
    monkeypatch.setattr(module, "fetch_json", lambda url: told)
    assert discover(ISSUER) == THERE
    with pytest.raises(Unavailable):
        discover("https://id.example/")
    told["token_endpoint"] = "http://id.example/token"
    with pytest.raises(InvalidInput):
        discover(ISSUER)
    del told["token_endpoint"]
    with pytest.raises(Unavailable):
        discover(ISSUER)


def test_a_registration_does_not_show_its_secret() -> None:
    assert "hidden" not in repr(Registration(ISSUER, "x", "hidden"))
