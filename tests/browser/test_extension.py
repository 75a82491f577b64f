"""The browser extension, loaded unpacked: the same journey in the panel, and a recording that outlives it."""

import base64
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from support.browser import FLAGS, RATE, accessibility_faults, executable, ramp, until, wait_for_clock, watched
from support.page_server import PageProcess, running
from support.server import PASSWORD, settings

from app.ehr.sandbox import Sandbox, free_port
from app.sample import PATIENT
from app.store import Store
from bench.package_extension import extension_id
from visit.ids import EncounterId

pytestmark = pytest.mark.browser

WEB = Path(__file__).parents[2] / "web"


@pytest.fixture
def package() -> Path:
    subprocess.run(["npm", "run", "--silent", "build:extension"], cwd=WEB, check=True, timeout=300)
    return WEB / "dist-extension"


@pytest.fixture
def browser_with(package: Path, tmp_path: Path, browser: Browser) -> Iterator[BrowserContext]:
    """A browser of its own, since extensions live in profiles."""
    context = browser.browser_type.launch_persistent_context(
        str(tmp_path / "profile"),
        executable_path=executable(),
        ignore_default_args=["--disable-extensions"],
        viewport={"width": 360, "height": 760},
        args=[
            *FLAGS,
            f"--disable-extensions-except={package}",
            f"--load-extension={package}",
            f"--use-file-for-fake-audio-capture={ramp(tmp_path / 'ramp.wav')}",
        ],
    )
    yield watched(context)
    context.close()


def test_from_the_chart_to_the_ehr_in_a_panel_that_a_recording_outlives(
    package: Path, browser_with: BrowserContext, tmp_path: Path
) -> None:
    name = extension_id(json.loads((package / "manifest.json").read_text()))
    with Sandbox(tmp_path / "ehr") as ehr:
        server = PageProcess(tmp_path / "data", free_port())
        server.origins = [f"chrome-extension://{name}"]
        server.ehr_url = ehr.url
        store = Store.open(settings(server.data_dir, server.port))
        store.add_user("ada", "Dr. Daniel Reed", "clinician", PASSWORD)
        store.close()
        with running(server):
            location, text = journey(server, browser_with, f"chrome-extension://{name}/panel.html")
        assert text in filed_texts(ehr.url, location)


def journey(server: PageProcess, browser: BrowserContext, panel: str) -> tuple[str, str]:
    """Record, close the panel, open it, stop, sign and file; gives where the note is, and the text that was shown."""
    page = open_panel(browser, panel, server.base)
    page.get_by_role("button", name=PATIENT).click()
    page.get_by_role("button", name="Patient agrees").click()
    page.get_by_role("button", name="Record visit").click()
    wait_for_clock(page, 2)
    assert accessibility_faults(page) == []
    visit = page.url
    encounter = visit.rpartition("/")[2]
    page.close()
    again = browser.new_page()
    before = heard(server, encounter)
    until(again, lambda: heard(server, encounter) > before + 1, "a second of sound without a panel")
    again.goto(visit)
    wait_for_clock(again, 3)
    again.get_by_role("button", name="Stop").click()
    expect(again.get_by_role("button", name="Review and sign")).to_be_visible()
    again.get_by_role("navigation", name="Parts of the visit").get_by_role("button", name="Note").click()
    expect(again.get_by_role("textbox", name="History of present illness")).to_be_visible()
    again.get_by_role("button", name="Review and sign").click()
    dialog = again.get_by_role("dialog")
    text = dialog.locator(".exact").text_content() or ""
    dialog.get_by_role("button", name="Sign", exact=True).click()
    dialog.get_by_role("button", name="File in the record").click()
    expect(dialog.locator(".result-card")).to_contain_text("The record system has the note.")
    assert accessibility_faults(again) == []
    return dialog.locator(".result-card code").inner_text(), text


def filed_texts(fhir: str, location: str) -> list[str]:
    """The note as the FHIR server gives it back."""
    document = httpx.get(f"{fhir}/DocumentReference/{location}", trust_env=False).json()
    return [base64.b64decode(content["attachment"]["data"]).decode() for content in document["content"]]


def open_panel(context: BrowserContext, panel: str, server: str) -> Page:
    """Name the server once, and sign in."""
    page = context.new_page()
    page.goto(panel)
    page.get_by_label("Where does your clinic").fill("http://not.local")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("no address")
    page.get_by_label("Where does your clinic").fill(server)
    page.get_by_role("button", name="Connect").click()
    page.get_by_label("User name").fill("ada")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Visits")).to_be_visible()
    return page


def heard(server: PageProcess, encounter: str) -> float:
    """Seconds of sound that the server keeps."""
    store = Store.open(settings(server.data_dir, server.port))
    try:
        return store.samples(EncounterId(encounter)) / RATE
    finally:
        store.close()
