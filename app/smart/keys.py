"""The key with which we prove to an EHR's authorization server who we are."""

import base64
import hashlib
import json
import os
import secrets
import time
from pathlib import Path
from typing import Any, Final

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from app.errors import Broken, Conflict

ASSERTION: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LIFETIME_S: Final = 240
"""Seconds that a client assertion lives; SMART allows five minutes at most."""

_MEMBERS: Final = {"EC": ("crv", "kty", "x", "y"), "RSA": ("e", "kty", "n")}
"""What RFC 7638 makes the thumbprint of a public key from."""


class ClientKey:
    """A private key, RSA (RS384) or EC P-384 (ES384)."""

    def __init__(self, pem: bytes) -> None:
        """Raises :class:`Broken` (``broken.client_key``) when it is neither."""
        try:
            key = serialization.load_pem_private_key(pem, password=None)
        except (ValueError, TypeError) as error:
            raise Broken("The EHR client key is not a PEM private key.", code="broken.client_key") from error
        if isinstance(key, rsa.RSAPrivateKey) and key.key_size >= 2048:
            algorithm, public = "RS384", jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key())
        elif isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, ec.SECP384R1):
            algorithm, public = "ES384", jwt.algorithms.ECAlgorithm.to_jwk(key.public_key())
        else:
            raise Broken("The EHR client key must be RSA of 2048 bits or EC P-384.", code="broken.client_key")
        self._key, self._algorithm = key, algorithm
        self._public: dict[str, Any] = json.loads(public)

    @classmethod
    def load(cls, path: Path) -> "ClientKey":
        """The key in a PEM file."""
        try:
            return cls(path.read_bytes())
        except OSError as error:
            raise Broken(f"The EHR client key {path} cannot be read.", code="broken.client_key") from error

    @property
    def kid(self) -> str:
        """The key's id: its RFC 7638 thumbprint."""
        wanted = {name: self._public[name] for name in _MEMBERS[self._public["kty"]]}
        digest = hashlib.sha256(json.dumps(wanted, sort_keys=True, separators=(",", ":")).encode()).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()

    def jwks(self) -> dict[str, Any]:
        """The JWK set to publish; it holds the public key only."""
        members = {name: self._public[name] for name in _MEMBERS[self._public["kty"]]}
        return {"keys": [{**members, "kid": self.kid, "use": "sig", "alg": self._algorithm, "key_ops": ["verify"]}]}

    def assertion(self, client_id: str, audience: str) -> str:
        """A signed client assertion for one request to the token endpoint ``audience``."""
        now = int(time.time())
        claims = {
            "iss": client_id,
            "sub": client_id,
            "aud": audience,
            "iat": now,
            "exp": now + LIFETIME_S,
            "jti": secrets.token_urlsafe(24),
        }
        return jwt.encode(claims, self._key, algorithm=self._algorithm, headers={"kid": self.kid, "typ": "JWT"})


def make_key(path: Path) -> ClientKey:
    """A new EC P-384 key in a file that only its owner can read; raises :class:`Conflict` when there is one."""
    pem = ec.generate_private_key(ec.SECP384R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    try:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise Conflict(f"There is a key in {path} already.", code="conflict.client_key") from None
    with os.fdopen(file, "wb") as out:
        out.write(pem)
    return ClientKey(pem)
