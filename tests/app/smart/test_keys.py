"""Client keys and assertions as SMART's asymmetric client authentication wants them."""

import time
from pathlib import Path

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from app.errors import Broken, Conflict
from app.smart.keys import ClientKey, make_key

pytestmark = pytest.mark.unit


def pem(key) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


@pytest.mark.parametrize(
    ("private", "algorithm"),
    [(ec.generate_private_key(ec.SECP384R1()), "ES384"), (rsa.generate_private_key(65537, 2048), "RS384")],
)
def test_an_assertion_verifies_with_the_published_key(private, algorithm: str) -> None:
    key = ClientKey(pem(private))
    token = key.assertion("app", "https://ehr.example/token")
    header = jwt.get_unverified_header(token)
    assert (header["alg"], header["typ"], header["kid"]) == (algorithm, "JWT", key.kid)
    (published,) = key.jwks()["keys"]
    assert not {"d", "p", "q", "dp", "dq", "qi"} & set(published)
    claims = jwt.decode(
        token, jwt.PyJWK.from_dict(published).key, algorithms=[algorithm], audience="https://ehr.example/token"
    )
    assert claims["iss"] == claims["sub"] == "app"
    assert 0 < claims["exp"] - time.time() <= 300
    assert len(claims["jti"]) <= 151
    again = jwt.decode(key.assertion("app", "x"), options={"verify_signature": False})
    assert again["jti"] != claims["jti"]


@pytest.mark.parametrize(
    "bad",
    [
        b"nothing",
        pem(ec.generate_private_key(ec.SECP256R1())),
        pem(ed25519.Ed25519PrivateKey.generate()),
    ],
)
def test_other_keys_are_refused(bad: bytes) -> None:
    with pytest.raises(Broken) as refused:
        ClientKey(bad)
    assert refused.value.code == "broken.client_key"


def test_a_made_key_is_its_owners_alone_and_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "client.pem"
    made = make_key(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert ClientKey.load(path).kid == made.kid
    with pytest.raises(Conflict):
        make_key(path)
    with pytest.raises(Broken):
        ClientKey.load(tmp_path / "none.pem")
