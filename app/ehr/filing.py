"""Filing a signed note in the EHR exactly once.

The ledger in the record is written before anything is sent::

    PENDING   prepared, or proved not to have been taken: sending is safe
    UNKNOWN   sent, and no proof yet what became of it: never sent again blindly
    FILED     the EHR has it, at ``location``
    REJECTED  the EHR refused it, or our own checks did: nothing was filed

``UNKNOWN`` is written before the request leaves, so a crash at any moment leaves the truth behind.
"""

import logging
import secrets
import threading
import time
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

from app.ehr.answers import Answer, Meaning
from app.ehr.client import Ehr
from app.ehr.document import NOTE_SYSTEM, Participants, SignedNote, document_reference
from app.ehr.people import author_of
from app.ehr.preflight import Expected, check
from app.ehr.profiles import shaped
from app.ehr.provenance import Making, provenance
from app.ehr.reconcile import find_filed
from app.errors import Conflict, SidenoteError
from app.store import Store
from visit.audio import SAMPLE_RATE
from visit.ids import EncounterId, SubmissionId, UserId
from visit.submissions import Submission, SubmissionState

log = logging.getLogger(__name__)

SENT: Final = "Sent; the EHR has not answered yet."
IN_REVIEW: Final = "The EHR took the document for review and will not say more; look for it there."
NOT_FOUND: Final = "The EHR's answer was lost and the document was not found. Look in the EHR before sending again."
NOT_SEARCHED: Final = "The EHR's answer was lost and the EHR cannot be searched now. Try again; it is not sent twice."
CONFLICT: Final = "The EHR sees a conflict with another document; a person must look."
_FOR_PEOPLE: Final = frozenset({IN_REVIEW, CONFLICT})
"""Problems that only a person settles, however the search ends."""

_VOID: Final = frozenset({"cancelled", "entered-in-error"})
_LONGEST_WAIT_S: Final = 5.0
_LOCKS: Final = tuple(threading.Lock() for _ in range(64))
"""One filing at a time for each encounter in this process; the ledger's unique index guards the rest."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A document that passed every check, and what is needed to recognise it later."""

    resource: dict[str, Any]
    note: SignedNote
    sha256: str
    drafter: str


class Filing:
    """Files signed notes. ``submit`` blocks; call it off the event loop."""

    def __init__(self, ehr: Ehr, store: Store) -> None:
        """``store`` holds the signed text and the ledger."""
        self._ehr = ehr
        self._store = store

    def submit(self, actor: UserId, encounter_id: EncounterId) -> Submission:
        """File the signed note of an encounter, or say where its filing stands; filing twice is one filing.

        What is unknown is looked for in the EHR first. Raises :class:`NotFound` when the note is not signed,
        :class:`Unavailable` when the EHR cannot be asked whose encounter it is, and :class:`Conflict` for the
        wrong patient (``conflict.patient``), a void encounter (``conflict.encounter``) or another clinician
        (``conflict.author``). Nothing is sent in these cases.
        """
        with _LOCKS[hash(encounter_id) % len(_LOCKS)]:
            last = self._store.submission(encounter_id)
            if last is not None and last.state is SubmissionState.FILED:
                return last
            ready = self._prepare(encounter_id)
            if last is not None and last.state is SubmissionState.UNKNOWN:
                return self._resume(actor, last, ready)
            if last is None or last.state is SubmissionState.REJECTED:
                last = self._open(actor, encounter_id, ready.sha256)
            return self._send(actor, last, ready)

    def release(self, actor: UserId, encounter_id: EncounterId) -> Submission:
        """Let an unknown filing be sent again: a person looked in the EHR, and the document is not there.

        Raises :class:`Conflict` when the filing is not unknown, or when the document is found after all.
        """
        with _LOCKS[hash(encounter_id) % len(_LOCKS)]:
            last = self._store.submission(encounter_id)
            if last is None or last.state is not SubmissionState.UNKNOWN:
                raise Conflict("This filing is not in doubt.", code="conflict.submission")
            ready = self._prepare(encounter_id)
            found = find_filed(self._ehr, ready.note, ready.sha256)
            if found:
                raise Conflict("The document is in the EHR; submit again to settle it.", code="conflict.submission")
            return self._save(actor, last, SubmissionState.PENDING, problem="Released by a person; nothing was filed.")

    # ------------------------------------------------------------------ before sending

    def _prepare(self, encounter_id: EncounterId) -> Ready:
        """Everything about the document, freshly read: whose encounter it is in the EHR, and what was signed."""
        encounter = self._store.encounter(encounter_id)
        signing, text = self._store.signing(encounter_id), self._store.signed_text(encounter_id)
        stored = self._store.note(encounter_id, signing.version)
        known = self._ehr.encounter(encounter.ehr_encounter_id)
        patient = f"Patient/{encounter.chart.patient_id}"
        if known.patient != patient:
            raise Conflict("The EHR's encounter belongs to another patient.", code="conflict.patient")
        if known.status in _VOID:
            raise Conflict(f"The EHR's encounter is {known.status}.", code="conflict.encounter")
        signer = self._store.user(signing.by)
        author = self._ehr.practitioner(signer.username) or author_of(known.practitioners, signer.name)
        signed_at = signing.at.astimezone()
        recorded = min(encounter.created.astimezone(), signed_at)
        start = known.start.astimezone() if known.start and known.start <= recorded else recorded
        end = recorded + timedelta(seconds=encounter.samples / SAMPLE_RATE)
        note = SignedNote(
            text=text,
            note_id=f"{encounter_id}.{signing.version}",
            template=stored.note.template,
            participants=Participants(patient, known.reference, author.reference, author.name, known.organization),
            signed_at=signed_at,
            start=start,
            end=max(start, min(end, signed_at)),
        )
        resource = shaped(document_reference(note, ai_label=self._ehr.ai_label), self._ehr.profile)
        return Ready(resource, note, signing.sha256, stored.drafter)

    def _open(self, actor: UserId, encounter_id: EncounterId, sha256: str) -> Submission:
        """A new line in the ledger."""
        submission = Submission(
            id=SubmissionId(secrets.token_hex(10)),
            encounter=encounter_id,
            note_version=self._store.signing(encounter_id).version,
            state=SubmissionState.PENDING,
            sha256=sha256,
        )
        self._store.save_submission(actor, submission)
        return submission

    # ------------------------------------------------------------------ sending

    def _send(self, actor: UserId, submission: Submission, ready: Ready) -> Submission:
        """Check, write down that it is sent, send once."""
        who = ready.note.participants
        expected = Expected(who.patient, who.encounter, who.author, ready.sha256)
        issues = check(ready.resource, self._ehr.profile, expected)
        if issues:
            problem = "Not sent: " + "; ".join(f"{issue.path} {issue.problem}" for issue in issues[:8])
            return self._save(actor, submission, SubmissionState.REJECTED, problem=problem)
        only_once = self._only_once(ready)
        submission = self._save(actor, submission, SubmissionState.UNKNOWN, problem=SENT)
        answer = self._ehr.create(ready.resource, only_once)
        wait_s = answer.retry_after_s
        if answer.meaning is Meaning.BUSY and wait_s is not None and wait_s <= _LONGEST_WAIT_S:
            time.sleep(wait_s)
            answer = self._ehr.create(ready.resource, only_once)
        return self._settle(actor, submission, ready, answer)

    def _only_once(self, ready: Ready) -> str | None:
        """The If-None-Exist search of servers that promise to honour it."""
        if "identifier" not in ready.resource or not self._ehr.conditional_create():
            return None
        return f"identifier={NOTE_SYSTEM}|{ready.note.note_id}"

    def _settle(self, actor: UserId, submission: Submission, ready: Ready, answer: Answer) -> Submission:
        """Write down what the answer means."""
        match answer.meaning:
            case Meaning.CREATED:
                assert answer.id is not None
                return self._filed(actor, submission, ready, answer.id)
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
        return self._look(actor, submission, ready)

    def _resume(self, actor: UserId, submission: Submission, ready: Ready) -> Submission:
        """Settle what was left unknown.

        Where the server itself refuses duplicates (every request carries If-None-Exist), a document that is
        surely not there is sent again; elsewhere a person must look first.
        """
        submission = self._look(actor, submission, ready)
        if submission.state is SubmissionState.UNKNOWN and submission.problem == NOT_FOUND and self._only_once(ready):
            return self._send(actor, submission, ready)
        return submission

    def _look(self, actor: UserId, submission: Submission, ready: Ready) -> Submission:
        """Look for the document in the EHR; unknown stays unknown until exactly one is found."""
        found = find_filed(self._ehr, ready.note, ready.sha256)
        if found is not None and len(found) == 1:
            return self._filed(actor, submission, ready, found[0])
        problem = submission.problem
        if found:
            problem = f"The EHR holds this document {len(found)} times; a person must look."
        elif problem not in _FOR_PEOPLE:
            problem = NOT_SEARCHED if found is None else NOT_FOUND
        return self._save(actor, submission, SubmissionState.UNKNOWN, problem=problem)

    def _filed(self, actor: UserId, submission: Submission, ready: Ready, document_id: str) -> Submission:
        """Write down that it is filed, then compare the EHR's copy, then file the Provenance.

        Only the step into ``FILED`` gets here, and it is durable before the Provenance leaves: at most one is sent.
        """
        submission = self._save(actor, submission, SubmissionState.FILED, location=document_id)
        problem = self._difference(ready, document_id)
        if problem:
            submission = self._save(actor, submission, SubmissionState.FILED, location=document_id, problem=problem)
        if self._ehr.profile.provenance and ready.note.participants.custodian:
            self._file_provenance(ready, document_id)
        return submission

    def _difference(self, ready: Ready, document_id: str) -> str | None:
        """What is wrong with the EHR's copy, read back; ``None`` when it is byte for byte what was signed."""
        try:
            copy = self._ehr.read("DocumentReference", document_id)
            same = self._ehr.holds(copy, ready.sha256)
        except SidenoteError:
            return "Filed; the EHR's copy could not be read back."
        return None if same else "Filed, but the EHR's copy is not byte for byte what was signed."

    def _file_provenance(self, ready: Ready, document_id: str) -> None:
        """Best effort: the note is filed whether or not the EHR takes its Provenance."""
        note = ready.note
        making = Making(document_id, note.participants, note.start, note.signed_at, ready.drafter)
        resource = provenance(making)
        if check(resource):
            log.error("provenance of document %s failed its checks and was not sent", document_id)
            return
        answer = self._ehr.create(resource)
        if answer.meaning is not Meaning.CREATED:
            log.warning("provenance of document %s was not filed: %s", document_id, answer.meaning.value)

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
