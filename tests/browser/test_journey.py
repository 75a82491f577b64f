"""The whole way in a real browser on the real parts: a visit is spoken, and the signed note is in the EHR."""

import base64
import re
from collections.abc import Iterator
from math import ceil

import httpx
import pytest
from playwright.sync_api import Page, expect
from support.browser import accessibility_faults, chromium, excerpt, until, wait_for_clock, watched_page

from app.demo.people import DEMO_PEOPLE
from app.demo.site import Site, demo_site
from app.sample import PATIENT, audio_path, reference_turns
from visit.audio import SAMPLE_RATE

pytestmark = [pytest.mark.browser, pytest.mark.model]

TURNS = reference_turns()
SPANS_S = tuple(
    (TURNS[first].start / SAMPLE_RATE - 0.4, TURNS[last].end / SAMPLE_RATE + 0.6)
    for first, last in ((0, 5), (42, 42), (44, 44), (48, 48))
)
"""History, assessment and plan of the sample visit: short enough for a test, whole enough for a note."""

SPOKEN_S = sum(end - start for start, end in SPANS_S) + 2
DRAFT_MS = 240_000
"""Generous: the machine may be busy with other tests."""

OVER = "final.done"
"""What the server says when nothing of the visit is heard any more."""

CLINICIAN = DEMO_PEOPLE[0]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with demo_site(tmp_path_factory.mktemp("journey")) as site:
        yield site


@pytest.fixture(scope="module")
def page(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    microphone = excerpt(tmp_path_factory.mktemp("microphone") / "visit.wav", audio_path(), SPANS_S)
    with chromium(microphone) as browser:
        page, problems = watched_page(browser, viewport={"width": 1360, "height": 900})
        page.goto(site.server.url)
        yield page
        assert problems == []


def test_a_spoken_visit_becomes_a_signed_note_in_the_ehr(site: Site, page: Page) -> None:
    heard = server_messages(page)
    sign_in(page)
    open_visit_with_consent(page)
    record(page)
    check_draft(page, heard)
    edited = edit_a_sentence(page)
    code = accept_a_code(page)
    text = sign(page)
    location = file(page)
    assert edited in text
    assert code in text
    assert filed_text(site, location) == text
    assert PATIENT.split()[1] not in site.server.log.read_text(encoding="utf-8")


def server_messages(page: Page) -> list[str]:
    """The list in which everything ends up that the server says on its sockets from now on."""
    heard: list[str] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: heard.append(str(frame))))
    return heard


def sign_in(page: Page) -> None:
    assert accessibility_faults(page) == []
    page.get_by_label("User name").fill(CLINICIAN.username)
    page.get_by_label("Password").fill("wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("Password").fill(CLINICIAN.password)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Visits")).to_be_visible()
    expect(page.get_by_role("button", name=PATIENT)).to_be_visible()
    assert accessibility_faults(page) == []


def open_visit_with_consent(page: Page) -> None:
    page.get_by_role("button", name=PATIENT).click()
    expect(page.get_by_role("heading", name="May this visit be recorded?")).to_be_visible()
    expect(page.get_by_role("button", name="Record visit")).to_have_count(0)
    assert accessibility_faults(page) == []
    page.get_by_role("button", name="Patient agrees").click()
    expect(page.get_by_role("button", name="Record visit")).to_be_visible()


def record(page: Page) -> None:
    page.get_by_role("button", name="Record visit").click()
    expect(page.get_by_text("Recording", exact=True).first).to_be_visible()
    expect(page.locator(".turn").first).to_be_visible()
    assert accessibility_faults(page) == []
    wait_for_clock(page, ceil(SPOKEN_S))
    page.get_by_role("button", name="Stop").click()


def check_draft(page: Page, heard: list[str]) -> None:
    expect(page.get_by_role("button", name="Review and sign")).to_be_visible(timeout=DRAFT_MS)
    expect(page.get_by_text("Not part of the record until you sign")).to_be_visible()
    # The second listening may still correct words; wait for it, so that nothing moves below.
    until(page, lambda: any(OVER in each for each in heard), "the end of the second listening", DRAFT_MS / 1000)
    for section in ("Subjective", "Objective", "Assessment", "Plan"):
        expect(page.get_by_role("heading", name=section, exact=True).first).to_be_visible()
    expect(page.get_by_text("Not discussed").first).to_be_visible()
    expect(page.locator(".finding.absent").first).to_contain_text("Denied")
    assert accessibility_faults(page) == []


def edit_a_sentence(page: Page) -> str:
    """Click a sentence, see and hear where it was said, and change it."""
    expect(page.get_by_role("textbox", name="History of present illness")).to_be_visible()
    sentence = page.locator(".division-text .sentence").first
    text = sentence.locator(".sentence-text").inner_text()
    sentence.locator(".sentence-text").click(position={"x": 2, "y": 8})
    expect(page.locator(".turn.cited").first).to_be_visible()
    expect(page.get_by_role("list", name="Where it was said").get_by_role("listitem")).to_have_count(1)
    with page.expect_response(re.compile(r"/audio\?start=\d+&end=\d+")) as heard:
        page.get_by_role("button", name="Play", exact=True).click()
    assert heard.value.status in (200, 206)
    assert heard.value.headers["content-type"] == "audio/wav"
    assert accessibility_faults(page) == []
    sentence.locator(".sentence-text").click(position={"x": 2, "y": 8})
    page.keyboard.press("Home")
    page.keyboard.type("As told today: ")
    expect(page.locator(".saving")).to_have_text(" Saved")
    row = page.locator(".note .sentence", has_text=f"As told today: {text}")
    expect(row).to_contain_text("Clinician")
    return f"As told today: {text}"


def accept_a_code(page: Page) -> str:
    code = page.locator(".code.suggested code").first.inner_text()
    page.locator(f".code[aria-label^='{code} ']").get_by_role("button", name="Accept").click()
    expect(page.locator(".code.accepted", has_text=code)).to_contain_text("Accepted")
    return code


def sign(page: Page) -> str:
    """Sign, and give the text that was shown."""
    page.get_by_role("button", name="Review and sign").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(PATIENT)
    text = dialog.locator(".exact").text_content() or ""
    assert accessibility_faults(page) == []
    dialog.get_by_role("button", name="Sign", exact=True).click()
    expect(dialog.get_by_role("heading", name="Signed. File it?")).to_be_visible()
    assert dialog.locator(".exact").text_content() == text
    return text


def file(page: Page) -> str:
    """File the note, and give the location that the page shows."""
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="File in the record").click()
    expect(dialog.locator(".result-card")).to_contain_text("Filed")
    location = dialog.locator(".result-card code").inner_text()
    assert accessibility_faults(page) == []
    dialog.get_by_role("button", name="Close").click()
    expect(page.get_by_text("Signed and filed")).to_be_visible()
    expect(page.get_by_role("button", name="Add to plan")).to_have_count(0)
    return location


def filed_text(site: Site, location: str) -> str:
    """The note as the EHR gives it back."""
    url = f"{site.ehr_url}/DocumentReference/{location}"
    document = httpx.get(url, headers={"Accept": "application/fhir+json"}).json()
    return base64.b64decode(document["content"][0]["attachment"]["data"]).decode()
