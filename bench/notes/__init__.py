"""Benches of note drafting."""
