"""Benches of hearing."""
