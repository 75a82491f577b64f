"""One browser for the tests of a file: Playwright holds an event loop for as long as it lives."""

import contextlib
import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Error, expect
from support.browser import PATIENCE_MS, chromium, keep_picture, open_pages, ramp

expect.set_options(timeout=PATIENCE_MS)

FAILED = pytest.StashKey[str]()


def pytest_configure(config: pytest.Config) -> None:
    """Know the mark of files whose tests are the steps of one journey."""
    config.addinivalue_line("markers", "steps: the tests of this file go on where the one before ended")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Try a browser test that fails once more: a busy machine may be to blame. Both attempts are told.

    What needed a second attempt is a defect to be found, not a pass. Steps of a journey cannot be tried alone.
    """
    for item in items:
        if item.get_closest_marker("browser") and not item.get_closest_marker("steps"):
            item.add_marker(pytest.mark.flaky(reruns=1))


def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> None:
    """Keep a picture of every page when a test fails, and remember which step of a journey failed."""
    if call.excinfo is None:
        return
    if "PYTEST_CURRENT_TEST" in os.environ:  # not for a step that was not begun because the one before it failed
        for page in open_pages():
            with contextlib.suppress(Error):
                keep_picture(page, failed=True)
    if item.get_closest_marker("steps") and item.parent is not None:
        item.parent.stash.setdefault(FAILED, item.name)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A step after one that failed says so, at once."""
    earlier = item.parent.stash.get(FAILED, None) if item.parent is not None else None
    if earlier is not None:
        pytest.fail(f"the step before, {earlier}, failed", pytrace=False)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Its microphone plays the ramp."""
    with chromium(ramp(tmp_path_factory.mktemp("microphone") / "ramp.wav")) as browser:
        yield browser
