"""The SMART simulator (``tests/support/smart``) as a process."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx

from support import node_server
from support.redirects import follow

HERE = Path(__file__).parent / "smart"
APP, BACKEND = "sidenote-app", "sidenote-backend"


def missing() -> str | None:
    """Why the simulator cannot run here."""
    return node_server.missing(HERE, "oidc-provider")


@dataclass
class SmartEhr:
    """An EHR with an authorization server before the FHIR server at ``fhir``. Use it as a context manager."""

    fhir: str
    redirect: str
    jwks: dict[str, Any]
    backend_scope: str
    encounter: str

    def __enter__(self) -> "SmartEhr":
        settings = {
            "fhir": self.fhir,
            "redirect": self.redirect,
            "encounter": self.encounter,
            "app": {"id": APP, "jwks": self.jwks},
            "backend": {"id": BACKEND, "jwks": self.jwks, "scope": self.backend_scope},
        }
        self._node = node_server.NodeServer(HERE, ["simulator.mjs"], {"SMART_SETTINGS": json.dumps(settings)})
        self.base = f"http://127.0.0.1:{self._node.__enter__()}"
        return self

    def __exit__(self, *_: object) -> None:
        self._node.__exit__()

    @property
    def url(self) -> str:
        """The FHIR base URL, which is the issuer of launches."""
        return f"{self.base}/fhir"

    def launch(self, browser: httpx.Client, app: str, **context: str) -> httpx.Response:
        """Open the app from a chart in a browser; the answer is the app's last one."""
        query = urlencode({"app": f"{app}/smart/launch", **context})
        return follow(browser, f"{self.base}/ehr/launch?{query}")
