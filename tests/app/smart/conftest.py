"""A whole EHR for launches: FHIR server, authorization server before it, and Sidenote registered with both."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.testclient import TestClient
from support.ehr import NOTE
from support.redirects import Browser
from support.smart_ehr import APP, BACKEND, SmartEhr, missing

from app.ehr.client import Ehr
from app.ehr.sandbox import Sandbox
from app.ehr.sandbox_people import SAMPLE_PATIENT, encounter_id
from app.records import User
from app.server import create_app
from app.settings import Settings
from app.smart.keys import make_key
from app.store import Store
from visit.ids import EncounterId

PUBLIC = "http://127.0.0.1:8000"


@dataclass
class Hospital:
    """What runs for all tests, and the settings that connect to it."""

    sandbox: Sandbox
    smart: SmartEhr
    key: Path

    def settings(self, **more: Any) -> Settings:
        chosen = {"ehr_url": self.smart.url, "ehr_client_key": self.key, "smart_client_id": APP, "public_url": PUBLIC}
        return Settings(**{**chosen, "ehr_practitioners": {"reed": "clinician-1"}, **more})

    def backend(self, **more: Any) -> Settings:
        return self.settings(ehr_client_id=BACKEND, **more)


@pytest.fixture(scope="session")
def hospital(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hospital]:
    why = missing()
    if why:
        pytest.skip(why)
    folder = tmp_path_factory.mktemp("hospital")
    key = make_key(folder / "client.pem")
    with SmartEhr(
        fhir=sandbox.url,
        redirect=f"{PUBLIC}/smart/callback",
        jwks=key.jwks(),
        backend_scope=Settings().ehr_scopes,
        encounter=encounter_id(SAMPLE_PATIENT),
    ) as smart:
        yield Hospital(sandbox, smart, folder / "client.pem")


@dataclass
class Panel:
    """Sidenote in the side panel of one chart: its session's browser, and its launch."""

    browser: Browser
    launch: str
    csrf: str

    def call(self, method: str, path: str, body: object = None, **headers: str) -> Any:
        sent = {"Origin": PUBLIC, "X-CSRF-Token": self.csrf, "X-Launch": self.launch, **headers}
        return self.browser.app.request(method, path, json=body, headers={k: v for k, v in sent.items() if v})


@dataclass
class Practice:
    """Sidenote at that EHR, with one clinician."""

    hospital: Hospital
    store: Store
    user: User
    client: TestClient
    settings: Settings

    browsers: list[Browser] = field(default_factory=list)

    def browser(self) -> Browser:
        made = Browser(self.client, PUBLIC)
        self.browsers.append(made)
        return made

    def open(self, browser: Browser | None = None, **context: str) -> Panel:
        """Open Sidenote from a chart; ``context`` goes to the simulator."""
        browser = browser or self.browser()
        answer = self.arrive(browser, **context)
        assert answer.status_code == 200, answer.text
        launch = answer.url.params["launch"]
        return Panel(browser, launch, browser.app.get("/api/session").json()["csrf"])

    def arrive(self, browser: Browser, **context: str) -> Any:
        visit = {"patient": SAMPLE_PATIENT, "user": "clinician-1", "encounter": encounter_id(SAMPLE_PATIENT)}
        return self.hospital.smart.launch(browser, PUBLIC, **{**visit, **context})  # type: ignore[arg-type]

    def draft(self, encounter: str) -> None:
        """Bring an open encounter to a draft."""
        visit = EncounterId(encounter)
        self.store.record_consent(self.user.id, visit, True)
        self.store.set_state(self.user.id, visit, "recording")
        self.store.append_audio(visit, 0, b"\0\0" * 16000, 1)
        self.store.set_state(self.user.id, visit, "finishing")
        self.store.save_note(self.user.id, visit, NOTE, drafter="rules", base_version=None)
        self.store.set_state(self.user.id, visit, "drafted")


@pytest.fixture
def practice(hospital: Hospital, tmp_path: Path) -> Iterator[Practice]:
    settings = hospital.settings(data_dir=tmp_path)
    store = Store.open(settings)
    user = store.add_user("reed", "Dr. Daniel Reed", "clinician", "a long enough passphrase")
    parts = SimpleNamespace(
        store=store,
        transcriber=None,
        reader=None,
        drafter=None,
        fallback=None,
        coder=None,
        ehr=Ehr.from_settings(settings),
        decode=None,
    )
    page = tmp_path / "dist"
    page.mkdir()
    (page / "index.html").write_text("<!doctype html><title>Sidenote</title>")
    with TestClient(create_app(settings, parts, page=page), base_url=PUBLIC) as client:  # type: ignore[arg-type]
        made = Practice(hospital, store, user, client, settings)
        yield made
        for browser in made.browsers:
            browser.close()
        parts.ehr.close()
