"""The hash chain of audit entries: ``leaf = SHA256(0x00 ‖ canonical JSON)``, ``head = SHA256(0x01 ‖ prev ‖ leaf)``.

The domain bytes are those of RFC 6962. A flipped bit, a removed middle or a reordered pair changes every later
head. A removed tail alone leaves a valid shorter chain: note ``(number, head)`` elsewhere to detect that.
"""

import json
from collections.abc import Iterable
from datetime import UTC
from hashlib import sha256

from app.errors import Broken
from app.records import AuditEntry

GENESIS = bytes(32)
"""The head before the first entry."""


def canonical(entry: AuditEntry) -> bytes:
    """The entry without its head as canonical JSON: sorted keys, no spaces, UTF-8 (RFC 8785 for these types)."""
    fields = {
        "number": entry.number,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": entry.actor,
        "action": entry.action,
        "target": entry.target,
        "ids": entry.ids,
    }
    return json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def link(previous: bytes, entry: AuditEntry) -> bytes:
    """The head after ``entry``."""
    leaf = sha256(b"\x00" + canonical(entry)).digest()
    return sha256(b"\x01" + previous + leaf).digest()


def verify(entries: Iterable[AuditEntry], *, head: bytes = GENESIS, number: int = 0) -> tuple[int, bytes]:
    """Follow the chain from ``head``; return the last number and head.

    Raises :class:`Broken` (``broken.audit``) at the first entry that does not follow.
    """
    for entry in entries:
        number += 1
        head = link(head, entry)
        if entry.number != number or entry.head != head.hex():
            raise Broken("The audit chain is broken.", code="broken.audit", number=number)
    return number, head
