"""Signed checkpoints: what a chain cannot show alone shows against them."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.errors import Broken
from app.records import AuditEntry
from app.security import chain, checkpoints
from app.security.checkpoints import Checkpoint, Signer

pytestmark = pytest.mark.unit

SIGNER, OTHER = Signer(bytes(range(32))), Signer(bytes(32))
AT = "2026-01-01T00:00:00+00:00"


def log(length: int, salt: str = "", rotated_at: int = 0) -> list[AuditEntry]:
    entries: list[AuditEntry] = []
    head = chain.GENESIS
    for number in range(1, length + 1):
        rotates = number == rotated_at
        ids = {"from": OTHER.public, "to": SIGNER.public} if rotates else {"n": f"{number}{salt}"}
        action = checkpoints.ROTATED if rotates else "encounter.read"
        entry = AuditEntry(number, datetime(2026, 1, 1, tzinfo=UTC), "u", action, "encounter:x", ids, "")
        head = chain.link(head, entry)
        entries.append(replace(entry, head=head.hex()))
    return entries


def points(entries: list[AuditEntry], *numbers: int, signer: Signer = SIGNER) -> list[Checkpoint]:
    return [signer.sign(number, entries[number - 1].head, AT) for number in numbers]


def test_an_intact_log_holds() -> None:
    entries = log(9)
    assert checkpoints.verify(entries, points(entries, 3, 9), SIGNER.public) == (9, bytes.fromhex(entries[-1].head))


def test_an_empty_log_has_a_checkpoint_too() -> None:
    empty = SIGNER.sign(0, chain.GENESIS.hex(), AT)
    assert checkpoints.verify([], [empty], SIGNER.public)[0] == 0


def test_a_removed_tail_is_found() -> None:
    entries = log(9)
    with pytest.raises(Broken) as cut:
        checkpoints.verify(entries[:6], points(entries, 3, 7), SIGNER.public)
    assert (cut.value.code, cut.value.extra) == ("broken.audit_cut", {"number": 6})


def test_a_log_written_anew_is_found() -> None:
    with pytest.raises(Broken) as forged:
        checkpoints.verify(log(9, salt="x"), points(log(9), 5), SIGNER.public)
    assert (forged.value.code, forged.value.extra) == ("broken.audit_rewritten", {"number": 5})


@pytest.mark.parametrize("change", [{"number": 4}, {"head": "00" * 32}, {"at": "2027"}, {"signature": "ab" * 64}])
def test_a_changed_checkpoint_is_found(change: dict[str, object]) -> None:
    entries = log(9)
    (point,) = points(entries, 5)
    with pytest.raises(Broken) as forged:
        checkpoints.verify(entries, [replace(point, **change)], SIGNER.public)  # type: ignore[arg-type]
    assert forged.value.code == "broken.checkpoints"


def test_a_strangers_checkpoint_is_found() -> None:
    entries = log(9)
    with pytest.raises(Broken, match="unknown key"):
        checkpoints.verify(entries, points(entries, 5, signer=OTHER), SIGNER.public)


def test_a_key_that_the_log_retired_still_counts() -> None:
    entries = log(9, rotated_at=6)
    both = [*points(entries, 5, signer=OTHER), *points(entries, 8)]
    assert checkpoints.verify(entries, both, SIGNER.public)[0] == 9


def test_a_file_of_them(tmp_path: Path) -> None:
    path = tmp_path / "elsewhere" / "checkpoints.jsonl"
    assert checkpoints.read(path) == ()
    made = points(log(5), 2, 5)
    for point in made:
        checkpoints.append(path, point)
    assert checkpoints.read(path) == tuple(made)
    assert oct(path.stat().st_mode & 0o777) == "0o600"
    whole = path.read_bytes()
    path.write_bytes(whole + whole[:40])
    assert checkpoints.read(path) == tuple(made), "a line that a crash cut short is passed over"
    path.write_bytes(whole[:40] + b"\n" + whole)
    with pytest.raises(Broken):
        checkpoints.read(path)
