"""Encounters: opened, consented to, moved from state to state."""

import secrets
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Final, Literal

from sqlalchemy import Connection, RowMapping, Select, insert, select, update
from sqlalchemy.exc import IntegrityError

from app.errors import Broken, Conflict, NotFound
from app.records import RECORDABLE, Consent, Encounter, User
from app.security.access import CODER_STATES
from app.security.envelope import Context
from app.store import codec, schema
from app.store.part import Part
from app.wire.resources import EncounterState
from visit.charts import Chart
from visit.ids import EncounterId, UserId

NEXT: Final[dict[EncounterState, frozenset[EncounterState]]] = {
    "open": frozenset({"recording"}),
    "recording": frozenset({"finishing"}),
    "finishing": frozenset({"drafted", "no_speech"}),
    "no_speech": frozenset({"recording"}),
    "drafted": frozenset({"signed"}),
    "signed": frozenset({"filed"}),
    "filed": frozenset(),
}
"""The states that may follow each state."""

LISTED: Final = 500
"""Encounters in a list."""

BATCH: Final = 500
"""Charts opened in one transaction."""


class Encounters(Part):
    """Encounters and consents."""

    def open_encounter(self, actor: UserId, ehr_encounter_id: str, chart: Chart, template: str) -> Encounter:
        """Open an encounter of the EHR, owned by ``actor``, with a data key of its own.

        Raises :class:`Conflict` (``conflict.opened``) when it was opened before.
        """
        encounter = EncounterId(secrets.token_hex(10))
        context = Context(encounter, "chart")
        try:
            with self._database.change() as connection:
                wrapped = self._desk.wrapper.create(encounter)
                sealed = self._desk.wrapper.unwrap(encounter, wrapped).seal(context, codec.CHART.dump_json(chart))
                connection.execute(
                    insert(schema.encounters).values(
                        id=encounter,
                        ehr_id=ehr_encounter_id,
                        owner=actor,
                        state="open",
                        template=template,
                        created=self._now(),
                        channels=0,
                        samples=0,
                        chart=sealed,
                        patient=self._patient(chart),
                    )
                )
                connection.execute(insert(schema.data_keys).values(encounter=encounter, wrapped=wrapped))
                self._record(connection, actor, "encounter.opened", f"encounter:{encounter}")
        except IntegrityError:
            raise Conflict("This encounter was opened before.", code="conflict.opened") from None
        return self.encounter(encounter)

    def encounter(self, encounter: EncounterId) -> Encounter:
        """One encounter."""
        with self._database.read() as connection:
            return self._encounter(connection, self._row(connection, encounter))

    def encounters(self, user: User) -> list[Encounter]:
        """The newest encounters that a user may see, newest first."""
        table = schema.encounters
        query = select(table).order_by(table.c.created.desc(), table.c.id).limit(LISTED)
        if user.role == "clinician":
            query = query.where(table.c.owner == user.id)
        elif user.role == "coder":
            query = query.where(table.c.state.in_(sorted(CODER_STATES)))
        else:
            return []
        with self._database.read() as connection:
            return [self._encounter(connection, row) for row in connection.execute(query).mappings().all()]

    def opened(self, ehr_encounter_ids: list[str]) -> dict[str, tuple[EncounterId, UserId]]:
        """Which of the EHR's encounters were opened already: our id and the owner of each."""
        table = schema.encounters
        query = select(table.c.ehr_id, table.c.id, table.c.owner).where(table.c.ehr_id.in_(ehr_encounter_ids))
        with self._database.read() as connection:
            rows = connection.execute(query).all()
        return {row.ehr_id: (EncounterId(row.id), UserId(row.owner)) for row in rows}

    def unrevised(self) -> list[EncounterId]:
        """Drafted encounters whose newest transcript is the live one: a final pass is owed, oldest first."""
        table, transcripts, later = schema.encounters, schema.transcripts, schema.transcripts.alias()
        newer = select(later).where(later.c.encounter == table.c.id, later.c.version > transcripts.c.version)
        query = (
            select(table.c.id)
            .join_from(table, transcripts, transcripts.c.encounter == table.c.id)
            .where(table.c.state == "drafted", transcripts.c.kind == "live", ~newer.exists())
            .order_by(table.c.created)
        )
        return self._ids(query)

    def unfinished(self) -> list[EncounterId]:
        """Encounters that were being finished when the server last stopped, oldest first."""
        table = schema.encounters
        return self._ids(select(table.c.id).where(table.c.state == "finishing").order_by(table.c.created))

    def _ids(self, query: Select[Any]) -> list[EncounterId]:
        with self._database.read() as connection:
            return [EncounterId(row) for row in connection.execute(query).scalars()]

    def set_state(
        self, actor: UserId, encounter: EncounterId, state: EncounterState, problem: str | None = None
    ) -> None:
        """Move on. Setting the present state again only changes ``problem``.

        Raises :class:`Conflict` for a step that :data:`NEXT` does not allow, and ``conflict.consent`` for
        recording without the patient's consent.
        """
        with self._database.change() as connection:
            row = self._row(connection, encounter)
            if state != row["state"] and (state not in NEXT[row["state"]] or state in ("signed", "filed")):
                raise Conflict(f"An encounter that is {row['state']} cannot become {state}.", state=row["state"])
            if state == "recording":
                consent = self._consent(connection, encounter)
                if consent is None or not consent.given:
                    raise Conflict("The patient has not consented to being recorded.", code="conflict.consent")
            self._move(connection, actor, row, state, problem)

    def record_consent(
        self, actor: UserId, encounter: EncounterId, given: bool, method: Literal["verbal", "written"] = "verbal"
    ) -> Consent:
        """Write down the patient's answer. The newest counts; it may be withdrawn until recording has stopped."""
        with self._database.change() as connection:
            row = self._row(connection, encounter)
            if row["state"] not in RECORDABLE:
                raise Conflict("The visit is over; consent can no longer change.", state=row["state"])
            connection.execute(
                insert(schema.consents).values(
                    encounter=encounter, given=int(given), method=method, by=actor, at=self._now()
                )
            )
            action = "consent.given" if given else "consent.refused"
            self._record(connection, actor, action, f"encounter:{encounter}", method=method)
            consent = self._consent(connection, encounter)
        assert consent is not None
        return consent

    def earlier_refusal(self, encounter: Encounter) -> Consent | None:
        """The patient's newest answer at another visit, when it was no; whoever that visit's clinician is."""
        if encounter.chart.patient_id is None:
            return None
        table, visits = schema.consents, schema.encounters
        query = (
            select(table.c.encounter)
            .join(visits)
            .where(visits.c.patient == self._patient(encounter.chart), visits.c.id != encounter.id)
            .order_by(table.c.number.desc())
            .limit(1)
        )
        with self._database.read() as connection:
            answered = connection.execute(query).scalar()
            newest = self._consent(connection, EncounterId(answered)) if answered else None
        return newest if newest is not None and not newest.given else None

    def index_patients(self) -> None:
        """Make the hashes by which visits of one patient are found, where there are none of the present key.

        A chart that does not open is passed over: it is told to whoever opens its visit.
        """
        table = schema.encounters
        query = select(table.c.id, table.c.chart).where(table.c.patient.is_(None)).order_by(table.c.id).limit(BATCH)
        after = ""
        while True:
            with self._database.change() as connection:
                rows = connection.execute(query.where(table.c.id > after)).all()
                for row in rows:
                    with suppress(Broken, NotFound):
                        patient = self._patient(self._chart(connection, EncounterId(row.id), row.chart))
                        connection.execute(update(table).where(table.c.id == row.id).values(patient=patient))
            if not rows:
                return
            after = rows[-1].id

    def _patient(self, chart: Chart) -> str:
        """What stands for a chart's patient in the table; empty when nobody knows who it is."""
        return "" if chart.patient_id is None else self._desk.index.of("patient", chart.patient_id)

    def _chart(self, connection: Connection, encounter: EncounterId, sealed: bytes) -> Chart:
        return codec.CHART.validate_json(self._open(connection, Context(encounter, "chart"), sealed))

    def _encounter(self, connection: Connection, row: RowMapping) -> Encounter:
        encounter = EncounterId(row["id"])
        return Encounter(
            id=encounter,
            state=row["state"],
            ehr_encounter_id=row["ehr_id"],
            owner=UserId(row["owner"]),
            chart=self._chart(connection, encounter, row["chart"]),
            template=row["template"],
            created=datetime.fromtimestamp(row["created"], UTC),
            consent=self._consent(connection, encounter),
            samples=row["samples"],
            channels=row["channels"],
            problem=row["problem"],
        )

    def _consent(self, connection: Connection, encounter: EncounterId) -> Consent | None:
        table = schema.consents
        row = connection.execute(
            select(table, schema.users.c.name)
            .join(schema.users)
            .where(table.c.encounter == encounter)
            .order_by(table.c.number.desc())
            .limit(1)
        ).first()
        if row is None:
            return None
        return Consent(bool(row.given), row.method, row.name, datetime.fromtimestamp(row.at, UTC))
