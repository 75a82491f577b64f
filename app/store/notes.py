"""Notes: every version kept, none overwritten, the signed one fixed for good."""

from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256 as sha256_of

from sqlalchemy import Connection, RowMapping, func, insert, select, update

from app.errors import Conflict, NotFound
from app.records import Signing, StoredNote
from app.security.envelope import Context
from app.store import codec, schema
from app.store.heard import Heard
from app.store.templates import Templates, find_template
from app.wire import views
from app.wire.messages import NoteEvent
from visit.ids import EncounterId, SentenceId, UserId
from visit.notes import Note

NO_STALE: frozenset[SentenceId] = frozenset()


class Notes(Templates, Heard):
    """Note versions, the formats they are written in, and signatures. Every new version is told."""

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
            version, edited = self._standing(connection, encounter)
            if edited if base_version is None else base_version != version:
                raise changed_meanwhile(version)
            written = StoredNote(version + 1, note, drafter, stale=stale)
            return self._add_note(connection, actor, encounter, written, edited=base_version is not None)

    def set_template(self, actor: UserId, encounter: EncounterId, template: str) -> None:
        """Choose the format that a visit's note is written in; the note itself is not touched."""
        with self._database.change() as connection:
            self._refuse_signed(self._row(connection, encounter))
            self._choose(connection, actor, encounter, template)

    def save_layout(self, actor: UserId, encounter: EncounterId, template: str, relaid: StoredNote) -> int:
        """Choose a visit's format and keep the same note in it: ``relaid`` holds the version it was made from.

        A draft stays a draft, which a later one may follow. Raises like :meth:`save_note`, and then nothing was kept.
        """
        with self._database.change() as connection:
            version, edited = self._standing(connection, encounter)
            if relaid.version != version:
                raise changed_meanwhile(version)
            self._choose(connection, actor, encounter, template)
            return self._add_note(connection, actor, encounter, replace(relaid, version=version + 1), edited=edited)

    def note(self, encounter: EncounterId, version: int | None = None) -> StoredNote:
        """One version of the note, or the newest; raises :class:`NotFound` when there is none."""
        with self._database.read() as connection:
            self._row(connection, encounter)
            row = self._last(connection, encounter, version)
            if row is None:
                raise NotFound("There is no note yet.", code="not_found.note")
            context = Context(encounter, "note", version=row["version"])
            body = codec.NOTE.validate_json(self._open(connection, context, row["sealed"]))
            find_template(connection, body.note.template)
            signed = connection.execute(
                select(schema.signatures.c.version).where(schema.signatures.c.encounter == encounter)
            ).scalar()
        return StoredNote(row["version"], body.note, row["drafter"], signed == row["version"], frozenset(body.stale))

    def drafted(self, encounter: EncounterId) -> StoredNote:
        """The newest version that no person edited; raises :class:`NotFound` when there is no note."""
        table = schema.notes
        with self._database.read() as connection:
            version = connection.execute(
                select(func.max(table.c.version)).where(table.c.encounter == encounter, table.c.edited == 0)
            ).scalar()
        return self.note(encounter, version)

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

    def _choose(self, connection: Connection, actor: UserId, encounter: EncounterId, template: str) -> None:
        table = schema.encounters
        connection.execute(update(table).where(table.c.id == encounter).values(template=template))
        self._record(connection, actor, "template.chosen", f"encounter:{encounter}", template=template)

    def _standing(self, connection: Connection, encounter: EncounterId) -> tuple[int, bool]:
        """The newest version, 0 when there is none, and whether a person wrote it; refuses a signed note."""
        self._refuse_signed(self._row(connection, encounter))
        last = self._last(connection, encounter)
        return (last["version"], bool(last["edited"])) if last else (0, False)

    def _add_note(
        self, connection: Connection, actor: UserId, encounter: EncounterId, stored: StoredNote, *, edited: bool
    ) -> int:
        context = Context(encounter, "note", version=stored.version)
        body = codec.NOTE.dump_json(codec.NoteBody(stored.note, tuple(sorted(stored.stale))))
        connection.execute(
            insert(schema.notes).values(
                encounter=encounter,
                version=stored.version,
                by=actor,
                drafter=stored.drafter,
                edited=int(edited),
                at=self._now(),
                sealed=self._seal(connection, context, body),
            )
        )
        action = "note.edited" if edited else "note.drafted"
        self._record(connection, actor, action, f"encounter:{encounter}", version=stored.version)
        find_template(connection, stored.note.template)
        findings = [views.finding_view(finding) for finding in self._findings(connection, encounter)]
        self._tell(connection, encounter, NoteEvent(note=views.note_view(stored), findings=findings))
        return stored.version

    def _last(self, connection: Connection, encounter: EncounterId, version: int | None = None) -> RowMapping | None:
        table = schema.notes
        query = select(table).where(table.c.encounter == encounter).order_by(table.c.version.desc()).limit(1)
        if version is not None:
            query = query.where(table.c.version == version)
        return connection.execute(query).mappings().first()

    def _refuse_signed(self, row: RowMapping) -> None:
        if row["state"] in ("signed", "filed"):
            raise Conflict("The note is signed; it can no longer change.", code="conflict.signed")


def changed_meanwhile(version: int) -> Conflict:
    """The refusal of a note made from another version than the newest, ``version``."""
    return Conflict("The note changed meanwhile. Read it again.", code="conflict.version", version=version)
