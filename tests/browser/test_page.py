"""The page against a real server on deterministic engines: cut lines, reloads, refusals, narrow windows."""

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from support.browser import (
    PERIOD,
    RATE,
    accessibility_faults,
    assert_fits,
    clock,
    until,
    wait_for_clock,
    watched_page,
)
from support.cable import Cable
from support.page_server import PageProcess as Process
from support.page_server import running, start
from support.server import PASSWORD, prepare, settings

from app.ehr.sandbox import free_port
from app.settings import Settings
from app.store import Store
from visit.charts import Chart
from visit.ids import EncounterId, PatientId, UserId

pytestmark = pytest.mark.browser

STANDS_STILL = """() => {
    const now = document.querySelector("[role=timer]").textContent;
    if (now !== window.shown) [window.shown, window.since] = [now, performance.now()];
    return performance.now() - window.since > 1500;
}"""
"""The recorder's clock has not moved for longer than a second."""


SILENT = """() => {
    const Node = AudioWorkletNode;
    window.AudioWorkletNode = class extends Node {
        constructor(...how) {
            super(...how);
            const { port } = this;
            let hear = () => undefined;
            Object.defineProperty(port, "onmessage", { set: handler => (hear = handler) });
            port.addEventListener("message", ({ data }) => {
                if (data === "flushed") return hear({ data });
                for (let time = 0; time < 10; time++)
                    hear({ data: { pcm: new Int16Array(data.pcm.length), level: 0 } });
            });
            port.start();
        }
    };
}"""
"""A microphone that hears nothing, ten times as fast as time goes."""


@pytest.fixture
def cable() -> Iterator[Cable]:
    """The line between page and server."""
    with Cable(free_port()) as cable:
        yield cable


@pytest.fixture
def server(tmp_path: Path, cable: Cable) -> Iterator[Process]:
    server = Process(tmp_path / "data", cable.target)
    server.origins = [cable.base]
    store = Store.open(settings(server.data_dir, server.port))
    server.encounters = prepare(store)  # type: ignore[attr-defined]
    ada = next(user for user in store.users() if user.username == "ada")
    server.unasked, server.later = open_without_consent(store, ada.id)  # type: ignore[attr-defined]
    store.close()
    with running(server):
        yield server


@pytest.fixture
def page(server: Process, cable: Cable, browser: Browser) -> Iterator[Page]:
    page, problems = watched_page(browser, viewport={"width": 1280, "height": 800})
    page.goto(f"{cable.base}/#/encounters/{server.encounters[0]}")  # type: ignore[attr-defined]
    page.get_by_label("User name").fill("ada")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    yield page
    page.context.close()
    assert problems == []


def record(server: Process, page: Page, seconds: int) -> None:
    """Record until the page shows so many seconds and the server has begun to keep them."""
    page.get_by_role("button", name="Record visit").click()
    wait_for_clock(page, seconds)
    until(page, lambda: len(stored_audio(server)) > 0, "sound that the server keeps")


def test_a_cut_line_and_a_killed_server_cost_no_sample(server: Process, cable: Cable, page: Page) -> None:
    record(server, page, 2)
    cable.cut()
    expect(page.get_by_text("Line lost")).to_be_visible()
    expect(page.get_by_text(re.compile(r"still recording, 0:(0[1-9]|[1-5]\d) safe here"))).to_be_visible()
    assert accessibility_faults(page) == []
    cable.mend()
    expect(page.get_by_text("Line lost")).to_have_count(0)
    wait_for_clock(page, clock(page) + 1)
    server.kill()
    expect(page.get_by_text("Line lost")).to_be_visible()
    expect(page.get_by_text("safe here")).to_be_visible()
    wait_for_clock(page, clock(page) + 3)
    start(server)
    expect(page.get_by_text("Line lost")).to_have_count(0)
    wait_for_clock(page, max(9, clock(page) + 1))
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("button", name="Review and sign")).to_be_visible()
    assert_gapless(stored_audio(server))
    until(page, lambda: held_in_browser(page) == 0, "an empty outbox")


def test_a_reloaded_page_goes_on_where_it_was(server: Process, page: Page) -> None:
    record(server, page, 2)
    page.once("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(page.get_by_text("No recorder is running on this page")).to_be_visible()
    page.get_by_role("button", name="Go on recording").click()
    wait_for_clock(page, 4)
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_text("Paused", exact=True)).to_be_visible()
    page.wait_for_function(STANDS_STILL)
    paused = clock(page)
    page.get_by_role("button", name="Resume").click()
    wait_for_clock(page, paused + 2)
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("button", name="Review and sign")).to_be_visible()
    assert len(stored_audio(server)) / RATE >= paused + 2


def test_a_visit_left_while_the_line_was_down_is_sent_and_ended_later(server: Process, page: Page) -> None:
    record(server, page, 2)
    server.kill()
    wait_for_clock(page, 5)
    page.once("dialog", lambda dialog: dialog.accept())
    start(server)
    page.reload()
    page.get_by_role("button", name="End the visit").click()
    expect(page.get_by_role("button", name="Review and sign")).to_be_visible()
    audio = stored_audio(server)
    assert len(audio) >= 4.8 * RATE
    assert_gapless(audio)


def test_a_silent_microphone_is_said_and_makes_no_note(server: Process, page: Page) -> None:
    expect(page.get_by_role("button", name="Record visit")).to_be_visible()
    page.evaluate(SILENT)
    page.get_by_role("button", name="Record visit").click()
    expect(page.get_by_text("No sound for 30 seconds.")).to_be_visible()
    assert clock(page) >= 30
    assert accessibility_faults(page) == []
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("nothing was said that could be written down")).to_be_visible()
    expect(page.get_by_role("button", name="Record visit")).to_be_visible()
    assert accessibility_faults(page) == []


def test_nothing_is_recorded_without_consent_and_a_refusal_is_remembered(
    server: Process, cable: Cable, page: Page
) -> None:
    page.goto(f"{cable.base}/#/encounters/{server.unasked}")  # type: ignore[attr-defined]
    page.get_by_role("button", name="Patient declines").click()
    expect(page.get_by_role("heading", name="The patient declined to be recorded")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="The patient declined to be recorded")).to_be_visible()
    expect(page.get_by_role("button", name="Record visit")).to_have_count(0)
    assert accessibility_faults(page) == []
    page.goto(f"{cable.base}/#/encounters/{server.later}")  # type: ignore[attr-defined]
    expect(page.get_by_text("At an earlier visit this patient declined to be recorded")).to_be_visible()
    page.set_viewport_size({"width": 320, "height": 640})
    agrees, declines = (page.get_by_role("button", name=f"Patient {answer}") for answer in ("agrees", "declines"))
    assert_fits(page, 320)
    assert top(agrees) == top(declines), "the two answers stand side by side"
    assert accessibility_faults(page) == []


def top(shown: Locator) -> float:
    box = shown.bounding_box()
    assert box is not None
    return box["y"]


def test_a_list_that_cannot_be_read_says_so_and_an_empty_one_too(page: Page) -> None:
    expect(page.get_by_role("button", name="Record visit")).to_be_visible()
    page.get_by_role("link", name="Visits").click()
    expect(page.get_by_role("alert")).to_contain_text("The schedule could not be read.")
    assert accessibility_faults(page) == []
    page.route("**/api/encounters", lambda route: route.fulfill(status=500, json={"detail": "It broke."}))
    page.get_by_role("button", name="Refresh").click()
    expect(page.get_by_text("It broke.")).to_be_visible()
    assert accessibility_faults(page) == []
    for list_ in ("encounters", "schedule"):
        page.unroute(f"**/api/{list_}")
        page.route(f"**/api/{list_}", lambda route: route.fulfill(json=[]))
    page.get_by_role("button", name="Refresh").click()
    expect(page.get_by_text("No visits are scheduled.")).to_be_visible()
    expect(page.get_by_text("Opened earlier")).to_have_count(0)
    assert accessibility_faults(page) == []


def test_a_panel_that_was_closed_goes_on_when_it_is_opened_again(server: Process, cable: Cable, page: Page) -> None:
    record(server, page, 2)
    again = page.context.new_page()
    page.close()
    again.goto(f"{cable.base}/#/encounters/{server.encounters[0]}")  # type: ignore[attr-defined]
    again.get_by_role("button", name="Go on recording").click()
    wait_for_clock(again, 3)
    again.get_by_role("button", name="Stop").click()
    expect(again.get_by_role("button", name="Review and sign")).to_be_visible()
    assert len(stored_audio(server)) / RATE > 3


def test_a_second_tab_does_not_record_as_well(server: Process, page: Page) -> None:
    record(server, page, 1)
    other = page.context.new_page()
    other.goto(page.url)
    other.get_by_role("button", name="Go on recording").click()
    expect(other.get_by_text("Another tab of this browser is recording already")).to_be_visible()
    other.close()
    expect(page.get_by_text("Recording", exact=True).first).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("button", name="Review and sign")).to_be_visible()


def test_a_draft_can_be_read_and_reached_with_the_keyboard_on_a_narrow_panel(server: Process, page: Page) -> None:
    record(server, page, 2)
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("button", name="Review and sign")).to_be_visible()
    page.set_viewport_size({"width": 320, "height": 640})
    for part in ("Transcript", "Note", "Findings"):
        page.get_by_role("navigation").get_by_role("button", name=part).click()
        assert_fits(page, 320)
        assert accessibility_faults(page) == []
    page.get_by_role("navigation").get_by_role("button", name="Note").click()
    page.get_by_role("textbox", name="History of present illness").focus()
    expect(page.get_by_role("list", name="Where it was said")).to_be_visible()
    page.emulate_media(color_scheme="dark")
    assert accessibility_faults(page) == []


def open_without_consent(store: Store, owner: UserId) -> list[str]:
    """Two visits of one patient."""
    chart = Chart(PatientId("p-1"), "Juniper Example")
    return [str(store.open_encounter(owner, f"ehr-unasked-{number}", chart, "soap").id) for number in (1, 2)]


def stored_audio(server: Process) -> np.ndarray:
    """What the server stored, as samples."""
    store = Store.open(Settings(data_dir=server.data_dir))
    try:
        return np.frombuffer(store.audio(EncounterId(server.encounters[0])), "<i2")  # type: ignore[attr-defined]
    finally:
        store.close()


def assert_gapless(audio: np.ndarray) -> None:
    """Between the ramp's falls, every fall is one period after the last: no chunk is missing or doubled.

    A chunk holds 1600 samples; a browser on a busy machine may itself slip by a few blocks of 160.
    """
    middle = audio[RATE:].astype(int)
    falls = np.flatnonzero(np.diff(middle) < -8_000)
    first_of_each = falls[np.insert(np.diff(falls) > 100, 0, True)]
    steps = np.diff(first_of_each)
    assert len(steps) >= 8
    assert steps[np.abs(steps - PERIOD) > 480].tolist() == []


def held_in_browser(page: Page) -> int:
    """Chunks that the browser still holds."""
    count = page.evaluate(
        """() => new Promise(done => {
            const opened = indexedDB.open("sidenote");
            opened.onsuccess = () => {
                const count = opened.result.transaction("chunks").objectStore("chunks").count();
                count.onsuccess = () => done(count.result);
                opened.result.close();
            };
        })"""
    )
    return int(count)
