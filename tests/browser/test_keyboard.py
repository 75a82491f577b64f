"""A whole visit by keyboard alone: from signing in to the note in the EHR, without one press of a pointer."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from support.browser import wait_for_clock, watched_page
from support.page_server import PageProcess, running
from support.server import PASSWORD, settings

from app.ehr.sandbox import Sandbox, free_port
from app.sample import PATIENT
from app.store import Store

pytestmark = pytest.mark.browser

MOST_TABS = 80
NO_POINTER = "addEventListener('pointerdown', () => { window.pointed = true; }, true)"


@pytest.fixture
def page(browser: Browser, tmp_path: Path) -> Iterator[Page]:
    """The page of a server that files into an EHR."""
    with Sandbox(tmp_path / "ehr") as ehr:
        server = PageProcess(tmp_path / "data", free_port())
        server.ehr_url = ehr.url
        store = Store.open(settings(server.data_dir, server.port))
        store.add_user("ada", "Dr. Daniel Reed", "clinician", PASSWORD)
        store.close()
        with running(server):
            page, problems = watched_page(browser, viewport={"width": 1280, "height": 800})
            page.add_init_script(NO_POINTER)
            page.goto(server.base)
            yield page
            pointed = page.evaluate("window.pointed")
            page.context.close()
            assert pointed is None
            assert problems == []


def test_a_visit_is_recorded_read_edited_coded_signed_and_filed(page: Page) -> None:
    keys = page.keyboard
    expect(page.get_by_label("User name")).to_be_focused()
    keys.type("ada")
    keys.press("Tab")
    keys.type(PASSWORD)
    keys.press("Enter")
    press(page, page.get_by_role("button", name=PATIENT))
    press(page, page.get_by_role("button", name="Patient agrees"))
    expect(page.get_by_role("button", name="Record visit")).to_be_focused()
    keys.press("Enter")
    wait_for_clock(page, 3)
    keys.press("Alt+Shift+R")
    expect(page.get_by_role("button", name="Review and sign")).to_be_visible()
    read_and_edit(page)
    decide(page)
    keys.press("Alt+s")
    dialog = page.get_by_role("dialog")
    expect(dialog.locator(".exact")).to_contain_text("As told today: ")
    press(page, dialog.get_by_role("button", name="Sign", exact=True))
    press(page, dialog.get_by_role("button", name="File in the record"))
    expect(dialog.locator(".result-card")).to_contain_text("The record system has the note.")
    keys.press("Escape")
    expect(page.get_by_text("Signed and filed")).to_be_visible()


def read_and_edit(page: Page) -> None:
    """Reach the note, open the evidence of its first sentence, and write in it."""
    text = page.get_by_role("textbox", name="History of present illness")
    expect(text).to_be_visible()
    page.keyboard.press("Alt+2")
    reach(page, text)
    expect(page.locator(".turn.cited")).to_have_count(1)
    expect(page.get_by_role("list", name="Where it was said").get_by_role("listitem")).to_have_count(1)
    page.keyboard.press("Home")
    page.keyboard.type("As told today: ")
    expect(text).to_contain_text("As told today: ")
    expect(page.locator(".saving.saved")).to_be_visible()


def decide(page: Page) -> None:
    """Reject the suggested code with a reason, then accept it after all; the focus stays with it."""
    code = page.locator(".code", has_text="R69")
    press(page, code.get_by_role("button", name="Reject"))
    press(page, code.get_by_role("button", name="Not assessed today"))
    expect(page.locator(".code.rejected", has_text="R69")).to_be_visible()
    accept = code.get_by_role("button", name="Accept")
    expect(accept).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".code.accepted", has_text="R69")).to_be_visible()
    expect(code.get_by_role("button", name="Reject")).to_be_focused()


def press(page: Page, button: Locator) -> None:
    """Reach a button and press it."""
    expect(button).to_be_visible()
    reach(page, button)
    page.keyboard.press("Enter")


def reach(page: Page, wanted: Locator) -> None:
    """Press Tab until something has the focus."""
    for _ in range(MOST_TABS):
        if wanted.evaluate("element => element.contains(document.activeElement)"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not lead to {wanted}")
