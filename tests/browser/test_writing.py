"""Formats, rewriting, documents and questions on the page, against a real server on deterministic engines."""

from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect
from support.browser import accessibility_faults, assert_fits, chromium, watched_page, write_wav
from support.page_server import PageProcess, running
from support.server import PASSWORD, settings

from app.ehr.sandbox import free_port
from app.store import Store
from visit.charts import Chart
from visit.findings import Finding, FindingKind
from visit.ids import FindingId, SentenceId
from visit.notes import Division, Note, NoteSentence, Origin, Verdict
from visit.turns import Speaker, Transcript, Turn

pytestmark = pytest.mark.browser

TURNS = (
    Turn(0, Speaker.CLINICIAN, "How long has the knee hurt?"),
    Turn(1, Speaker.PATIENT, "Three weeks, mostly on stairs."),
    Turn(2, Speaker.CLINICIAN, "This is osteoarthritis. I will refer you to physical therapy."),
)
FINDINGS = (Finding(FindingId("f"), FindingKind.PROBLEM, "osteoarthritis", "osteoarthritis", (2,)),)


def said(division: Division, text: str, turn: int) -> NoteSentence:
    return NoteSentence(SentenceId(text), division, text, (turn,), Verdict.SUPPORTED, Origin.RULES)


NOTE = Note(
    (
        said(Division.HISTORY, "Knee pain for 3 weeks.", 1),
        said(Division.FAMILY, "Father: gout.", 1),
        said(Division.ASSESSMENT, "Osteoarthritis.", 2),
        said(Division.PLAN, "Refer to physical therapy.", 2),
    )
)


def prepare(store: Store) -> str:
    """A drafted visit of ada's, and an administrator."""
    ada = store.add_user("ada", "Dr Ada", "clinician", PASSWORD)
    store.add_user("root", "Root", "admin", PASSWORD)
    encounter = store.open_encounter(ada.id, "ehr-1", Chart(patient_name="Juniper Example"), "soap").id
    store.record_consent(ada.id, encounter, True)
    store.set_state(ada.id, encounter, "recording")
    store.save_transcript(encounter, Transcript(TURNS))
    store.save_findings(encounter, FINDINGS)
    store.set_state(ada.id, encounter, "finishing")
    store.save_note(ada.id, encounter, NOTE, drafter="rules", base_version=None)
    store.set_state(ada.id, encounter, "drafted")
    return str(encounter)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    silence = write_wav(tmp_path_factory.mktemp("microphone") / "silence.wav", np.zeros(16_000), 16_000)
    with chromium(silence) as browser:
        yield browser


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[PageProcess, str]]:
    server = PageProcess(tmp_path_factory.mktemp("server") / "data", free_port())
    store = Store.open(settings(server.data_dir, server.port))
    encounter = prepare(store)
    store.close()
    with running(server):
        yield server, encounter


def signed_in(browser: Browser, server: PageProcess, where: str, name: str) -> tuple[Page, list[str]]:
    page, problems = watched_page(browser, viewport={"width": 1280, "height": 900})
    page.goto(f"{server.base}/#/{where}")
    page.get_by_label("User name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    return page, problems


def test_a_clinician_chooses_a_format_rewrites_reads_documents_and_asks(
    browser: Browser, server: tuple[PageProcess, str]
) -> None:
    process, encounter = server
    page, problems = signed_in(browser, process, f"encounters/{encounter}", "ada")
    tools = page.get_by_role("region", name="Write and ask")

    tools.get_by_role("button", name="Format").click()
    tools.get_by_label("Format of the note").select_option("apso")
    expect(page.locator(".note-section h3").first).to_have_text("Assessment")
    assert accessibility_faults(page) == []

    tools.get_by_role("button", name="Rewrite").click()
    tools.get_by_label("Or say how").fill("leave out the gout")
    tools.locator("form").get_by_role("button", name="Rewrite").click()
    expect(tools.get_by_text("0 new, 1 set aside.")).to_be_visible()
    expect(page.locator(".paper").get_by_text("Father: gout.")).to_have_count(0)
    tools.get_by_label("Or say how").fill("add warfarin 50 mg")
    tools.locator("form").get_by_role("button", name="Rewrite").click()
    expect(page.get_by_role("alert")).to_contain_text("What nobody said cannot be added")
    page.get_by_role("button", name="Dismiss").click()
    assert accessibility_faults(page) == []

    tools.get_by_role("button", name="Documents").click()
    summary = tools.get_by_role("article", name="After-visit summary")
    expect(summary.get_by_role("button", name="Wear-and-tear arthritis (osteoarthritis).")).to_be_visible()
    tools.get_by_role("button", name="Referral letter").click()
    line = tools.get_by_role("article", name="Referral letter").get_by_role("button", name="Refer to physical therapy.")
    line.click()
    expect(line).to_have_attribute("aria-pressed", "true")
    assert accessibility_faults(page) == []

    tools.get_by_role("button", name="Ask").click()
    tools.get_by_label("Ask about this visit").fill("How long has the knee hurt?")
    page.keyboard.press("Enter")
    expect(tools.locator("q").first).to_have_text(TURNS[0].text)
    expect(tools.locator("q").nth(1)).to_have_text(TURNS[1].text)
    tools.get_by_label("Ask about this visit").fill("Does she take warfarin?")
    page.keyboard.press("Enter")
    expect(tools.get_by_text("Not said in this visit.")).to_be_visible()
    assert accessibility_faults(page) == []
    page.set_viewport_size({"width": 320, "height": 640})
    page.get_by_role("navigation").get_by_role("button", name="Note").click()
    assert_fits(page, 320)
    page.context.close()
    assert problems == []


def test_an_administrator_makes_a_format_and_sees_the_sample_visit_in_it(
    browser: Browser, server: tuple[PageProcess, str]
) -> None:
    process, _ = server
    page, problems = signed_in(browser, process, "formats", "root")
    preview = page.get_by_role("region", name="The sample visit in this format")
    expect(preview).to_contain_text("Reviewed and approved")
    page.get_by_label("Short name").fill("ours")
    page.get_by_label("Title", exact=True).fill("Our note")
    page.get_by_label("Title of section 3").fill("What was told")
    expect(preview).to_contain_text("OUR NOTE")
    expect(preview).to_contain_text("WHAT WAS TOLD")
    page.get_by_label("Words to aim at").fill("60")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved as version 1.")).to_be_visible()
    page.get_by_label("Title of section 3").fill("Warfarin 50 mg")
    expect(preview.get_by_role("alert")).to_contain_text("without figures")
    assert accessibility_faults(page) == []
    page.context.close()
    assert problems == []
