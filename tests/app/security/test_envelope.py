"""Envelope encryption: sealed blobs open in their place, whole, with their key, and nowhere else."""

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from app.errors import Broken
from app.security.envelope import NONCE_BYTES, Context, DataKey, Wrapper
from visit.ids import EncounterId

pytestmark = pytest.mark.unit

KEY = bytes(range(32))
PLACE = Context(EncounterId("e1"), "note", 3, 2)


@given(st.binary(max_size=2000))
def test_what_was_sealed_opens(plain: bytes) -> None:
    sealed = DataKey(KEY).seal(PLACE, plain)
    assert DataKey(KEY).open(PLACE, sealed) == plain
    assert len(sealed) == NONCE_BYTES + len(plain) + 16


def test_it_is_aes_gcm_with_the_bound_context() -> None:
    sealed = DataKey(KEY).seal(PLACE, b"quokka")
    assert AESGCM(KEY).decrypt(sealed[:12], sealed[12:], b"e1|note|3|2") == b"quokka"


@pytest.mark.parametrize(
    "elsewhere",
    [
        replace(PLACE, encounter=EncounterId("e2")),
        replace(PLACE, kind="transcript"),
        replace(PLACE, seq=4),
        replace(PLACE, version=1),
        replace(PLACE, seq=2, version=3),
    ],
)
def test_moved_blobs_do_not_open(elsewhere: Context) -> None:
    sealed = DataKey(KEY).seal(PLACE, b"quokka")
    with pytest.raises(Broken) as broken:
        DataKey(KEY).open(elsewhere, sealed)
    assert broken.value.code == "broken.sealed"


@given(st.integers(0, 12 + 6 + 16 - 1), st.integers(0, 7))
def test_no_bit_may_change(place: int, bit: int) -> None:
    sealed = bytearray(DataKey(KEY).seal(PLACE, b"quokka"))
    sealed[place] ^= 1 << bit
    with pytest.raises(Broken):
        DataKey(KEY).open(PLACE, bytes(sealed))


@pytest.mark.parametrize("length", [0, 5, 12, 20, 33])
def test_cut_blobs_do_not_open(length: int) -> None:
    with pytest.raises(Broken):
        DataKey(KEY).open(PLACE, DataKey(KEY).seal(PLACE, b"quokka")[:length])


def test_another_key_does_not_open() -> None:
    with pytest.raises(Broken):
        DataKey(bytes(32)).open(PLACE, DataKey(KEY).seal(PLACE, b"quokka"))


def test_nonces_do_not_repeat() -> None:
    key = DataKey(KEY)
    assert len({key.seal(PLACE, b"")[:NONCE_BYTES] for _ in range(5000)}) == 5000


def test_a_wrapped_key_works_for_its_encounter_only() -> None:
    one, two = EncounterId("e1"), EncounterId("e2")
    wrapper = Wrapper(KEY)
    wrapped = wrapper.create(one)
    sealed = wrapper.unwrap(one, wrapped).seal(PLACE, b"quokka")
    assert Wrapper(KEY).unwrap(one, wrapped).open(PLACE, sealed) == b"quokka"
    for opener, encounter, blob in ((wrapper, two, wrapped), (Wrapper(bytes(32)), one, wrapped), (wrapper, one, b"")):
        with pytest.raises(Broken):
            opener.unwrap(encounter, blob)


def test_every_encounter_has_a_key_of_its_own() -> None:
    wrapper = Wrapper(KEY)
    keys = [wrapper.unwrap(EncounterId("e1"), wrapper.create(EncounterId("e1"))) for _ in range(2)]
    with pytest.raises(Broken):
        keys[1].open(PLACE, keys[0].seal(PLACE, b"quokka"))
