"""CDS Hooks: a card for callers who prove who they are, for exactly this service, once."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from fastapi import FastAPI
from starlette.testclient import TestClient

from app.rest import cds as routes
from app.rest import problems
from app.rest.cds import router
from app.settings import Settings
from app.smart import cds

pytestmark = pytest.mark.unit

ISSUER, JWKS = "https://ehr.example", "https://ehr.example/jwks"
URL = "http://127.0.0.1:8000/cds-services/sidenote-patient-view"
KEY, OTHER = (ec.generate_private_key(ec.SECP384R1()) for _ in range(2))
PUBLIC = {**json.loads(jwt.algorithms.ECAlgorithm.to_jwk(KEY.public_key())), "kid": "k1"}
BODY = {
    "hook": "patient-view",
    "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
    "fhirServer": "http://127.0.0.1:8123/fhir",
    "context": {"userId": "Practitioner/1", "patientId": "1", "encounterId": "e-1"},
    "prefetch": {"patient": {"resourceType": "Patient"}},
}


def token(key: Any = KEY, kid: str = "k1", **changes: Any) -> str:
    now = int(time.time())
    claims = {"iss": ISSUER, "aud": URL, "iat": now, "exp": now + 300, "jti": str(time.perf_counter_ns()), **changes}
    claims = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(claims, key, algorithm="ES384", headers={"kid": kid})


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Any]:
    monkeypatch.setattr(cds, "get_json", lambda url: {"keys": [PUBLIC]} if url == JWKS else pytest.fail(url))
    routes._callers.cache_clear()
    settings = Settings(data_dir=tmp_path, cds_clients={ISSUER: JWKS})
    app = FastAPI()
    app.include_router(router)
    problems.install(app)
    opened = SimpleNamespace(opened=lambda ids: {"e-2": ("x", "y")} if "e-2" in ids else {})
    app.state.service = SimpleNamespace(settings=settings, store=opened)
    client = TestClient(app)

    def send(body: dict[str, Any] = BODY, bearer: str | None = None, name: str = "sidenote-patient-view") -> Any:
        headers = {"Authorization": f"Bearer {token() if bearer is None else bearer}"}
        return client.post(f"/cds-services/{name}", json=body, headers=headers)

    send.client = client  # type: ignore[attr-defined]
    return send


def test_discovery_names_the_hooks(call) -> None:
    services = call.client.get("/cds-services").json()["services"]
    assert {service["hook"] for service in services} == {"patient-view", "encounter-start"}
    assert all(service["description"] for service in services)


def test_a_card_opens_sidenote_from_the_chart(call) -> None:
    (card,) = call().json()["cards"]
    assert card["links"] == [{"label": "Open Sidenote", "url": "http://127.0.0.1:8000/smart/launch", "type": "smart"}]
    assert len(card["summary"]) < 140
    assert card["indicator"] == "info"
    again = {**BODY, "context": {**BODY["context"], "encounterId": "e-2"}}
    assert call(again).json()["cards"][0]["summary"] != card["summary"]


@pytest.mark.parametrize(
    "bad",
    [
        lambda: "",
        lambda: "nonsense",
        lambda: token(OTHER),
        lambda: token(kid="k9"),
        lambda: token(iss="https://other.example"),
        lambda: token(aud="http://127.0.0.1:8000/cds-services"),
        lambda: token(exp=int(time.time()) - 300),
        lambda: token(exp=int(time.time()) + 86_400),
        lambda: token(exp=None),
        lambda: token(jti=None),
    ],
)
def test_a_caller_who_does_not_prove_it_gets_nothing(call, bad: Callable[[], str]) -> None:
    refused = call(bearer=bad())
    assert (refused.status_code, refused.json()["code"]) == (401, "auth.cds")


def test_a_token_is_good_once(call) -> None:
    once = token()
    assert call(bearer=once).status_code == 200
    assert call(bearer=once).json()["code"] == "auth.cds"


def test_another_ehr_another_hook_and_another_service_are_refused(call) -> None:
    assert call({**BODY, "fhirServer": "https://evil.example/fhir"}).json()["code"] == "auth.issuer"
    assert call({**BODY, "hook": "order-sign"}).json()["code"] == "input.hook"
    assert call(name="nothing").json()["code"] == "not_found.service"


def test_keys_are_fetched_once_and_again_when_they_do_not_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    fetched, now = [], [1000.0]
    keys = {"keys": [PUBLIC]}
    monkeypatch.setattr(cds, "get_json", lambda url: fetched.append(url) or dict(keys))
    callers = cds.Callers({ISSUER: JWKS}, clock=lambda: now[0])
    monkeypatch.setattr(cds, "LONGEST_S", 10**12)
    for _ in range(3):
        callers.require(f"Bearer {token()}", URL)
    assert len(fetched) == 1
    keys["keys"] = [{**json.loads(jwt.algorithms.ECAlgorithm.to_jwk(OTHER.public_key())), "kid": "k2"}]
    now[0] += 60
    callers.require(f"Bearer {token(OTHER, 'k2')}", URL)
    assert len(fetched) == 2
