"""The service: it alone composes the rooms, and it has no clinical logic of its own."""
