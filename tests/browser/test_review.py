"""From an uploaded recording to a note whose filing was uncertain: reading, editing, undoing, signing, releasing."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from support.browser import accessibility_faults, assert_fits, keep_picture, ramp, until, watched_page
from support.ehr import FaultyLine
from support.page_server import PageProcess, running
from support.server import PASSWORD, settings

from app.ehr.sandbox import Sandbox, free_port
from app.sample import PATIENT
from app.store import Store

pytestmark = [pytest.mark.browser, pytest.mark.steps]

UNDO = "Control+z"

SAYS = """button => {
    window.said = [];
    const heard = new MutationObserver(() => window.said.push(button.textContent.trim()));
    heard.observe(button, { childList: true, characterData: true, subtree: true });
}"""
"""Keeps what a button says, however short it says it."""

PARTS = (
    ("Models", "Every model that can work on this server"),
    ("Record system", "The record system answers."),
    ("Retention", "Nothing is due."),
    ("Audit", "The chain is intact"),
)
"""Parts of the administration, and what each says."""


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FaultyLine]:
    """An EHR, and a line to it that can be broken."""
    with Sandbox(tmp_path_factory.mktemp("ehr")) as ehr, FaultyLine(int(ehr.url.split(":")[2].split("/")[0])) as line:
        yield line


@pytest.fixture(scope="module")
def page(browser: Browser, line: FaultyLine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """The drafted note of an uploaded recording."""
    folder = tmp_path_factory.mktemp("review")
    server = PageProcess(folder / "data", free_port())
    server.ehr_url = line.url
    store = Store.open(settings(server.data_dir, server.port))
    store.add_user("ada", "Dr. Daniel Reed", "clinician", PASSWORD)
    store.add_user("root", "Root", "admin", PASSWORD)
    store.close()
    with running(server):
        page, problems = watched_page(
            browser, viewport={"width": 1280, "height": 800}, permissions=["clipboard-read", "clipboard-write"]
        )
        page.goto(server.base)
        sign_in(page, "ada")
        page.get_by_role("button", name=PATIENT).click()
        page.get_by_role("button", name="Patient agrees").click()
        upload(page, ramp(folder / "visit.wav", seconds=8))
        yield page
        page.context.close()
        assert problems == []


def test_a_note_is_written_in_place_and_undone_with_its_evidence(page: Page) -> None:
    first = sentences(page).first
    text = first.locator(".sentence-text").inner_text()
    first.locator(".sentence-text").click(position={"x": 2, "y": 8})
    expect(page.locator(".turn.cited")).to_have_count(1)
    page.keyboard.press("Home")
    page.keyboard.type("Tells of ")
    expect(first).to_contain_text(f"Tells of {text}")
    saved(page)
    expect(first.locator(".marks")).to_contain_text("Clinician")
    page.keyboard.press(UNDO)
    expect(first.locator(".sentence-text")).to_have_text(text)
    saved(page)
    expect(first.locator(".marks")).to_contain_text("model")
    page.reload()
    expect(sentences(page).first.locator(".sentence-text")).to_have_text(text)


def test_a_section_is_copied_as_text_and_the_note_printed_alone(page: Page) -> None:
    text = sentences(page).first.locator(".sentence-text").inner_text()
    copy = page.get_by_role("button", name="Copy Subjective as plain text")
    copy.evaluate(SAYS)
    copy.click()
    until(page, lambda: "Copied" in page.evaluate("window.said"), "the word that it is copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert text in copied
    assert "SUBJECTIVE" in copied.upper()
    assert "PLAN" not in copied.upper().splitlines(), "one section, not the note"
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", name="Subjective", exact=True)).to_be_visible()
    expect(page.get_by_role("heading", name=PATIENT)).to_be_visible()
    for part in ("Transcript", "Findings and codes", "Write and ask", "Signing"):
        expect(page.get_by_role("region", name=part)).to_be_hidden()
    expect(page.get_by_role("button")).to_have_count(0)
    keep_picture(page)
    page.emulate_media(media="screen")


def test_enter_begins_a_sentence_and_a_deleted_one_comes_back(page: Page) -> None:
    before = sentences(page).count()
    sentences(page).first.locator(".sentence-text").click(position={"x": 2, "y": 8})
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    page.keyboard.type("Seen with an interpreter.")
    expect(sentences(page).nth(1)).to_contain_text("Seen with an interpreter.")
    saved(page)
    expect(sentences(page)).to_have_count(before + 1)
    expect(sentences(page).nth(1).locator(".marks")).to_have_text(" Clinician")
    page.get_by_role("button", name="Delete").click()
    expect(sentences(page)).to_have_count(before)
    page.get_by_role("button", name="Undo").click()
    expect(sentences(page).nth(1)).to_contain_text("Seen with an interpreter.")


def test_codes_are_searched_added_and_rejected(page: Page) -> None:
    page.get_by_role("searchbox").fill("dizz")
    page.get_by_role("button", name="R42").click()
    expect(page.locator(".code.accepted", has_text="R42")).to_be_visible()
    suggested = page.locator(".code", has_text="R69")
    suggested.get_by_role("button", name="Reject").click()
    assert accessibility_faults(page) == []
    suggested.get_by_role("button", name="Not assessed today").click()
    expect(page.locator(".code.rejected", has_text="R69")).to_contain_text("Not assessed today")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".code.suggested", has_text="R69")).to_be_visible()


def test_it_can_be_read_in_other_colours_sizes_and_in_spanish(page: Page) -> None:
    for theme in ("dark", "contrast", "light"):
        page.evaluate("theme => document.documentElement.dataset.theme = theme", theme)
        assert accessibility_faults(page) == [], theme
    page.emulate_media(forced_colors="active")
    assert accessibility_faults(page) == []
    page.emulate_media(forced_colors="none")
    page.set_viewport_size({"width": 640, "height": 400})
    assert_fits(page, 640)  # 200 % of a window 1280 pixels wide
    page.set_viewport_size({"width": 1280, "height": 800})
    page.locator("summary", has_text="Settings").click()
    page.get_by_label("Language").select_option("es")
    expect(page.get_by_role("button", name="Revisar y firmar")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "es")
    assert accessibility_faults(page) == []
    page.get_by_label("Idioma").select_option("en")
    page.keyboard.press("Escape")


def test_a_key_is_remapped_and_opens_the_signing(page: Page, line: FaultyLine) -> None:
    page.locator("h1").click()
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="change the key of “Review and sign”").click()
    page.keyboard.press("Alt+g")
    expect(dialog.get_by_role("button", name="alt+g: change the key")).to_be_visible()
    assert accessibility_faults(page) == []
    dialog.get_by_role("button", name="Close").click()
    page.keyboard.press("Alt+g")
    expect(page.get_by_role("heading", name="Review and sign")).to_be_visible()


def test_an_uncertain_filing_is_released_by_a_person(page: Page, line: FaultyLine) -> None:
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("What you changed in the draft").click()
    expect(dialog.locator("ins")).to_have_text("Seen with an interpreter.")
    dialog.get_by_role("button", name="Sign", exact=True).click()
    expect(dialog.get_by_role("button", name="File in the record")).to_be_visible()
    line.fault = "drop_request"
    dialog.get_by_role("button", name="File in the record").click()
    expect(dialog.locator(".result-card")).to_contain_text("Not certain")
    release = dialog.get_by_role("button", name="Send it again")
    expect(release).to_be_disabled()
    assert accessibility_faults(page) == []
    dialog.get_by_label("I looked in the record system").check()
    release.click()
    expect(dialog.locator(".result-card")).to_contain_text("The record system has the note.")
    dialog.get_by_role("button", name="Close").click()
    expect(page.get_by_role("textbox", name="History of present illness")).to_have_count(0)


def sign_in(page: Page, username: str) -> None:
    page.get_by_label("User name").fill(username)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")


def upload(page: Page, recording: Path) -> None:
    page.get_by_label("Recording to upload").set_input_files(recording)
    expect(page.get_by_role("button", name="Review and sign")).to_be_visible()


def sentences(page: Page) -> Locator:
    """The sentences in the editor."""
    expect(page.get_by_role("textbox", name="History of present illness")).to_be_visible()
    return page.locator(".division-text .sentence")


def saved(page: Page) -> None:
    expect(page.locator(".saving.saved")).to_be_visible()


def test_an_administrator_sees_people_state_and_audit(page: Page, browser: Browser) -> None:
    other, problems = watched_page(browser, viewport={"width": 1000, "height": 800})
    other.goto(page.url.split("#")[0])
    sign_in(other, "root")
    expect(other.get_by_role("heading", name="Administration")).to_be_visible()
    form = other.get_by_role("form", name="Add a person")
    form.get_by_label("User name").fill("cora")
    form.get_by_label("Name", exact=True).fill("Cora Code")
    form.get_by_label("Password").fill(PASSWORD)
    form.get_by_label("Role").select_option("coder")
    form.get_by_role("button").click()
    expect(other.get_by_text("Cora Code can sign in now.")).to_be_visible()
    assert accessibility_faults(other) == []
    parts = other.get_by_role("navigation", name="Parts of the administration")
    for part, shown in PARTS:
        parts.get_by_role("button", name=part).click()
        expect(other.get_by_text(shown)).to_be_visible()
        assert accessibility_faults(other) == [], part
    expect(
        other.get_by_role("cell", name="user.added").or_(other.get_by_role("cell", name="note.signed")).first
    ).to_be_visible()
    other.route("**/api/audit?*", lambda route: route.fulfill(json={"number": 0, "head": "", "entries": []}))
    other.get_by_role("button", name="Newest entries").click()
    parts.get_by_role("button", name="Retention").click()
    parts.get_by_role("button", name="Audit").click()
    expect(other.get_by_text("No entries.")).to_be_visible()
    assert accessibility_faults(other) == []
    other.set_viewport_size({"width": 320, "height": 640})
    assert_fits(other, 320)
    other.context.close()
    assert problems == []
