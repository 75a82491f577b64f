"""The SMART simulator (``tests/support/smart``) as a process, and a browser that only follows redirects."""

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx

HERE = Path(__file__).parent / "smart"
APP, BACKEND = "sidenote-app", "sidenote-backend"


def missing() -> str | None:
    """Why the simulator cannot run here; installs its packages the first time, where npm can."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return "Node is not installed"
    if not (HERE / "node_modules" / "oidc-provider").is_dir():
        done = subprocess.run(
            [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=HERE, capture_output=True, check=False
        )
        if done.returncode:
            return "npm cannot install oidc-provider here"
    return None


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
        self._process = subprocess.Popen(
            ["node", "simulator.mjs"],
            cwd=HERE,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "SMART_SETTINGS": json.dumps(settings)},
            text=True,
        )
        assert self._process.stdout is not None
        self.base = f"http://127.0.0.1:{int(self._process.stdout.readline())}"
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()

    @property
    def url(self) -> str:
        """The FHIR base URL, which is the issuer of launches."""
        return f"{self.base}/fhir"

    def launch(self, browser: httpx.Client, app: str, **context: str) -> httpx.Response:
        """Open the app from a chart in a browser; the answer is the app's last one."""
        query = urlencode({"app": f"{app}/smart/launch", **context})
        return follow(browser, f"{self.base}/ehr/launch?{query}")


def follow(browser: httpx.Client, url: str) -> httpx.Response:
    """Go where redirects lead, as a browser does, until something else comes."""
    for _ in range(12):
        answer = browser.get(url)
        if not answer.is_redirect:
            return answer
        url = str(answer.url.join(answer.headers["location"]))
    raise AssertionError("redirected in circles")
