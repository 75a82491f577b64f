"""The record: encrypted SQLite with one writer; every change and its audit entry in one transaction."""

from app.store.store import Store

__all__ = ["Store"]
