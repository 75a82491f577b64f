"""The write ledger: what was sent to the EHR and what came of it."""

from typing import Final

from sqlalchemy import Connection, RowMapping, Table, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from app.errors import Conflict
from app.store import schema
from app.store.part import Part, newest
from visit.ids import EncounterId, SubmissionId, UserId
from visit.submissions import Submission, SubmissionState

FINAL: Final = frozenset({SubmissionState.FILED, SubmissionState.REJECTED})
"""States that a submission does not leave; after a rejection a new submission may be tried."""


class Submissions(Part):
    """Submissions of signed notes."""

    def save_submission(self, actor: UserId, submission: Submission) -> None:
        """Write down a submission or where it stands now; once filed, so is its encounter.

        Raises :class:`Conflict`: ``conflict.submission`` when another one of the same note version is under way,
        unknown or filed, or when this one is final; ``conflict.unsigned`` when it is not of the signed text.
        """
        table, encounter = schema.submissions, submission.encounter
        values = {
            "state": submission.state.value,
            "location": submission.location,
            "problem": submission.problem,
            "at": self._now(),
        }
        try:
            with self._database.change() as connection:
                row = self._row(connection, encounter)
                if _signed(connection, submission) != (submission.note_version, submission.sha256):
                    raise Conflict("Only the signed text can be filed.", code="conflict.unsigned")
                before = connection.execute(select(table).where(table.c.id == submission.id)).mappings().first()
                if before is None:
                    count = select(func.max(table.c.number)).where(table.c.encounter == encounter)
                    connection.execute(
                        insert(table).values(
                            id=submission.id,
                            encounter=encounter,
                            number=newest(connection, count) + 1,
                            note_version=submission.note_version,
                            amendment=submission.amendment,
                            sha256=submission.sha256,
                            **values,
                        )
                    )
                else:
                    _refuse_final(before, submission)
                    connection.execute(update(table).where(table.c.id == submission.id).values(**values))
                self._record(
                    connection,
                    actor,
                    f"submission.{submission.state}",
                    f"encounter:{encounter}",
                    submission=submission.id,
                    location=submission.location,
                    amendment=submission.amendment or None,
                )
                if submission.state is SubmissionState.FILED:
                    self._move(connection, actor, row, "filed", None)
        except IntegrityError:
            raise Conflict("This note is being filed, or is filed already.", code="conflict.submission") from None

    def submission(self, encounter: EncounterId, amendment: int = 0) -> Submission | None:
        """The newest submission of an encounter's note, or of one of its amendments."""
        table = schema.submissions
        mine = (table.c.encounter == encounter, table.c.amendment == amendment)
        query = select(table).where(*mine).order_by(table.c.number.desc()).limit(1)
        with self._database.read() as connection:
            row = connection.execute(query).mappings().first()
        return _submission(row) if row is not None else None


def _submission(row: RowMapping) -> Submission:
    return Submission(
        id=SubmissionId(row["id"]),
        encounter=EncounterId(row["encounter"]),
        note_version=row["note_version"],
        state=SubmissionState(row["state"]),
        sha256=row["sha256"],
        location=row["location"],
        problem=row["problem"],
        amendment=row["amendment"],
    )


def _signed(connection: Connection, submission: Submission) -> tuple[int, str] | None:
    """Version and SHA-256 of the signed text that a submission is of."""
    table: Table = schema.amendments if submission.amendment else schema.signatures
    version = table.c.note_version if submission.amendment else table.c.version
    query = select(version, table.c.sha256).where(table.c.encounter == submission.encounter)
    if submission.amendment:
        query = query.where(table.c.number == submission.amendment)
    row = connection.execute(query).first()
    return (row[0], row[1]) if row else None


def _refuse_final(before: RowMapping, submission: Submission) -> None:
    old = _submission(before)
    same = (submission.encounter, submission.note_version, submission.amendment, submission.sha256)
    moved = (old.encounter, old.note_version, old.amendment, old.sha256) != same
    if moved or (old.state in FINAL and old.state is not submission.state):
        raise Conflict("This submission is settled.", code="conflict.submission")
