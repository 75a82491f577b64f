"""What was heard and understood: turns as they close, whole transcripts by version, the newest findings."""

from collections.abc import Sequence
from typing import Literal

from sqlalchemy import Connection, bindparam, delete, func, insert, select

from app.security.envelope import Context
from app.store import codec, schema
from app.store.part import SYSTEM, Part, newest
from app.wire import views
from app.wire.messages import TranscriptEvent
from visit.findings import Finding
from visit.ids import EncounterId
from visit.turns import Transcript, Turn

_DROP_TURN = delete(schema.turns).where(
    schema.turns.c.encounter == bindparam("its_encounter"), schema.turns.c.number == bindparam("its_number")
)
_ADD_TURN = insert(schema.turns)


class Heard(Part):
    """Turns, transcripts and findings."""

    def save_live_turn(self, encounter: EncounterId, turn: Turn) -> None:
        """Keep a turn that closed, or replace the one with its index."""
        with self._database.change() as connection:
            context = Context(encounter, "turn", turn.index)
            sealed = self._seal(connection, context, codec.TURN.dump_json(turn))
            connection.execute(_DROP_TURN, {"its_encounter": encounter, "its_number": turn.index})
            connection.execute(_ADD_TURN, {"encounter": encounter, "number": turn.index, "sealed": sealed})

    def live_turns(self, encounter: EncounterId) -> tuple[Turn, ...]:
        """The turns heard while the visit went on, in order."""
        with self._database.read() as connection:
            return self._live_turns(connection, encounter)

    def save_transcript(
        self,
        encounter: EncounterId,
        transcript: Transcript,
        kind: Literal["live", "final"] = "final",
        *,
        changed: Sequence[int] | None = None,
    ) -> int:
        """Keep a whole transcript as a new version; return its number.

        With ``changed``, the indices of turns whose words differ from what was heard before, it is told too.
        """
        with self._database.change() as connection:
            version = self._add_transcript(connection, encounter, transcript, kind)
            if changed is not None:
                self._tell_transcript(connection, encounter, transcript, changed)
        return version

    def transcript(self, encounter: EncounterId) -> Transcript | None:
        """The newest whole transcript, else the turns heard so far, else ``None``."""
        table = schema.transcripts
        query = select(table).where(table.c.encounter == encounter).order_by(table.c.version.desc()).limit(1)
        with self._database.read() as connection:
            self._row(connection, encounter)
            row = connection.execute(query).first()
            if row is not None:
                context = Context(encounter, "transcript", version=row.version)
                return codec.TRANSCRIPT.validate_json(self._open(connection, context, row.sealed))
            turns = self._live_turns(connection, encounter)
        return Transcript(turns) if turns else None

    def has_final_transcript(self, encounter: EncounterId) -> bool:
        """Whether the newest whole transcript is that of a final pass."""
        table = schema.transcripts
        query = select(table.c.kind).where(table.c.encounter == encounter).order_by(table.c.version.desc()).limit(1)
        with self._database.read() as connection:
            return connection.execute(query).scalar() == "final"

    def save_findings(self, encounter: EncounterId, findings: Sequence[Finding]) -> None:
        """Replace the findings of a visit."""
        with self._database.change() as connection:
            self._put_findings(connection, encounter, findings)

    def findings(self, encounter: EncounterId) -> tuple[Finding, ...]:
        """The findings of a visit as saved last."""
        with self._database.read() as connection:
            self._row(connection, encounter)
            return self._findings(connection, encounter)

    def _findings(self, connection: Connection, encounter: EncounterId) -> tuple[Finding, ...]:
        table = schema.findings
        row = connection.execute(select(table).where(table.c.encounter == encounter)).first()
        if row is None:
            return ()
        context = Context(encounter, "findings", version=row.version)
        return codec.FINDINGS.validate_json(self._open(connection, context, row.sealed))

    def _tell_transcript(
        self, connection: Connection, encounter: EncounterId, transcript: Transcript, changed: Sequence[int]
    ) -> None:
        event = TranscriptEvent(
            turns=[views.turn_view(turn) for turn in transcript.turns],
            gaps=[views.gap_view(gap) for gap in transcript.gaps],
            doubts=[views.doubt_view(doubt) for doubt in transcript.doubts],
            changed=list(changed),
        )
        self._tell(connection, encounter, event)

    def _add_transcript(
        self, connection: Connection, encounter: EncounterId, transcript: Transcript, kind: Literal["live", "final"]
    ) -> int:
        table = schema.transcripts
        version = newest(connection, select(func.max(table.c.version)).where(table.c.encounter == encounter)) + 1
        context = Context(encounter, "transcript", version=version)
        sealed = self._seal(connection, context, codec.TRANSCRIPT.dump_json(transcript))
        connection.execute(
            insert(table).values(encounter=encounter, version=version, kind=kind, at=self._now(), sealed=sealed)
        )
        self._record(connection, SYSTEM, f"transcript.{kind}", f"encounter:{encounter}", version=version)
        return version

    def _put_findings(self, connection: Connection, encounter: EncounterId, findings: Sequence[Finding]) -> None:
        table = schema.findings
        version = newest(connection, select(table.c.version).where(table.c.encounter == encounter)) + 1
        context = Context(encounter, "findings", version=version)
        sealed = self._seal(connection, context, codec.FINDINGS.dump_json(tuple(findings)))
        connection.execute(delete(table).where(table.c.encounter == encounter))
        connection.execute(insert(table).values(encounter=encounter, version=version, sealed=sealed))

    def _live_turns(self, connection: Connection, encounter: EncounterId) -> tuple[Turn, ...]:
        table = schema.turns
        query = select(table).where(table.c.encounter == encounter).order_by(table.c.number)
        return tuple(
            codec.TURN.validate_json(self._open(connection, Context(encounter, "turn", row.number), row.sealed))
            for row in connection.execute(query)
        )
