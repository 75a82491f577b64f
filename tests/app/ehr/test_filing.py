"""A signed note is filed exactly once, whatever the line does."""

import base64
import hashlib
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from support.ehr import FaultyLine, SignedVisit, impatient, signed_visit, text_of

from app.ehr.client import Access, Ehr
from app.ehr.document import NOTE_SYSTEM
from app.ehr.filing import NOT_FOUND, Filing
from app.ehr.profiles import EPIC, ORACLE, US_CORE, Profile
from app.ehr.sandbox import Sandbox
from app.ehr.sandbox_people import SAMPLE_PATIENT, encounter_id
from app.errors import Conflict, NotFound, Unavailable
from visit.submissions import SubmissionState

pytestmark = pytest.mark.fault

HERE = encounter_id(SAMPLE_PATIENT)


@pytest.fixture
def visit(tmp_path: Path) -> Iterator[SignedVisit]:
    made = signed_visit(tmp_path, HERE)
    yield made
    made.store.close()


def filing(
    sandbox: Sandbox, visit: SignedVisit, *, url: str = "", profile: Profile = US_CORE, timeout_s: float = 60
) -> Filing:
    return Filing(Ehr(Access(url or sandbox.url, timeout_s=timeout_s), profile), visit.store)


def line(sandbox: Sandbox, fault: str | None, kind: str = "DocumentReference") -> FaultyLine:
    return FaultyLine(urlsplit(sandbox.url).port or 0, fault, kind)


def filed(sandbox: Sandbox, visit: SignedVisit) -> list[dict[str, Any]]:
    """The documents in the EHR that carry the bytes of this visit's note under this visit's identifier."""
    found = httpx.get(
        f"{sandbox.url}/DocumentReference",
        params={"identifier": f"{NOTE_SYSTEM}|{visit.encounter}.1"},
        trust_env=False,
        timeout=60,
    )
    documents = [entry["resource"] for entry in found.json().get("entry", [])]
    assert all(base64.b64decode(d["content"][0]["attachment"]["data"]) == visit.text for d in documents)
    return documents


def provenances(sandbox: Sandbox, document_id: str | None) -> int:
    params = {"target": f"DocumentReference/{document_id}"}
    total: int = httpx.get(f"{sandbox.url}/Provenance", params=params, trust_env=False, timeout=60).json()["total"]
    return total


def test_a_signed_note_is_filed_read_back_and_has_one_provenance(sandbox: Sandbox, visit: SignedVisit) -> None:
    submission = filing(sandbox, visit).submit(visit.user.id, visit.encounter)
    assert submission.state is SubmissionState.FILED
    assert submission.problem is None
    assert submission.sha256 == hashlib.sha256(visit.text).hexdigest()
    (document,) = filed(sandbox, visit)
    assert document["id"] == submission.location
    assert document["docStatus"] == "final"
    assert document["context"]["encounter"] == [{"reference": f"Encounter/{HERE}"}]
    assert document["author"][0]["reference"] == "Practitioner/clinician-1"
    assert document["custodian"] == {"reference": "Organization/practice-1"}
    assert provenances(sandbox, submission.location) == 1
    assert visit.store.encounter(visit.encounter).state == "filed"


def test_filing_again_is_the_same_filing(sandbox: Sandbox, visit: SignedVisit) -> None:
    first = filing(sandbox, visit).submit(visit.user.id, visit.encounter)
    assert filing(sandbox, visit).submit(visit.user.id, visit.encounter) == first
    assert len(filed(sandbox, visit)) == 1
    assert provenances(sandbox, first.location) == 1


def test_eight_at_once_are_one_filing(sandbox: Sandbox, visit: SignedVisit) -> None:
    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(lambda _: filing(sandbox, visit).submit(visit.user.id, visit.encounter), range(8)))
    assert len({submission.id for submission in done}) == 1
    assert len(filed(sandbox, visit)) == 1


@pytest.mark.parametrize("fault", ["drop_answer", "error_after", "cut_answer", "hang"])
def test_an_answer_lost_after_the_commit_is_found_again(sandbox: Sandbox, visit: SignedVisit, fault: str) -> None:
    with line(sandbox, fault) as proxy:
        ehr = Ehr(Access(proxy.url, timeout_s=60), US_CORE)
        waits = impatient(ehr, proxy) if fault == "hang" else ehr
        submission = Filing(waits, visit.store).submit(visit.user.id, visit.encounter)
        again = filing(sandbox, visit, url=proxy.url).submit(visit.user.id, visit.encounter)
        assert [path for path in proxy.posts if path.endswith("DocumentReference")] == ["/fhir/DocumentReference"]
    assert submission.state is SubmissionState.FILED
    assert again == submission
    assert len(filed(sandbox, visit)) == 1
    assert provenances(sandbox, submission.location) == 1


def test_a_request_that_may_have_arrived_is_unknown_and_then_sent_with_a_guard(
    sandbox: Sandbox, visit: SignedVisit
) -> None:
    with line(sandbox, "drop_request") as proxy:
        first = filing(sandbox, visit, url=proxy.url).submit(visit.user.id, visit.encounter)
        assert (first.state, first.problem) == (SubmissionState.UNKNOWN, NOT_FOUND)
        assert filed(sandbox, visit) == []
        second = filing(sandbox, visit, url=proxy.url).submit(visit.user.id, visit.encounter)
    assert second.state is SubmissionState.FILED
    assert second.id == first.id
    assert len(filed(sandbox, visit)) == 1


def test_a_request_that_arrives_late_does_not_make_two(sandbox: Sandbox, visit: SignedVisit) -> None:
    with line(sandbox, "late") as proxy:
        proxy.late_s = 300.0
        hasty = impatient(Ehr(Access(proxy.url, timeout_s=60), US_CORE), proxy, sure=False)
        first = Filing(hasty, visit.store).submit(visit.user.id, visit.encounter)
        assert first.state is SubmissionState.UNKNOWN
        second = filing(sandbox, visit, url=proxy.url).submit(visit.user.id, visit.encounter)
        assert second.state is SubmissionState.FILED
        assert not proxy.forwarded.is_set()
        proxy.hurry.set()
        assert proxy.forwarded.wait(60)
    assert len(filed(sandbox, visit)) == 1


def test_where_the_server_does_not_refuse_duplicates_a_person_must_look(sandbox: Sandbox, tmp_path: Path) -> None:
    visit = signed_visit(tmp_path, HERE, text=text_of(date.today()) + "Seen at nine.\n")
    with line(sandbox, "drop_request") as proxy:
        epic = filing(sandbox, visit, url=proxy.url, profile=EPIC)
        for _ in range(3):
            assert epic.submit(visit.user.id, visit.encounter).state is SubmissionState.UNKNOWN
        assert proxy.posts == ["/fhir/DocumentReference"]
        epic.release(visit.user.id, visit.encounter)
        assert epic.submit(visit.user.id, visit.encounter).state is SubmissionState.FILED
        assert proxy.posts == ["/fhir/DocumentReference"] * 2
    with pytest.raises(Conflict):
        epic.release(visit.user.id, visit.encounter)
    visit.store.close()


def test_the_same_words_filed_under_another_identifier_are_another_note(sandbox: Sandbox, tmp_path: Path) -> None:
    one, other = signed_visit(tmp_path / "one", HERE), signed_visit(tmp_path / "other", HERE)
    assert one.text == other.text
    for made in (one, other):
        with line(sandbox, "drop_answer") as proxy:
            submission = filing(sandbox, made, url=proxy.url).submit(made.user.id, made.encounter)
        assert submission.state is SubmissionState.FILED
        assert [document["id"] for document in filed(sandbox, made)] == [submission.location]
        made.store.close()


@pytest.mark.parametrize("profile", [EPIC, ORACLE])
def test_without_an_identifier_the_document_is_found_by_its_bytes(
    sandbox: Sandbox, visit: SignedVisit, tmp_path: Path, profile: Profile
) -> None:
    mine = signed_visit(tmp_path / "own", HERE, text=text_of(date.today()) + f"Visit {profile.name}.\n")
    with line(sandbox, "drop_answer") as proxy:
        submission = filing(sandbox, mine, url=proxy.url, profile=profile).submit(mine.user.id, mine.encounter)
    assert submission.state is SubmissionState.FILED
    copy = httpx.get(f"{sandbox.url}/DocumentReference/{submission.location}", trust_env=False, timeout=60).json()
    assert base64.b64decode(copy["content"][0]["attachment"]["data"]) == mine.text
    assert "identifier" not in copy
    mine.store.close()


def test_a_lost_provenance_is_not_sent_again(sandbox: Sandbox, visit: SignedVisit) -> None:
    with line(sandbox, "drop_answer", "Provenance") as proxy:
        first = filing(sandbox, visit, url=proxy.url).submit(visit.user.id, visit.encounter)
        assert filing(sandbox, visit, url=proxy.url).submit(visit.user.id, visit.encounter) == first
        assert proxy.posts.count("/fhir/Provenance") == 1
    assert provenances(sandbox, first.location) == 1


def test_a_crash_after_sending_leaves_the_truth_behind(sandbox: Sandbox, visit: SignedVisit) -> None:
    """The process dies while it waits: what the ledger said before the request left is what the next one reads."""
    ehr = Ehr(Access(sandbox.url, timeout_s=60), US_CORE)
    create = ehr.create

    def die_after(resource: dict[str, Any], if_none_exist: str | None = None) -> Any:
        create(resource, if_none_exist)
        raise KeyboardInterrupt

    ehr.create = die_after  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        Filing(ehr, visit.store).submit(visit.user.id, visit.encounter)
    left = visit.store.submission(visit.encounter)
    assert left is not None
    assert left.state is SubmissionState.UNKNOWN
    assert filing(sandbox, visit).submit(visit.user.id, visit.encounter).state is SubmissionState.FILED
    assert len(filed(sandbox, visit)) == 1


SUBMIT = """
import sys
from pathlib import Path
from app.ehr.client import Access, Ehr
from app.ehr.filing import Filing
from app.ehr.profiles import US_CORE
from app.settings import Settings
from app.store import Store
folder, url, user, encounter = sys.argv[1:]
Filing(Ehr(Access(url, timeout_s=60), US_CORE), Store.open(Settings(data_dir=Path(folder)))).submit(user, encounter)
"""


@pytest.mark.parametrize("kind", ["DocumentReference", "Provenance"])
def test_a_server_killed_while_it_waits_for_the_answer_files_once(
    sandbox: Sandbox, visit: SignedVisit, tmp_path: Path, kind: str
) -> None:
    with line(sandbox, "hang", kind) as proxy:
        child = subprocess.Popen(
            [sys.executable, "-c", SUBMIT, str(tmp_path), proxy.url, visit.user.id, visit.encounter]
        )
        assert proxy.forwarded.wait(60)
        child.kill()
        child.wait()
    left = visit.store.submission(visit.encounter)
    assert left is not None
    assert left.state is (SubmissionState.FILED if kind == "Provenance" else SubmissionState.UNKNOWN)
    submission = filing(sandbox, visit).submit(visit.user.id, visit.encounter)
    assert submission.state is SubmissionState.FILED
    assert submission.id == left.id
    assert len(filed(sandbox, visit)) == 1
    assert provenances(sandbox, submission.location) == 1


def test_an_ehr_that_is_down_is_said_to_be_and_nothing_is_written(sandbox: Sandbox, visit: SignedVisit) -> None:
    down = filing(sandbox, visit, url="http://127.0.0.1:9/fhir")
    with pytest.raises(Unavailable):
        down.submit(visit.user.id, visit.encounter)
    assert visit.store.submission(visit.encounter) is None
    assert filing(sandbox, visit).submit(visit.user.id, visit.encounter).state is SubmissionState.FILED


class Answering:
    """A server before the sandbox that answers creates itself, each time with the next of its answers."""

    def __init__(self, ehr: Ehr, *answers: httpx.Response) -> None:
        self.left, self.sent = list(answers), 0
        real = ehr._transport._client
        ehr._transport._client = httpx.Client(transport=httpx.MockTransport(self.handle), timeout=60)
        self.real = real

    def handle(self, request: httpx.Request) -> httpx.Response:
        if request.method == "POST" and request.url.path.endswith("DocumentReference"):
            self.sent += 1
            if self.left:
                return self.left.pop(0)
        answer = self.real.send(request)
        headers = {k: v for k, v in answer.headers.items() if k in ("location", "content-type", "etag")}
        return httpx.Response(answer.status_code, headers=headers, content=answer.content)


def answering(sandbox: Sandbox, *answers: httpx.Response) -> tuple[Ehr, Answering]:
    ehr = Ehr(Access(sandbox.url, timeout_s=60), US_CORE)
    return ehr, Answering(ehr, *answers)


def test_a_refusal_is_shown_and_a_new_try_is_a_new_line(sandbox: Sandbox, visit: SignedVisit) -> None:
    outcome = {
        "resourceType": "OperationOutcome",
        "issue": [{"severity": "error", "code": "invalid", "expression": ["DocumentReference.type"]}],
    }
    ehr, server = answering(sandbox, httpx.Response(422, json=outcome))
    refused = Filing(ehr, visit.store).submit(visit.user.id, visit.encounter)
    assert refused.state is SubmissionState.REJECTED
    assert refused.problem == "The EHR refused the document (422: invalid at DocumentReference.type)."
    assert server.sent == 1
    again = Filing(ehr, visit.store).submit(visit.user.id, visit.encounter)
    assert again.state is SubmissionState.FILED
    assert again.id != refused.id


@pytest.mark.parametrize("status", [401, 403, 429])
def test_what_was_certainly_not_taken_may_be_sent_again(sandbox: Sandbox, visit: SignedVisit, status: int) -> None:
    ehr, server = answering(sandbox, httpx.Response(status))
    waiting = Filing(ehr, visit.store).submit(visit.user.id, visit.encounter)
    assert waiting.state is SubmissionState.PENDING
    assert str(status) in str(waiting.problem)
    again = Filing(ehr, visit.store).submit(visit.user.id, visit.encounter)
    assert (again.state, again.id, server.sent) == (SubmissionState.FILED, waiting.id, 2)


def test_a_short_retry_after_is_waited_for(sandbox: Sandbox, visit: SignedVisit) -> None:
    ehr, server = answering(sandbox, httpx.Response(503, headers={"Retry-After": "0"}))
    assert Filing(ehr, visit.store).submit(visit.user.id, visit.encounter).state is SubmissionState.FILED
    assert server.sent == 2


@pytest.mark.parametrize("status", [202, 409, 412])
def test_what_only_a_person_can_settle_is_never_sent_again(sandbox: Sandbox, visit: SignedVisit, status: int) -> None:
    ehr, server = answering(sandbox, httpx.Response(status))
    for _ in range(3):
        assert Filing(ehr, visit.store).submit(visit.user.id, visit.encounter).state is SubmissionState.UNKNOWN
    assert server.sent == 1


def test_a_copy_that_differs_is_reported(sandbox: Sandbox, visit: SignedVisit) -> None:
    other = httpx.post(
        f"{sandbox.url}/DocumentReference",
        json={
            "resourceType": "DocumentReference",
            "status": "current",
            "content": [{"attachment": {"contentType": "text/plain", "data": "TQ=="}}],
        },
        trust_env=False,
    )
    place = other.headers["location"]
    ehr, _ = answering(sandbox, httpx.Response(201, headers={"Location": place}))
    submission = Filing(ehr, visit.store).submit(visit.user.id, visit.encounter)
    assert submission.state is SubmissionState.FILED
    assert "not byte for byte" in str(submission.problem)


def test_a_note_of_another_patient_is_not_sent(sandbox: Sandbox, tmp_path: Path) -> None:
    wrong = signed_visit(tmp_path, encounter_id("patient-2"))
    with pytest.raises(Conflict) as caught:
        filing(sandbox, wrong).submit(wrong.user.id, wrong.encounter)
    assert caught.value.code == "conflict.patient"
    assert wrong.store.submission(wrong.encounter) is None
    wrong.store.close()


@pytest.mark.parametrize("status", ["cancelled", "entered-in-error"])
def test_a_note_of_a_void_encounter_is_not_sent(sandbox: Sandbox, tmp_path: Path, status: str) -> None:
    void = {
        "resourceType": "Encounter",
        "id": f"void-{status}",
        "status": status,
        "class": {"code": "AMB"},
        "subject": {"reference": f"Patient/{SAMPLE_PATIENT}"},
        "participant": [{"individual": {"reference": "Practitioner/clinician-1"}}],
    }
    assert httpx.put(f"{sandbox.url}/Encounter/{void['id']}", json=void, trust_env=False, timeout=60).is_success
    visit = signed_visit(tmp_path, str(void["id"]))
    with pytest.raises(Conflict) as caught:
        filing(sandbox, visit).submit(visit.user.id, visit.encounter)
    assert caught.value.code == "conflict.encounter"
    visit.store.close()


def test_a_note_signed_by_somebody_else_is_not_sent(sandbox: Sandbox, tmp_path: Path) -> None:
    other = signed_visit(tmp_path, HERE, signer="Dr. Mei Chen")
    with pytest.raises(Conflict) as caught:
        filing(sandbox, other).submit(other.user.id, other.encounter)
    assert caught.value.code == "conflict.author"
    other.store.close()


def test_a_user_may_be_mapped_to_a_practitioner(sandbox: Sandbox, visit: SignedVisit) -> None:
    mapped = Access(sandbox.url, timeout_s=60, practitioners={"reed": "clinician-1"})
    submission = Filing(Ehr(mapped, US_CORE), visit.store).submit(visit.user.id, visit.encounter)
    assert submission.state is SubmissionState.FILED
    wrong = Access(sandbox.url, timeout_s=60, practitioners={"reed": "nobody-here"})
    with pytest.raises(NotFound):
        Ehr(wrong, US_CORE).practitioner("reed")


def test_a_note_that_fails_its_checks_is_rejected_before_it_leaves(sandbox: Sandbox, tmp_path: Path) -> None:
    unfinished = signed_visit(tmp_path, HERE, text=text_of(date.today()) + "Return in *** weeks.\n")
    with line(sandbox, None) as proxy:
        submission = filing(sandbox, unfinished, url=proxy.url).submit(unfinished.user.id, unfinished.encounter)
        assert proxy.posts == []
    assert submission.state is SubmissionState.REJECTED
    assert "wildcard" in str(submission.problem)
    assert "Return" not in str(submission.problem)
    unfinished.store.close()


def test_an_unsigned_note_is_not_sent(sandbox: Sandbox, visit: SignedVisit) -> None:
    other = visit.store.open_encounter(visit.user.id, "another", visit.store.encounter(visit.encounter).chart, "soap")
    with pytest.raises(NotFound):
        filing(sandbox, visit).submit(visit.user.id, other.id)
