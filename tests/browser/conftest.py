"""One browser for all tests of the page."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser
from support.browser import chromium, ramp


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Its microphone plays the ramp."""
    with chromium(ramp(tmp_path_factory.mktemp("microphone") / "ramp.wav")) as browser:
        yield browser
