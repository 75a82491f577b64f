"""Equal values of a kind have equal hashes under one key, and nothing else has."""

import pytest

from app.security.blind import BlindIndex

pytestmark = pytest.mark.unit


def test_equal_values_of_a_kind_are_found_under_the_same_key_only() -> None:
    one, other = BlindIndex(bytes(32)), BlindIndex(bytes(31) + b"\x01")
    found = {one.of("patient", "p-1"), one.of("patient", "p-2"), one.of("visit", "p-1"), other.of("patient", "p-1")}
    assert len(found) == 4
    assert one.of("patient", "p-1") == BlindIndex(bytes(32)).of("patient", "p-1")
    assert not any("p-1" in hashed for hashed in found)
