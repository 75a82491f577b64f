"""Notes: every version kept, none overwritten, the signed one fixed for good."""

from datetime import UTC, datetime
from hashlib import sha256 as sha256_of

from sqlalchemy import Connection, RowMapping, insert, select

from app.errors import Conflict, NotFound
from app.records import Signing, StoredNote
from app.security.envelope import Context
from app.store import codec, schema
from app.store.part import Part
from visit.ids import EncounterId, SentenceId, UserId
from visit.notes import Note

NO_STALE: frozenset[SentenceId] = frozenset()


class Notes(Part):
    """Note versions and signatures."""

    def save_note(
        self,
        actor: UserId,
        encounter: EncounterId,
        note: Note,
        *,
        drafter: str,
        base_version: int | None,
        stale: frozenset[SentenceId] = NO_STALE,
    ) -> int:
        """Keep a note as the next version; return its number.

        An edit names the version it was made from. A draft passes ``None`` and follows earlier drafts, but never
        an edit. Raises :class:`Conflict`: ``conflict.version`` with the newest ``version`` when the note changed
        meanwhile, ``conflict.signed`` when it is signed.
        """
        with self._database.change() as connection:
            row = self._row(connection, encounter)
            self._refuse_signed(row)
            last = self._last(connection, encounter)
            version = last["version"] if last else 0
            edited = bool(last and last["edited"])
            if edited if base_version is None else base_version != version:
                raise Conflict("The note changed meanwhile. Read it again.", code="conflict.version", version=version)
            context = Context(encounter, "note", version=version + 1)
            body = codec.NOTE.dump_json(codec.NoteBody(note, tuple(sorted(stale))))
            connection.execute(
                insert(schema.notes).values(
                    encounter=encounter,
                    version=version + 1,
                    by=actor,
                    drafter=drafter,
                    edited=int(base_version is not None),
                    at=self._now(),
                    sealed=self._seal(connection, context, body),
                )
            )
            action = "note.drafted" if base_version is None else "note.edited"
            self._record(connection, actor, action, f"encounter:{encounter}", version=version + 1)
        return version + 1

    def note(self, encounter: EncounterId, version: int | None = None) -> StoredNote:
        """One version of the note, or the newest; raises :class:`NotFound` when there is none."""
        with self._database.read() as connection:
            self._row(connection, encounter)
            row = self._last(connection, encounter, version)
            if row is None:
                raise NotFound("There is no note yet.", code="not_found.note")
            context = Context(encounter, "note", version=row["version"])
            body = codec.NOTE.validate_json(self._open(connection, context, row["sealed"]))
            signed = connection.execute(
                select(schema.signatures.c.version).where(schema.signatures.c.encounter == encounter)
            ).scalar()
        return StoredNote(row["version"], body.note, row["drafter"], signed == row["version"], frozenset(body.stale))

    def sign(
        self, actor: UserId, encounter: EncounterId, version: int, sha256: str, attestation: str, text: bytes
    ) -> Signing:
        """Fix ``text`` as the signed note.

        Raises :class:`Conflict`: ``conflict.version`` when ``version`` is not the newest, ``conflict.text`` when
        ``sha256`` is not that of ``text``, ``conflict.signed`` when it is signed already.
        """
        with self._database.change() as connection:
            row = self._row(connection, encounter)
            self._refuse_signed(row)
            last = self._last(connection, encounter)
            if row["state"] != "drafted" or last is None:
                raise Conflict("There is no finished draft to sign.", state=row["state"])
            if last["version"] != version:
                raise Conflict(
                    "The note changed meanwhile. Read it again.", code="conflict.version", version=last["version"]
                )
            if sha256_of(text).hexdigest() != sha256:
                raise Conflict("This is not the text that was shown.", code="conflict.text")
            connection.execute(
                insert(schema.signatures).values(
                    encounter=encounter,
                    version=version,
                    sha256=sha256,
                    by=actor,
                    at=self._now(),
                    attestation=self._seal(
                        connection, Context(encounter, "attestation", version=version), attestation.encode()
                    ),
                    text=self._seal(connection, Context(encounter, "signed text", version=version), text),
                )
            )
            self._record(connection, actor, "note.signed", f"encounter:{encounter}", version=version, sha256=sha256)
            self._move(connection, actor, row, "signed", None)
        return self.signing(encounter)

    def signing(self, encounter: EncounterId) -> Signing:
        """The signature; raises :class:`NotFound` when the note is not signed."""
        with self._database.read() as connection:
            row = self._signature(connection, encounter)
            context = Context(encounter, "attestation", version=row["version"])
            attestation = self._open(connection, context, row["attestation"]).decode()
        at = datetime.fromtimestamp(row["at"], UTC)
        return Signing(row["version"], row["sha256"], attestation, UserId(row["by"]), at)

    def signed_text(self, encounter: EncounterId) -> bytes:
        """The bytes that were signed; raises :class:`NotFound` when the note is not signed."""
        with self._database.read() as connection:
            row = self._signature(connection, encounter)
            return self._open(connection, Context(encounter, "signed text", version=row["version"]), row["text"])

    def _signature(self, connection: Connection, encounter: EncounterId) -> RowMapping:
        table = schema.signatures
        row = connection.execute(select(table).where(table.c.encounter == encounter)).mappings().first()
        if row is None:
            raise NotFound("The note is not signed.", code="not_found.signature")
        return row

    def _last(self, connection: Connection, encounter: EncounterId, version: int | None = None) -> RowMapping | None:
        table = schema.notes
        query = select(table).where(table.c.encounter == encounter).order_by(table.c.version.desc()).limit(1)
        if version is not None:
            query = query.where(table.c.version == version)
        return connection.execute(query).mappings().first()

    def _refuse_signed(self, row: RowMapping) -> None:
        if row["state"] in ("signed", "filed"):
            raise Conflict("The note is signed; it can no longer change.", code="conflict.signed")
