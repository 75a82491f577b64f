"""An identity provider (``tests/support/smart/identity.mjs``) as a process."""

import json
from pathlib import Path
from typing import Any

import httpx

from support import node_server

HERE = Path(__file__).parent / "smart"
CLIENT = {"id": "sidenote", "secret": "a secret: with + and %"}


def missing() -> str | None:
    """Why the provider cannot run here."""
    return node_server.missing(HERE, "oidc-provider")


class IdentityProvider:
    """A provider that knows ``people``: their claims by subject. Use it as a context manager."""

    def __init__(self, public: str, people: dict[str, dict[str, Any]]) -> None:
        settings = {
            "redirect": f"{public}/oidc/callback",
            "home": f"{public}/",
            "client": CLIENT,
            "people": people,
        }
        self._node = node_server.NodeServer(HERE, ["identity.mjs"], {"IDENTITY_SETTINGS": json.dumps(settings)})

    def __enter__(self) -> "IdentityProvider":
        self.issuer = f"http://127.0.0.1:{self._node.__enter__()}"
        return self

    def __exit__(self, *_: object) -> None:
        self._node.__exit__()

    def sign_in(self, **who: str) -> None:
        """From now on ``person`` signs in there, at the level ``acr``; nobody without a person."""
        httpx.get(f"{self.issuer}/as", params=who, trust_env=False, verify=False, timeout=60).raise_for_status()
