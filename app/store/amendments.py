"""Amendments: what a clinician signed about a note after it was filed. Numbered, kept, never changed."""

from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256 as sha256_of
from typing import Final

from pydantic import TypeAdapter
from sqlalchemy import Connection, RowMapping, func, insert, select

from app.errors import Conflict, NotFound
from app.records import Amendment
from app.security.envelope import Context
from app.store import schema
from app.store.part import Part, newest
from app.wire.amendments import AmendmentKind
from visit.ids import EncounterId, UserId
from visit.notes import Note
from visit.submissions import SubmissionState


@dataclass(frozen=True, slots=True)
class NewAmendment:
    """An amendment that is about to be signed; see :class:`app.records.Amendment`."""

    kind: AmendmentKind
    text: bytes
    attestation: str
    target: int = 0
    note: Note | None = None


@dataclass(frozen=True)
class _Body:
    """What is sealed of an amendment."""

    text: str
    attestation: str
    note: Note | None


_BODY: Final = TypeAdapter(_Body)


class Amendments(Part):
    """Signed amendments of filed notes."""

    def amend(self, actor: UserId, encounter: EncounterId, new: NewAmendment) -> Amendment:
        """Sign an amendment of a filed note.

        Raises :class:`Conflict`: ``conflict.unfiled`` before the note is filed, ``conflict.amendment`` while an
        earlier amendment is not settled, or when what it is about was retracted.
        """
        with self._database.change() as connection:
            row = self._row(connection, encounter)
            if row["state"] != "filed":
                raise Conflict("Only a note that is filed can be amended.", code="conflict.unfiled")
            self._refuse_unsettled(connection, encounter, new)
            version = connection.execute(
                select(schema.signatures.c.version).where(schema.signatures.c.encounter == encounter)
            ).scalar_one()
            table = schema.amendments
            number = newest(connection, select(func.max(table.c.number)).where(table.c.encounter == encounter)) + 1
            digest = sha256_of(new.text).hexdigest()
            body = _BODY.dump_json(_Body(new.text.decode(), new.attestation, new.note))
            connection.execute(
                insert(table).values(
                    encounter=encounter,
                    number=number,
                    kind=new.kind,
                    target=new.target,
                    note_version=version,
                    sha256=digest,
                    by=actor,
                    at=self._now(),
                    sealed=self._seal(connection, Context(encounter, "amendment", seq=number), body),
                )
            )
            ids = {"amendment": number, "kind": new.kind, "of": new.target or None, "sha256": digest}
            self._record(connection, actor, "amendment.signed", f"encounter:{encounter}", **ids)
        return self.amendment(encounter, number)

    def amendment(self, encounter: EncounterId, number: int) -> Amendment:
        """One amendment; raises :class:`NotFound` (``not_found.amendment``) when there is none of that number."""
        for amendment in self.amendments(encounter):
            if amendment.number == number:
                return amendment
        raise NotFound("There is no such amendment.", code="not_found.amendment")

    def amendments(self, encounter: EncounterId) -> list[Amendment]:
        """Every amendment of an encounter's note, in the order they were signed."""
        with self._database.read() as connection:
            self._row(connection, encounter)
            return [self._amendment(connection, row) for row in self._amendments(connection, encounter)]

    def _refuse_unsettled(self, connection: Connection, encounter: EncounterId, new: NewAmendment) -> None:
        earlier = self._amendments(connection, encounter)
        settled = {row["number"]: self._state_of(connection, encounter, row["number"]) for row in earlier}
        if any(state not in (SubmissionState.FILED, SubmissionState.REJECTED) for state in settled.values()):
            raise Conflict("File the amendment that is signed before signing another.", code="conflict.amendment")
        filed = [row for row in earlier if settled[row["number"]] is SubmissionState.FILED]
        gone = {row["target"] for row in filed if row["kind"] == "retraction"}
        if new.target in gone or 0 in gone:
            raise Conflict("This was retracted; it can no longer be amended.", code="conflict.amendment")
        if new.target and not any(row["number"] == new.target and row["kind"] == "addendum" for row in filed):
            raise Conflict("There is no such addendum in the EHR.", code="conflict.amendment")

    def _amendments(self, connection: Connection, encounter: EncounterId) -> list[RowMapping]:
        table = schema.amendments
        query = select(table).where(table.c.encounter == encounter).order_by(table.c.number)
        return list(connection.execute(query).mappings())

    def _state_of(self, connection: Connection, encounter: EncounterId, number: int) -> SubmissionState | None:
        table = schema.submissions
        mine = (table.c.encounter == encounter, table.c.amendment == number)
        state = connection.execute(select(table.c.state).where(*mine).order_by(table.c.number.desc())).scalar()
        return SubmissionState(state) if state else None

    def _amendment(self, connection: Connection, row: RowMapping) -> Amendment:
        encounter = EncounterId(row["encounter"])
        body = _BODY.validate_json(
            self._open(connection, Context(encounter, "amendment", seq=row["number"]), row["sealed"])
        )
        return Amendment(
            encounter=encounter,
            number=row["number"],
            kind=row["kind"],
            target=row["target"],
            note_version=row["note_version"],
            text=body.text.encode(),
            sha256=row["sha256"],
            attestation=body.attestation,
            by=UserId(row["by"]),
            at=datetime.fromtimestamp(row["at"], UTC),
            note=body.note,
        )
