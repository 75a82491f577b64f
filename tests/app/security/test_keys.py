"""The master key: made once, private, and never replaced in silence."""

import hmac
from pathlib import Path

import pytest

from app.errors import Broken
from app.security.keys import Keys, load_keys
from app.settings import Settings

pytestmark = pytest.mark.unit

KEY = "0123456789abcdef" * 4


def make(tmp_path: Path, **options: object) -> Settings:
    return Settings(_env_file=None, data_dir=tmp_path / "data", **options)  # type: ignore[call-arg, arg-type]


def test_derived_keys_differ_and_are_stable() -> None:
    keys, again = Keys.derive(bytes(32)), Keys.derive(bytes(32))
    each = (keys.database, keys.wrapping, keys.tokens, keys.signing, keys.index)
    assert len({*each, bytes(32)}) == 6
    assert keys == again
    assert keys != Keys.derive(bytes(31) + b"\x01")
    assert {len(key) for key in each} == {32}


def test_known_answer() -> None:
    """HKDF by hand (RFC 5869, one block); a change here would lock every database out."""
    extracted = hmac.digest(bytes(32), bytes.fromhex(KEY), "sha256")
    keys = Keys.derive(bytes.fromhex(KEY))
    for purpose in ("database", "wrapping", "tokens", "signing", "index"):
        assert getattr(keys, purpose) == hmac.digest(extracted, b"sidenote/1/" + purpose.encode() + b"\x01", "sha256")


def test_a_key_file_is_made_once(tmp_path: Path) -> None:
    settings = make(tmp_path)
    keys = load_keys(settings, may_create=True)
    path = settings.data_dir / "master.key"
    assert oct(path.stat().st_mode & 0o777) == "0o600"
    assert load_keys(settings, may_create=False) == keys


def test_two_installations_have_two_keys(tmp_path: Path) -> None:
    one, two = make(tmp_path / "one"), make(tmp_path / "two")
    assert load_keys(one, may_create=True) != load_keys(two, may_create=True)


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    settings = make(tmp_path, master_key=KEY)
    assert load_keys(settings, may_create=False) == Keys.derive(bytes.fromhex(KEY))
    assert not settings.data_dir.exists()


def test_a_key_file_elsewhere(tmp_path: Path) -> None:
    path = tmp_path / "elsewhere" / "sidenote.key"
    path.parent.mkdir()
    path.write_text(KEY.upper() + "\n")
    path.chmod(0o400)
    assert load_keys(make(tmp_path, key_file=path), may_create=False) == Keys.derive(bytes.fromhex(KEY))


def test_a_missing_key_is_not_made_for_an_existing_database(tmp_path: Path) -> None:
    with pytest.raises(Broken) as missing:
        load_keys(make(tmp_path), may_create=False)
    assert missing.value.code == "broken.key_missing"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666])
def test_a_key_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    settings = make(tmp_path)
    load_keys(settings, may_create=True)
    (settings.data_dir / "master.key").chmod(mode)
    with pytest.raises(Broken) as open_:
        load_keys(settings, may_create=True)
    assert open_.value.code == "broken.key_mode"


@pytest.mark.parametrize("text", ["", "zz" * 32, KEY[:-1], KEY + "0", "ä" * 64])
def test_a_malformed_key_is_refused_and_not_repeated(tmp_path: Path, text: str) -> None:
    settings = make(tmp_path)
    settings.data_dir.mkdir()
    path = settings.data_dir / "master.key"
    path.write_text(text)
    path.chmod(0o600)
    with pytest.raises(Broken) as malformed:
        load_keys(settings, may_create=True)
    assert not text or text not in str(malformed.value)


def test_keys_do_not_show_themselves() -> None:
    keys = Keys.derive(bytes(32))
    assert keys.database.hex() not in repr(keys)
    assert repr(keys.database) not in repr(keys)
