"""Who an id_token names: only a fresh one, for us, from that EHR, signed by it."""

import json
import time
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from app.errors import InvalidInput, NotAllowed, Unavailable
from app.records import User
from app.smart import identity, server
from app.smart.identity import practitioner_of, user_of
from app.smart.server import Endpoints, TokenAnswer, require_safe
from app.smart.tokens import lifetime_s
from visit.ids import UserId

pytestmark = pytest.mark.unit

BASE = "https://ehr.example/fhir"
ENDPOINTS = Endpoints(BASE, "https://ehr.example/token", None, "https://ehr.example", "https://ehr.example/jwks")
KEY, OTHER = (rsa.generate_private_key(65537, 2048) for _ in range(2))
PUBLIC = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key()))
CLAIMS = {
    "iss": "https://ehr.example",
    "aud": "app",
    "nonce": "n",
    "sub": "u",
    "fhirUser": f"{BASE}/Practitioner/7",
}


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identity, "get_json", lambda url: {"keys": [{**PUBLIC, "kid": "k1", "use": "sig"}]})


def token(key: Any = KEY, alg: str = "RS256", kid: str = "k1", **changes: Any) -> str:
    """An id_token of this moment: made when a test runs, never when the tests are collected."""
    told = {**CLAIMS, "exp": time.time() + 300, **changes}
    claims = {name: value for name, value in told.items() if value is not None}
    return jwt.encode(claims, key, algorithm=alg, headers={"kid": kid})


def test_it_names_a_practitioner() -> None:
    assert practitioner_of(ENDPOINTS, "app", token(), "n") == "Practitioner/7"
    relative = token(fhirUser="Practitioner/7")
    assert practitioner_of(ENDPOINTS, "app", relative, "n") == "Practitioner/7"


@pytest.mark.parametrize(
    "bad",
    [
        lambda: None,
        lambda: "nonsense",
        lambda: token(OTHER),
        lambda: token(kid="k2"),
        lambda: token("a shared secret of enough bytes...", "HS256"),
        lambda: token(None, "none"),
        lambda: token(aud="another"),
        lambda: token(iss="https://other.example"),
        lambda: token(exp=time.time() - 300),
        lambda: token(exp=None),
        lambda: token(nonce="m"),
        lambda: token(nonce=None),
        lambda: token(fhirUser="https://ehr.example/fhir/Patient/7"),
        lambda: token(fhirUser="https://other.example/fhir/Practitioner/7"),
        lambda: token(fhirUser=None),
    ],
)
def test_nothing_else_does(bad: Callable[[], object]) -> None:
    with pytest.raises(NotAllowed) as refused:
        practitioner_of(ENDPOINTS, "app", bad(), "n")
    assert refused.value.code == "auth.smart_user"


def person(name: str, **more: Any) -> User:
    return User(UserId(name), name, name.title(), **{"role": "clinician", **more})


def test_an_account_belongs_to_a_practitioner_of_one_ehr() -> None:
    users, mapping = (
        [person("reed"), person("adams")],
        {"reed": "7", "adams": "https://other.example/fhir/Practitioner/7"},
    )
    assert user_of("Practitioner/7", BASE, users, mapping, BASE + "/").username == "reed"
    assert user_of("Practitioner/7", "https://other.example/fhir", users, mapping, BASE).username == "adams"
    for base, practitioner in ((BASE, "Practitioner/8"), ("https://third.example", "Practitioner/7")):
        with pytest.raises(NotAllowed):
            user_of(practitioner, base, users, mapping, BASE)


def test_only_clinicians_who_may_are_signed_in() -> None:
    for user in (person("reed", disabled=True), person("reed", role="coder")):
        with pytest.raises(NotAllowed):
            user_of("Practitioner/7", BASE, [user], {"reed": "7"}, BASE)


def test_secrets_travel_over_tls_or_not_at_all() -> None:
    assert require_safe("http://127.0.0.1:9/token")
    for url in ("http://ehr.example/token", "ftp://ehr.example", "//ehr.example", "http://127.0.0.1.evil.example/"):
        with pytest.raises(InvalidInput):
            require_safe(url)


def test_a_configuration_that_sends_us_to_plain_http_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "get_json", lambda url: {"token_endpoint": "http://ehr.example/token"})
    with pytest.raises(InvalidInput):
        server.discover(BASE)
    monkeypatch.setattr(server, "get_json", lambda url: {})
    with pytest.raises(Unavailable):
        server.discover(BASE)


@pytest.mark.parametrize(("expires_s", "used_s"), [(3600, 3570), (60, 30), (10, 5), (0, 0)])
def test_tokens_are_given_up_before_they_end(expires_s: float, used_s: float) -> None:
    assert lifetime_s(TokenAnswer("t", expires_s, "")) == used_s
