"""The record, open for one command."""

from collections.abc import Iterator
from contextlib import contextmanager

from app.settings import settings
from app.store import Store


@contextmanager
def opened_store() -> Iterator[Store]:
    """The store of the settings, closed in the end."""
    store = Store.open(settings())
    try:
        yield store
    finally:
        store.close()
