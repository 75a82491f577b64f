"""Filing a signed note, and each amendment of it, in the EHR exactly once.

The ledger in the record is written before anything is sent::

    PENDING   prepared, or proved not to have been taken: sending is safe
    UNKNOWN   sent, and no proof yet what became of it: never sent again blindly
    FILED     the EHR has it, at ``location``
    REJECTED  the EHR refused it, or our own checks did: nothing was filed

``UNKNOWN`` is written before the request leaves, so a crash at any moment leaves the truth behind.
"""

import secrets
import threading
import time
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from app.ehr.answers import Answer, Meaning
from app.ehr.client import Ehr
from app.ehr.delivery import Kind, Outgoing, Package, Target
from app.ehr.document import Participants, SignedNote
from app.ehr.people import author_of
from app.errors import Conflict
from app.records import Amendment, Signing
from app.store import Store
from visit.audio import SAMPLE_RATE
from visit.ids import EncounterId, SubmissionId, UserId
from visit.submissions import Submission, SubmissionState

SENT: Final = "Sent; the EHR has not answered yet."
IN_REVIEW: Final = "The EHR took the document for review and will not say more; look for it there."
NOT_FOUND: Final = "The EHR's answer was lost and the document was not found. Look in the EHR before sending again."
NOT_SEARCHED: Final = "The EHR's answer was lost and the EHR cannot be searched now. Try again; it is not sent twice."
NO_ANSWER: Final = "No acknowledgement came. Submitting again sends the same message under the same control id."
CONFLICT: Final = "The EHR sees a conflict with another document; a person must look."
_FOR_PEOPLE: Final = frozenset({IN_REVIEW, CONFLICT})
"""Problems that only a person settles, however the search ends."""

_VOID: Final = frozenset({"cancelled", "entered-in-error"})
_LONGEST_WAIT_S: Final = 5.0
_LOCKS: Final = tuple(threading.Lock() for _ in range(64))
"""One filing at a time for each encounter in this process; the ledger's unique index guards the rest."""


@dataclass(frozen=True, slots=True)
class _Text:
    """What was signed: the note itself, or an amendment of it."""

    text: bytes
    sha256: str
    by: UserId
    at: datetime
    kind: Kind = "note"
    target: Target | None = None


class Filing:
    """Files signed notes. ``submit`` blocks; call it off the event loop."""

    def __init__(self, ehr: Ehr, store: Store) -> None:
        """``store`` holds the signed text and the ledger."""
        self._ehr = ehr
        self._store = store

    def submit(self, actor: UserId, encounter_id: EncounterId, amendment: int = 0) -> Submission:
        """File the signed note of an encounter, or the amendment of that number, or say where its filing stands.

        Filing twice is one filing. What is unknown is looked for in the EHR first. Raises :class:`NotFound` when
        nothing is signed, :class:`Unavailable` when the EHR cannot be asked whose encounter it is, and
        :class:`Conflict` for the wrong patient (``conflict.patient``), a void encounter (``conflict.encounter``),
        another clinician (``conflict.author``) or an amendment that a later one overtook (``conflict.amendment``).
        Nothing is sent in these cases.
        """
        with _LOCKS[hash(encounter_id) % len(_LOCKS)]:
            last = self._store.submission(encounter_id, amendment)
            if last is not None and last.state is SubmissionState.FILED:
                return last
            package = self._prepare(encounter_id, amendment)
            if last is not None and last.state is SubmissionState.UNKNOWN:
                return self._resume(actor, last, package)
            if last is None or last.state is SubmissionState.REJECTED:
                last = self._open(actor, encounter_id, amendment)
            return self._send(actor, last, package)

    def release(self, actor: UserId, encounter_id: EncounterId, amendment: int = 0) -> Submission:
        """Let an unknown filing be sent again: a person looked in the EHR, and the document is not there.

        Raises :class:`Conflict` when the filing is not unknown, or when the document is found after all.
        """
        with _LOCKS[hash(encounter_id) % len(_LOCKS)]:
            last = self._store.submission(encounter_id, amendment)
            if last is None or last.state is not SubmissionState.UNKNOWN:
                raise Conflict("This filing is not in doubt.", code="conflict.submission")
            if self._prepare(encounter_id, amendment).find():
                raise Conflict("The document is in the EHR; submit again to settle it.", code="conflict.submission")
            return self._save(actor, last, SubmissionState.PENDING, problem="Released by a person; nothing was filed.")

    # ------------------------------------------------------------------ before sending

    def _prepare(self, encounter_id: EncounterId, amendment: int) -> Package:
        """Everything about the document, freshly read: whose encounter it is in the EHR, and what was signed."""
        encounter = self._store.encounter(encounter_id)
        signing = self._store.signing(encounter_id)
        signed = self._amended(encounter_id, amendment) if amendment else self._noted(encounter_id, signing)
        stored = self._store.note(encounter_id, signing.version)
        known = self._ehr.encounter(encounter.ehr_encounter_id)
        patient = f"Patient/{encounter.chart.patient_id}"
        if known.patient != patient:
            raise Conflict("The EHR's encounter belongs to another patient.", code="conflict.patient")
        if known.status in _VOID:
            raise Conflict(f"The EHR's encounter is {known.status}.", code="conflict.encounter")
        signer = self._store.user(signed.by)
        author = self._ehr.practitioner(signer.username) or author_of(known.practitioners, signer.name)
        signed_at = signed.at.astimezone()
        recorded = min(encounter.created.astimezone(), signed_at)
        start = known.start.astimezone() if known.start and known.start <= recorded else recorded
        end = recorded + timedelta(seconds=encounter.samples / SAMPLE_RATE)
        note = SignedNote(
            text=signed.text,
            note_id=note_id(encounter_id, signing.version, amendment),
            template=stored.note.template,
            participants=Participants(patient, known.reference, author.reference, author.name, known.organization),
            signed_at=signed_at,
            start=start,
            end=max(start, min(end, signed_at)),
        )
        outgoing = Outgoing(note, signed.sha256, stored.drafter, signed.kind, signed.target)
        return self._ehr.delivery.package(outgoing)

    def _noted(self, encounter_id: EncounterId, signing: Signing) -> _Text:
        return _Text(self._store.signed_text(encounter_id), signing.sha256, signing.by, signing.at)

    def _amended(self, encounter_id: EncounterId, number: int) -> _Text:
        """An amendment and the document it is about: the addendum it names, else the note as it stood before it."""
        amendments = self._store.amendments(encounter_id)
        signed = self._store.amendment(encounter_id, number)
        if number != amendments[-1].number:
            raise Conflict("A later amendment overtook this one.", code="conflict.amendment")
        target = signed.target or self._standing(encounter_id, amendments)
        about = self._store.submission(encounter_id, target)
        if about is None or about.state is not SubmissionState.FILED or about.location is None:
            raise Conflict("Only a document that is filed can be amended.", code="conflict.unfiled")
        return _Text(
            signed.text, signed.sha256, signed.by, signed.at, signed.kind, Target(about.location, about.sha256)
        )

    def _standing(self, encounter_id: EncounterId, amendments: list[Amendment]) -> int:
        """The number of the newest replacement that is filed; 0 is the note itself."""
        for amendment in reversed(amendments):
            line = self._store.submission(encounter_id, amendment.number)
            if amendment.kind == "replacement" and line is not None and line.state is SubmissionState.FILED:
                return amendment.number
        return 0

    def _open(self, actor: UserId, encounter_id: EncounterId, amendment: int) -> Submission:
        """A new line in the ledger."""
        signing = self._store.signing(encounter_id)
        sha256 = self._store.amendment(encounter_id, amendment).sha256 if amendment else signing.sha256
        submission = Submission(
            id=SubmissionId(secrets.token_hex(10)),
            encounter=encounter_id,
            note_version=signing.version,
            state=SubmissionState.PENDING,
            sha256=sha256,
            amendment=amendment,
        )
        self._store.save_submission(actor, submission)
        return submission

    # ------------------------------------------------------------------ sending

    def _send(self, actor: UserId, submission: Submission, package: Package) -> Submission:
        """Check, write down that it is sent, send once."""
        issues = package.issues()
        if issues:
            problem = "Not sent: " + "; ".join(f"{issue.path} {issue.problem}" for issue in issues[:8])
            return self._save(actor, submission, SubmissionState.REJECTED, problem=problem)
        submission = self._save(actor, submission, SubmissionState.UNKNOWN, problem=SENT)
        answer = package.send(submission.id)
        wait_s = answer.retry_after_s
        if answer.meaning is Meaning.BUSY and wait_s is not None and wait_s <= _LONGEST_WAIT_S:
            time.sleep(wait_s)
            answer = package.send(submission.id)
        return self._settle(actor, submission, package, answer)

    def _settle(self, actor: UserId, submission: Submission, package: Package, answer: Answer) -> Submission:
        """Write down what the answer means."""
        match answer.meaning:
            case Meaning.CREATED:
                assert answer.id is not None
                return self._filed(actor, submission, package, answer.id)
            case Meaning.NOT_SENT | Meaning.NOT_ALLOWED | Meaning.BUSY:
                return self._save(actor, submission, SubmissionState.PENDING, problem=answer.problem)
            case Meaning.REFUSED:
                return self._save(actor, submission, SubmissionState.REJECTED, problem=answer.problem)
            case Meaning.ACCEPTED:
                return self._save(actor, submission, SubmissionState.UNKNOWN, problem=IN_REVIEW)
            case Meaning.UNKNOWN:
                submission = self._save(actor, submission, SubmissionState.UNKNOWN, problem=answer.problem)
            case _:
                submission = self._save(actor, submission, SubmissionState.UNKNOWN, problem=CONFLICT)
        return self._look(actor, submission, package)

    def _resume(self, actor: UserId, submission: Submission, package: Package) -> Submission:
        """Settle what was left unknown.

        Where the other end itself refuses duplicates, a document that is surely not there is sent again;
        elsewhere a person must look first.
        """
        submission = self._look(actor, submission, package)
        missing = submission.problem in (NOT_FOUND, NO_ANSWER)
        if submission.state is SubmissionState.UNKNOWN and missing and package.guarded:
            return self._send(actor, submission, package)
        return submission

    def _look(self, actor: UserId, submission: Submission, package: Package) -> Submission:
        """Look for the document in the EHR; unknown stays unknown until exactly one is found."""
        found = package.find()
        if found is not None and len(found) == 1:
            return self._filed(actor, submission, package, found[0])
        problem = submission.problem
        if found:
            problem = f"The EHR holds this document {len(found)} times; a person must look."
        elif problem not in _FOR_PEOPLE:
            problem = NOT_FOUND if found is not None else NOT_SEARCHED if package.searchable else NO_ANSWER
        return self._save(actor, submission, SubmissionState.UNKNOWN, problem=problem)

    def _filed(self, actor: UserId, submission: Submission, package: Package, document_id: str) -> Submission:
        """Write down that it is filed, then compare the EHR's copy, then file the Provenance.

        Only the step into ``FILED`` gets here, and it is durable before the Provenance leaves: at most one is sent.
        """
        submission = self._save(actor, submission, SubmissionState.FILED, location=document_id)
        problem = package.difference(document_id)
        if problem:
            submission = self._save(actor, submission, SubmissionState.FILED, location=document_id, problem=problem)
        package.attest(document_id)
        return submission

    def _save(
        self,
        actor: UserId,
        submission: Submission,
        state: SubmissionState,
        *,
        location: str | None = None,
        problem: str | None = None,
    ) -> Submission:
        """Change the ledger's line and return it as it stands."""
        submission = replace(submission, state=state, location=location, problem=problem)
        self._store.save_submission(actor, submission)
        return submission


def note_id(encounter_id: EncounterId, version: int, amendment: int = 0) -> str:
    """The identifier of the document of a signed note version, or of an amendment of it."""
    return f"{encounter_id}.{version}" + (f".{amendment}" if amendment else "")
