"""What takes longest is begun first, so that no test process waits for another at the end.

Invented examples are the same in every run, however slow the machine is; ``SIDENOTE_TEST_EXAMPLES`` and
``--hypothesis-seed`` ask for others.
"""

import os

import pytest
from hypothesis import settings

LONG = ("test_demo.py", "browser/", "fault/", "app/smart/", "app/ehr/", "app/cli/")


def pytest_configure(config: pytest.Config) -> None:
    """Hypothesis sets no time limit on an example, which a busy machine exceeds; its own profile for that is ``ci``."""
    searching = "SIDENOTE_TEST_EXAMPLES" in os.environ or config.getoption("--hypothesis-seed", None) is not None
    settings.register_profile("sidenote", settings.get_profile("ci"), derandomize=not searching)
    settings.load_profile("sidenote")
    for name in ("NO_PROXY", "no_proxy"):  # what the tests start is on this machine, whatever the way out of it
        os.environ[name] = ",".join(filter(None, (os.environ.get(name), "127.0.0.1,localhost")))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files first; otherwise the order stays."""
    items.sort(key=lambda item: next((i for i, part in enumerate(LONG) if part in item.nodeid), len(LONG)))
