"""What takes longest is begun first, so that no test process waits for another at the end."""

import pytest

LONG = ("test_demo.py", "browser/", "fault/", "app/smart/", "app/ehr/", "app/cli/")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files first; otherwise the order stays."""
    items.sort(key=lambda item: next((i for i, part in enumerate(LONG) if part in item.nodeid), len(LONG)))
