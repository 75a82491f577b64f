"""Tokens and their hashes."""

import pytest

from app.security.tokens import Tokens, same

pytestmark = pytest.mark.unit

TOKENS = Tokens(bytes(32))


def test_tokens_are_long_and_differ() -> None:
    made = {TOKENS.new() for _ in range(1000)}
    assert len(made) == 1000
    assert {len(token) for token in made} == {43}


def test_hashes_depend_on_token_purpose_and_key() -> None:
    found = {
        TOKENS.hashed("session", "a"),
        TOKENS.hashed("session", "b"),
        TOKENS.hashed("ticket", "a"),
        Tokens(bytes(31) + b"\x01").hashed("session", "a"),
        TOKENS.csrf("a"),
    }
    assert len(found) == 5
    assert TOKENS.hashed("session", "a") == TOKENS.hashed("session", "a")


def test_same() -> None:
    assert same("abc", "abc")
    assert not same("abc", "abd")
    assert not same("", "abc")
    assert not same("ä", "abc")
