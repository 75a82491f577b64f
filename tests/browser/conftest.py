"""One browser for the tests of a file: Playwright holds an event loop for as long as it lives."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect
from support.browser import chromium, ramp

expect.set_options(timeout=30_000)
"""A condition that never comes fails late; a busy machine fails nothing."""


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Its microphone plays the ramp."""
    with chromium(ramp(tmp_path_factory.mktemp("microphone") / "ramp.wav")) as browser:
        yield browser
