"""What a final pass makes of a visit: transcript, findings, note and codes, kept together or not at all."""

from dataclasses import dataclass

from app.records import StoredNote
from app.store.codes import Codes
from app.store.notes import NO_STALE, Notes, changed_meanwhile
from app.store.part import SYSTEM
from visit.codes import CodeSuggestion
from visit.findings import Finding
from visit.ids import EncounterId, SentenceId
from visit.notes import Note
from visit.turns import Transcript


@dataclass(frozen=True, slots=True)
class Revision:
    """A visit as heard anew.

    ``note`` is ``None`` when the note stays as it is, ``codes`` when nothing was suggested. ``base_version`` is the
    version that a person's note was moved from, or that stays; ``None`` follows drafts and never an edit. ``changed``
    are the turns whose words differ from what was heard live.
    """

    transcript: Transcript
    findings: tuple[Finding, ...]
    note: Note | None
    drafter: str
    codes: tuple[CodeSuggestion, ...] | None = None
    base_version: int | None = None
    stale: frozenset[SentenceId] = NO_STALE
    changed: tuple[int, ...] = ()


class Revisions(Notes, Codes):
    """Revisions by final passes."""

    def save_revision(self, encounter: EncounterId, revision: Revision) -> None:
        """Keep and tell all of a revision in one transaction, so that evidence always points into its own transcript.

        Raises :class:`app.errors.Conflict` as :meth:`save_note` does, and then nothing was kept.
        """
        with self._database.change() as connection:
            version, edited = self._standing(connection, encounter)
            if edited if revision.base_version is None else revision.base_version != version:
                raise changed_meanwhile(version)
            self._add_transcript(connection, encounter, revision.transcript, "final")
            self._tell_transcript(connection, encounter, revision.transcript, revision.changed)
            self._put_findings(connection, encounter, revision.findings)
            if revision.note is not None:
                written = StoredNote(version + 1, revision.note, revision.drafter, stale=revision.stale)
                by_hand = revision.base_version is not None
                self._add_note(connection, SYSTEM, encounter, written, edited=by_hand)
            if revision.codes is not None:
                self._suggest(connection, SYSTEM, encounter, revision.codes)
