"""The browser extension, loaded unpacked: the same journey in the panel, and a recording that outlives it."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from support.browser import FLAGS, RATE, accessibility_faults, executable, ramp, until, wait_for_clock
from support.page_server import PageProcess, start
from support.server import PASSWORD, prepare, settings

from app.ehr.sandbox import free_port
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
    yield context
    context.close()


def test_a_recording_outlives_the_panel(package: Path, browser_with: BrowserContext, tmp_path: Path) -> None:
    name = extension_id(json.loads((package / "manifest.json").read_text()))
    server = PageProcess(tmp_path / "data", free_port())
    server.origins = [f"chrome-extension://{name}"]
    store = Store.open(settings(server.data_dir, server.port))
    encounter = prepare(store)[0]
    store.close()
    start(server)
    try:
        panel = f"chrome-extension://{name}/panel.html"
        page = open_panel(browser_with, panel, server.base)
        page.goto(f"{panel}#/encounters/{encounter}")
        page.get_by_role("button", name="Record visit").click()
        wait_for_clock(page, 2)
        assert accessibility_faults(page) == []
        page.close()
        again = browser_with.new_page()
        before = heard(server, encounter)
        until(again, lambda: heard(server, encounter) > before + 1, "a second of sound without a panel")
        again.goto(f"{panel}#/encounters/{encounter}")
        wait_for_clock(again, 3)
        again.get_by_role("button", name="Stop").click()
        expect(again.get_by_role("button", name="Review and sign")).to_be_visible()
        again.get_by_role("navigation", name="Parts of the visit").get_by_role("button", name="Note").click()
        expect(again.get_by_role("textbox", name="History of present illness")).to_be_visible()
        again.get_by_role("button", name="Review and sign").click()
        again.get_by_role("dialog").get_by_role("button", name="Sign", exact=True).click()
        expect(again.get_by_role("heading", name="Signed. File it?")).to_be_visible()
    finally:
        server.kill()


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
