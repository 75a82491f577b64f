"""Signed checkpoints of the audit chain, one JSON line each, to be kept where the record is not.

A chain cannot show by itself that its newest entries were cut off, or that whoever holds the keys wrote all of it
anew. A checkpoint says "at this time entry ``number`` had this ``head``", signed with Ed25519 (RFC 8032): against it
both show. The signing key is derived from the master key and changes when that does; the audit log names both.
"""

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from app.errors import Broken
from app.records import AuditEntry
from app.security import chain
from app.settings import Settings

DOMAIN = b"sidenote audit checkpoint 1\n"
FILE = "checkpoints.jsonl"
ROTATED = "keys.rotated"
"""The audit action whose ids ``from`` and ``to`` name the signing keys before and after."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Where the chain stood. ``key`` is the public key and ``signature`` its signature, both in hex."""

    number: int
    head: str
    at: str
    key: str
    signature: str

    def signed_bytes(self) -> bytes:
        """What the signature covers."""
        fields = {"number": self.number, "head": self.head, "at": self.at}
        return DOMAIN + json.dumps(fields, sort_keys=True, separators=(",", ":")).encode()


class Signer:
    """Signs checkpoints."""

    def __init__(self, seed: bytes) -> None:
        """``seed`` is the 32 bytes of the signing key."""
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()

    def sign(self, number: int, head: str, at: str) -> Checkpoint:
        """A checkpoint of this place in the chain."""
        unsigned = Checkpoint(number, head, at, self.public, "")
        return Checkpoint(number, head, at, self.public, self._key.sign(unsigned.signed_bytes()).hex())


def file_of(settings: Settings) -> Path:
    """Where checkpoints are appended."""
    return settings.audit_checkpoints or settings.data_dir / FILE


def append(path: Path, checkpoint: Checkpoint) -> None:
    """Add a checkpoint to the end of a file; on disk when this returns."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(handle, json.dumps(asdict(checkpoint)).encode("ascii") + b"\n")
        os.fsync(handle)
    finally:
        os.close(handle)


def read(path: Path) -> tuple[Checkpoint, ...]:
    """The checkpoints of a file, none when there is no file. A last line that a crash left unfinished is passed over.

    Raises :class:`Broken` when any other line is no checkpoint.
    """
    if not path.exists():
        return ()
    *lines, last = path.read_bytes().split(b"\n")
    if last:
        lines = [*lines, last] if _is_whole(last) else lines
    try:
        return tuple(Checkpoint(**json.loads(line)) for line in lines if line)
    except (ValueError, TypeError):
        raise Broken("The checkpoint file is damaged.", code="broken.checkpoints") from None


def verify(entries: Iterable[AuditEntry], checkpoints: Sequence[Checkpoint], trusted: str) -> tuple[int, bytes]:
    """Follow the chain and hold it against the checkpoints; return its last number and head.

    ``trusted`` is the public key of today, in hex; keys that it replaced count as far as the chain names them.
    Raises :class:`Broken`: ``broken.audit`` where the chain does not follow, ``broken.audit_cut`` when it ends before
    a checkpoint, ``broken.audit_rewritten`` when it passes a checkpoint differently, ``broken.checkpoints`` when a
    signature is wrong or by an unknown key.
    """
    heads = dict.fromkeys((point.number for point in checkpoints), "")
    heads[0] = chain.GENESIS.hex()
    known = {trusted}

    def watched() -> Iterator[AuditEntry]:
        for entry in entries:
            if entry.number in heads:
                heads[entry.number] = entry.head
            if entry.action == ROTATED:
                known.add(entry.ids.get("from", ""))
            yield entry

    number, head = chain.verify(watched())
    for point in checkpoints:
        _require_signature(point, known)
        if point.number > number:
            raise Broken("The audit log ends before a checkpoint.", code="broken.audit_cut", number=number)
        if heads[point.number] != point.head:
            raise Broken("The audit log differs from a checkpoint.", code="broken.audit_rewritten", number=point.number)
    return number, head


def _require_signature(point: Checkpoint, known: set[str]) -> None:
    if point.key not in known:
        raise Broken("A checkpoint was signed by an unknown key.", code="broken.checkpoints", number=point.number)
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(point.key))
        key.verify(bytes.fromhex(point.signature), point.signed_bytes())
    except (InvalidSignature, ValueError):
        raise Broken("A checkpoint's signature is wrong.", code="broken.checkpoints", number=point.number) from None


def _is_whole(line: bytes) -> bool:
    try:
        json.loads(line)
    except ValueError:
        return False
    return True
