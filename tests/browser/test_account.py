"""Where a second factor is required: setting one up, reading in an emergency, and what an administrator does."""

import re
from base64 import b32decode
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from support.browser import accessibility_faults, watched_page
from support.page_server import PageProcess, running
from support.server import PASSWORD, prepare, settings

from app.ehr.sandbox import free_port
from app.security import totp
from app.store import Store

pytestmark = pytest.mark.browser

VISIT = {
    "ehr_encounter_id": "ehr-0",
    "patient": {"id": "p-1", "name": "Juniper Example", "birth_date": None, "sex": None},
    "start": None,
    "reason": None,
    "encounter_id": None,
}


@pytest.fixture
def page(browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Page]:
    """The page of a server that asks everybody for a second factor; the schedule holds a visit of ada's."""
    monkeypatch.setenv("SIDENOTE_SECOND_FACTOR", "required")
    server = PageProcess(tmp_path / "data", free_port())
    store = Store.open(settings(server.data_dir, server.port))
    prepare(store)
    store.add_user("root", "Root", "admin", PASSWORD)
    store.close()
    with running(server):
        page, problems = watched_page(browser, viewport={"width": 900, "height": 900})
        page.route("**/api/schedule", lambda route: route.fulfill(json=[VISIT]))
        page.goto(server.base)
        yield page
        page.context.close()
        assert problems == []


def test_a_second_factor_is_set_up_and_used_in_an_emergency_and_by_an_administrator(page: Page) -> None:
    sign_in(page, "bob")
    set_up(page)
    read_in_an_emergency(page)
    page.get_by_role("link", name="your account").click()
    expect(page.get_by_text("On: signing in takes your password and a code.")).to_be_visible()
    assert accessibility_faults(page) == []
    page.get_by_role("button", name="Sign out").click()
    sign_in(page, "bob")
    expect(page.get_by_label("Code of your authenticator")).to_be_focused()
    sign_in(page, "root")
    set_up(page)
    page.get_by_role("link", name="Administration").click()
    look_after_people(page)


def sign_in(page: Page, username: str) -> None:
    page.get_by_label("User name").fill(username)
    page.get_by_label("Password").fill(PASSWORD)
    if page.get_by_label("Code of your authenticator").is_visible():
        page.get_by_label("Code of your authenticator").fill("000000")
    page.get_by_role("button", name="Sign in", exact=True).click()


def set_up(page: Page) -> None:
    """Nothing else opens before it; afterwards everything does."""
    expect(page.get_by_text("This server asks everybody for a second factor.")).to_be_visible()
    expect(page.get_by_role("navigation")).to_have_count(0)
    page.get_by_role("button", name="Set up an authenticator").click()
    expect(page.get_by_role("img", name="QR code")).to_be_visible()
    secret = b32decode(page.locator(".secret").inner_text().replace(" ", ""))
    assert accessibility_faults(page) == []
    code = page.get_by_label("Code of your authenticator")
    expect(code).to_be_focused()
    right = totp.code(secret, int(page.evaluate("Date.now() / 1000") // totp.STEP_S))
    code.fill(f"{(int(right) + 1) % 1_000_000:06}")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("The code is wrong")
    code.fill(totp.code(secret, int(page.evaluate("Date.now() / 1000") // totp.STEP_S)))
    page.keyboard.press("Enter")
    expect(page.get_by_text("This server asks everybody")).to_have_count(0)


def read_in_an_emergency(page: Page) -> None:
    """Another clinician's visit is read for a reason, and cannot be changed."""
    page.get_by_role("button", name="Juniper Example").click()
    form = page.get_by_role("form", name="Emergency access")
    expect(form.get_by_label("Why can it not wait?")).to_be_focused()
    assert accessibility_faults(page) == []
    page.keyboard.type("Unconscious in the waiting room.")
    form.get_by_role("button", name="Read this visit").click()
    expect(page.get_by_text("You may read this visit until")).to_be_visible()
    expect(page.get_by_role("region", name="Recorder")).to_have_count(0)
    assert accessibility_faults(page) == []


def look_after_people(page: Page) -> None:
    """Reset a second factor, change a role, lock and unlock."""
    bob, ada = (page.get_by_role("listitem", name=name) for name in ("Dr Bob", "Dr Ada"))
    again(page, bob.get_by_role("button", name="Reset the second factor of Dr Bob"))
    expect(page.get_by_text("Dr Bob can set up another authenticator now.")).to_be_visible()
    ada.get_by_role("button", name="New role for Dr Ada").click()
    ada.get_by_label("New role for Dr Ada").select_option("coder")
    assert accessibility_faults(page) == []
    ada.get_by_role("button", name="Set the role").click()
    expect(page.get_by_text("Dr Ada is now: Coder.")).to_be_visible()
    again(page, bob.get_by_role("button", name="Lock Dr Bob", exact=True))
    expect(bob.get_by_text("Locked", exact=True)).to_be_visible()
    again(page, bob.get_by_role("button", name="Unlock Dr Bob"))
    expect(bob.get_by_role("button", name="Lock Dr Bob", exact=True)).to_be_visible()
    page.get_by_role("navigation", name="Parts of the administration").get_by_role("button", name="Audit").click()
    expect(page.get_by_text(re.compile("Dr Bob,.*Unconscious in the waiting room."))).to_be_visible()


def again(page: Page, button: Locator) -> None:
    """Press a button that asks a second time, and say yes."""
    name = button.inner_text()
    button.click()
    page.get_by_role("group").get_by_role("button", name=name, exact=True).click()
