"""The coder's journey in a real browser, by keyboard alone: from the queue to codes ready for a claim."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect
from support.browser import accessibility_faults, chromium, watched_page, write_wav
from support.page_server import PageProcess as Process
from support.page_server import running
from support.server import PASSWORD, prepare, settings

from app.ehr.sandbox import free_port
from app.store import Store
from app.store.part import SYSTEM
from visit.codes import CodeEvidence, CodeSuggestion
from visit.ids import EncounterId, SentenceId
from visit.notes import Division, Note, NoteSentence, Origin, Verdict
from visit.turns import Speaker, Transcript, Turn

pytestmark = [pytest.mark.browser, pytest.mark.steps]

SENTENCES = (("s1", Division.HISTORY, "Dizzy for two weeks."), ("s2", Division.ASSESSMENT, "Dizziness."))
TURNS = (
    Turn(0, Speaker.CLINICIAN, "How long have you been dizzy?", 0, 16_000),
    Turn(1, Speaker.PATIENT, "Dizzy for two weeks.", 16_000, 40_000),
)


def signed_visit(store: Store) -> str:
    """A signed visit with two suggestions, one of them wrong."""
    (name,) = prepare(store)
    encounter = EncounterId(name)
    ada = next(user for user in store.users() if user.username == "ada")
    store.add_user("cody", "Cody Coder", "coder", PASSWORD)
    store.add_user("dora", "Dora Coder", "coder", PASSWORD)
    for state in ("recording", "finishing"):
        store.set_state(SYSTEM, encounter, state)  # type: ignore[arg-type]
    store.save_transcript(encounter, Transcript(TURNS))
    note = Note(
        tuple(NoteSentence(SentenceId(i), d, t, (0, 1), Verdict.SUPPORTED, Origin.RULES) for i, d, t in SENTENCES)
    )
    store.save_note(ada.id, encounter, note, drafter="rules", base_version=None)
    said = (CodeEvidence("Dizziness", SentenceId("s2"), (0, 1)),)
    codes = (
        CodeSuggestion("R69", "Illness, unspecified", 0.9, "a reason", said),
        CodeSuggestion("H81.10", "Benign paroxysmal vertigo", 0.8, "another reason", said),
    )
    store.save_codes(SYSTEM, encounter, codes)
    store.set_state(SYSTEM, encounter, "drafted")
    text = b"Dizziness."
    store.sign(ada.id, encounter, 1, sha256(text).hexdigest(), "I attest.", text)
    return name


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    server = Process(tmp_path_factory.mktemp("desk") / "data", free_port())
    store = Store.open(settings(server.data_dir, server.port))
    server.visit = signed_visit(store)  # type: ignore[attr-defined]
    store.close()
    with running(server):
        yield server


@pytest.fixture(scope="module")
def page(server: Process, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    silence = write_wav(tmp_path_factory.mktemp("microphone") / "silence.wav", np.zeros(16_000), 16_000)
    with chromium(silence) as browser:
        page, problems = watched_page(browser, viewport={"width": 1360, "height": 900})
        page.goto(server.base)
        yield page
        assert problems == []


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def sign_in(page: Page, username: str) -> None:
    page.get_by_label("User name").fill(username)
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Enter")


def test_a_coder_works_from_queue_to_claim_by_keyboard_alone(server: Process, page: Page) -> None:
    sign_in(page, "cody")
    expect(page.get_by_role("heading", name="Visits to code")).to_be_visible()
    expect(page.get_by_text("2 codes to decide")).to_be_visible()
    assert accessibility_faults(page) == []
    press(page, "o")
    expect(page.get_by_text("Claim the visit to decide about its codes.")).to_be_visible()
    expect(page.get_by_text("Dizzy for two weeks.", exact=True).first).to_be_visible()
    press(page, "c")
    expect(page.get_by_text("Being coded")).to_be_visible()
    press(page, "e")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("R42")
    expect(page.get_by_role("button", name="R42 Dizziness and giddiness")).to_be_visible()
    assert accessibility_faults(page) == []
    press(page, "Enter")
    codes = page.get_by_role("list", name="Codes")
    expect(codes.get_by_role("button", name="R42 Dizziness and giddiness Accepted")).to_be_visible()
    press(page, "j", "j", "r")
    expect(page.get_by_role("button", name="Not assessed today")).to_be_focused()
    press(page, "Enter")
    expect(codes.get_by_text("Rejected")).to_have_count(2)
    press(page, "q")
    expect(page.get_by_role("textbox", name="Ask the clinician")).to_be_focused()
    page.keyboard.type("Since when?")
    press(page, "Control+Enter")
    expect(page.get_by_text("Clinician asked")).to_be_visible()
    assert accessibility_faults(page) == []


def test_the_clinician_answers_and_dismisses_a_hint(server: Process, page: Page) -> None:
    page.get_by_role("button", name="Sign out").click()
    page.goto(f"{server.base}/#/encounters/{server.visit}")  # type: ignore[attr-defined]
    sign_in(page, "ada")
    expect(page.get_by_text("Since when?")).to_be_visible()
    page.get_by_role("button", name="Dismiss: How long has it lasted?").click()
    expect(page.get_by_role("region", name="Could be said more exactly")).to_have_count(0)
    page.get_by_label("Your answer").fill("Two weeks.")
    page.get_by_role("button", name="Answer", exact=True).click()
    expect(page.get_by_text("Since when?")).to_have_count(0)
    page.get_by_role("button", name="Sign out").click()


def test_it_is_finished_and_the_dashboard_counts_honestly(server: Process, page: Page) -> None:
    page.goto(f"{server.base}/#/coding/{server.visit}")  # type: ignore[attr-defined]
    sign_in(page, "cody")
    expect(page.get_by_text("Two weeks.", exact=True)).to_be_visible()
    press(page, "f")
    expect(page.get_by_role("link", name="Download as FHIR")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as CSV").click()
    assert Path(download.value.path()).read_text().splitlines()[1].startswith("1,R42,")
    page.goto(f"{server.base}/#/agreement")
    row = page.get_by_role("region", name="In all").get_by_role("row", name="In all")
    expect(row.get_by_role("cell")).to_have_text(["0 %", "2", "0", "1", "1", "0"])
    assert accessibility_faults(page) == []
    page.goto(f"{server.base}/#/coding")
    expect(page.get_by_text("Nothing waits for a code.")).to_be_visible()
