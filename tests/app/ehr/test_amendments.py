"""An addendum, a replacement and a retraction reach the EHR exactly once, whatever the line does."""

import base64
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from support.ehr import CHART, NOTE, FaultyLine, SignedVisit, impatient, signed_visit

from app.ehr.amending import addendum_text, replacement_text, retraction_text
from app.ehr.client import Access, Ehr
from app.ehr.document import Letterhead
from app.ehr.filing import NOT_FOUND, Filing
from app.ehr.profiles import EPIC, ORACLE, US_CORE
from app.ehr.sandbox import Sandbox
from app.ehr.sandbox_people import SAMPLE_PATIENT, encounter_id
from app.ehr.text_rules import require_finished
from app.errors import Conflict, InvalidInput, NotFound
from app.records import Amendment
from app.store.amendments import NewAmendment
from visit.submissions import Submission, SubmissionState

pytestmark = pytest.mark.fault

HERE = encounter_id(SAMPLE_PATIENT)
PAPER = Letterhead(CHART, "Dr. Daniel Reed", date.today())
ADDENDUM = addendum_text("Culture came back negative.\nPatient informed.", "soap", PAPER, date.today())
REPLACEMENT = replacement_text(NOTE, PAPER, (), date.today(), "wrong dose")
RETRACTION = retraction_text("Written for another patient.", "Progress note", PAPER, date.today())


@pytest.fixture
def visit(sandbox: Sandbox, tmp_path: Path) -> Iterator[SignedVisit]:
    """A visit whose note is filed."""
    made = signed_visit(tmp_path, HERE)
    filing(sandbox.url, made).submit(made.user.id, made.encounter)
    yield made
    made.store.close()


def filing(url: str, visit: SignedVisit, *, profile: Any = US_CORE, timeout_s: float = 60) -> Filing:
    return Filing(Ehr(Access(url, timeout_s=timeout_s), profile), visit.store)


def sign(visit: SignedVisit, kind: Any, text: str, **more: Any) -> Amendment:
    return visit.store.amend(visit.user.id, visit.encounter, NewAmendment(kind, text.encode(), "I approve.", **more))


def file(sandbox: Sandbox, visit: SignedVisit, kind: Any, text: str, **more: Any) -> Submission:
    number = sign(visit, kind, text, **more).number
    return filing(sandbox.url, visit).submit(visit.user.id, visit.encounter, number)


def get(sandbox: Sandbox, path: str) -> dict[str, Any]:
    found: dict[str, Any] = httpx.get(f"{sandbox.url}/{path}", trust_env=False, timeout=60).json()
    return found


def held(sandbox: Sandbox, submission: Submission | None) -> dict[str, Any]:
    assert submission is not None
    return get(sandbox, f"DocumentReference/{submission.location}")


def text_of(document: dict[str, Any]) -> str:
    return base64.b64decode(document["content"][0]["attachment"]["data"]).decode()


def line(sandbox: Sandbox, fault: str | None) -> FaultyLine:
    return FaultyLine(urlsplit(sandbox.url).port or 0, fault)


def related(sandbox: Sandbox, visit: SignedVisit) -> list[dict[str, Any]]:
    """Every document in the EHR that relates to this visit's note."""
    note = visit.store.submission(visit.encounter)
    assert note is not None
    documents = [
        entry["resource"] for entry in get(sandbox, "DocumentReference?patient=patient-1&_count=500").get("entry", [])
    ]
    target = f"DocumentReference/{note.location}"
    return [d for d in documents if any(r["target"]["reference"] == target for r in d.get("relatesTo", []))]


def test_an_addendum_stands_beside_the_note(sandbox: Sandbox, visit: SignedVisit) -> None:
    submission = file(sandbox, visit, "addendum", ADDENDUM)
    assert (submission.state, submission.problem) == (SubmissionState.FILED, None)
    document, note = held(sandbox, submission), visit.store.submission(visit.encounter)
    assert note is not None
    assert document["relatesTo"] == [{"code": "appends", "target": {"reference": f"DocumentReference/{note.location}"}}]
    assert text_of(document) == ADDENDUM
    assert document["docStatus"] == "amended"
    assert "security" not in document["meta"], "no AI wrote an addendum"
    assert held(sandbox, note)["status"] == "current"
    (provenance,) = get(sandbox, f"Provenance?target=DocumentReference/{submission.location}")["entry"]
    assert provenance["resource"]["activity"]["coding"][0]["code"] == "APPEND"
    assert "contained" not in provenance["resource"]


def test_a_replacement_replaces_and_is_what_is_replaced_and_retracted_next(
    sandbox: Sandbox, visit: SignedVisit
) -> None:
    first = file(sandbox, visit, "replacement", REPLACEMENT, note=NOTE)
    second = file(sandbox, visit, "replacement", REPLACEMENT + "Seen again.\n", note=NOTE)
    documents = [held(sandbox, submission) for submission in (first, second)]
    assert [d["relatesTo"][0]["code"] for d in documents] == ["replaces", "replaces"]
    assert documents[1]["relatesTo"][0]["target"]["reference"] == f"DocumentReference/{first.location}"
    assert documents[0]["masterIdentifier"] != documents[1]["masterIdentifier"]
    assert documents[0]["meta"]["security"][0]["code"] == "AIAST"
    retracted = file(sandbox, visit, "retraction", RETRACTION)
    assert retracted.location == second.location
    assert held(sandbox, second)["status"] == "entered-in-error"
    assert held(sandbox, first)["status"] == "current"


def test_a_retraction_marks_the_ehrs_copy_and_ends_the_story(sandbox: Sandbox, visit: SignedVisit) -> None:
    submission = file(sandbox, visit, "retraction", RETRACTION)
    assert (submission.state, submission.problem) == (SubmissionState.FILED, None)
    document = held(sandbox, submission)
    assert (document["status"], document["docStatus"]) == ("entered-in-error", "entered-in-error")
    assert text_of(document).encode() == visit.text
    with pytest.raises(Conflict) as refused:
        sign(visit, "addendum", ADDENDUM)
    assert refused.value.code == "conflict.amendment"
    actions = [entry.action for entry in visit.store.audit_entries(target=f"encounter:{visit.encounter}")]
    assert actions[-4:] == ["amendment.signed", "submission.pending", "submission.unknown", "submission.filed"]


def test_an_addendum_can_be_retracted_alone(sandbox: Sandbox, visit: SignedVisit) -> None:
    addendum = file(sandbox, visit, "addendum", ADDENDUM)
    file(sandbox, visit, "retraction", RETRACTION, target=1)
    assert held(sandbox, addendum)["status"] == "entered-in-error"
    assert held(sandbox, visit.store.submission(visit.encounter))["status"] == "current"
    with pytest.raises(Conflict):
        sign(visit, "retraction", RETRACTION, target=1)
    with pytest.raises(Conflict):
        sign(visit, "retraction", RETRACTION, target=7)


@pytest.mark.parametrize("fault", ["drop_answer", "error_after", "hang"])
def test_an_answer_lost_makes_no_second_addendum(sandbox: Sandbox, visit: SignedVisit, fault: str) -> None:
    number = sign(visit, "addendum", ADDENDUM).number
    with line(sandbox, fault) as proxy:
        ehr = Ehr(Access(proxy.url, timeout_s=60), US_CORE)
        waits = impatient(ehr, proxy) if fault == "hang" else ehr
        lost = Filing(waits, visit.store).submit(visit.user.id, visit.encounter, number)
        again = filing(proxy.url, visit).submit(visit.user.id, visit.encounter, number)
        assert proxy.posts.count("/fhir/DocumentReference") == 1
    assert lost.state is again.state is SubmissionState.FILED
    assert len(related(sandbox, visit)) == 1


def test_a_request_that_may_have_arrived_is_unknown_then_sent_with_a_guard(
    sandbox: Sandbox, visit: SignedVisit
) -> None:
    number = sign(visit, "addendum", ADDENDUM).number
    with line(sandbox, "drop_request") as proxy:
        first = filing(proxy.url, visit).submit(visit.user.id, visit.encounter, number)
        assert (first.state, first.problem) == (SubmissionState.UNKNOWN, NOT_FOUND)
        with pytest.raises(Conflict):
            sign(visit, "addendum", ADDENDUM)
        second = filing(proxy.url, visit).submit(visit.user.id, visit.encounter, number)
    assert (second.state, second.id) == (SubmissionState.FILED, first.id)
    assert len(related(sandbox, visit)) == 1


class Updates:
    """A server before the sandbox that loses or refuses updates."""

    def __init__(self, sandbox: Sandbox, *answers: Any, profile: Any = US_CORE) -> None:
        self.ehr = Ehr(Access(sandbox.url, timeout_s=60), profile)
        self.left, self.sent = list(answers), 0
        self.real = self.ehr._transport._client
        self.ehr._transport._client = httpx.Client(transport=httpx.MockTransport(self.handle), timeout=60)

    def handle(self, request: httpx.Request) -> httpx.Response:
        if request.method != "PUT" or not self.left:
            return self.forward(request)
        self.sent += 1
        answer = self.left.pop(0)
        if answer == "lost after":
            self.forward(request)
        if isinstance(answer, httpx.Response):
            return answer
        raise httpx.ReadTimeout("lost")

    def forward(self, request: httpx.Request) -> httpx.Response:
        answer = self.real.send(request)
        headers = {k: v for k, v in answer.headers.items() if k in ("location", "content-type", "etag")}
        return httpx.Response(answer.status_code, headers=headers, content=answer.content)


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        ("lost after", SubmissionState.FILED),
        ("lost before", SubmissionState.UNKNOWN),
        (httpx.Response(412), SubmissionState.UNKNOWN),
        (httpx.Response(405), SubmissionState.REJECTED),
        (httpx.Response(403), SubmissionState.PENDING),
    ],
)
def test_what_an_update_comes_to_is_looked_up(
    sandbox: Sandbox, visit: SignedVisit, answer: Any, state: SubmissionState
) -> None:
    number = sign(visit, "retraction", RETRACTION).number
    server = Updates(sandbox, answer)
    made = Filing(server.ehr, visit.store).submit(visit.user.id, visit.encounter, number)
    assert (made.state, server.sent) == (state, 1)
    if state is not SubmissionState.FILED:
        assert held(sandbox, visit.store.submission(visit.encounter))["status"] == "current"
    if answer == "lost before":
        again = Filing(server.ehr, visit.store).submit(visit.user.id, visit.encounter, number)
        assert again.state is SubmissionState.FILED


def test_a_copy_that_is_not_ours_is_not_retracted(sandbox: Sandbox, visit: SignedVisit) -> None:
    note = visit.store.submission(visit.encounter)
    document = held(sandbox, note)
    document["subject"] = {"reference": "Patient/patient-2"}
    httpx.put(
        f"{sandbox.url}/DocumentReference/{document['id']}", json=document, trust_env=False, timeout=60
    ).raise_for_status()
    submission = file(sandbox, visit, "retraction", RETRACTION)
    assert submission.state is SubmissionState.REJECTED
    assert submission.problem == "Not sent: DocumentReference.subject is another patient's in the EHR"
    assert held(sandbox, note)["status"] == "current"


@pytest.fixture
def oracle_visit(sandbox: Sandbox, tmp_path: Path) -> Iterator[SignedVisit]:
    """A visit whose note is filed in Oracle's shape."""
    made = signed_visit(tmp_path / "oracle", HERE)
    filed = filing(sandbox.url, made, profile=ORACLE).submit(made.user.id, made.encounter)
    assert filed.state is SubmissionState.FILED, filed.problem
    yield made
    made.store.close()


def test_where_the_ehr_wants_it_a_replacement_is_an_update_of_the_note(
    sandbox: Sandbox, oracle_visit: SignedVisit
) -> None:
    note = oracle_visit.store.submission(oracle_visit.encounter)
    server = Updates(sandbox, "lost after", profile=ORACLE)
    assert "changed to this text" in server.ehr.delivery.effect("replacement")
    number = sign(oracle_visit, "replacement", REPLACEMENT).number
    made = Filing(server.ehr, oracle_visit.store).submit(oracle_visit.user.id, oracle_visit.encounter, number)
    assert note is not None
    assert (made.state, made.location, server.sent) == (SubmissionState.FILED, note.location, 1)
    now = held(sandbox, note)
    assert (now["docStatus"], now["status"], text_of(now)) == ("amended", "current", REPLACEMENT)
    assert "relatesTo" not in now
    again = replacement_text(NOTE, PAPER, (), date.today(), "wrong again")
    second = sign(oracle_visit, "replacement", again).number
    filed = filing(sandbox.url, oracle_visit, profile=ORACLE).submit(
        oracle_visit.user.id, oracle_visit.encounter, second
    )
    assert (filed.state, text_of(held(sandbox, note))) == (SubmissionState.FILED, again)


def test_a_note_that_was_changed_in_the_ehr_is_not_written_over(sandbox: Sandbox, oracle_visit: SignedVisit) -> None:
    note = oracle_visit.store.submission(oracle_visit.encounter)
    document = held(sandbox, note)
    document["content"][0]["attachment"]["data"] = base64.b64encode(b"Changed by hand.\n").decode()
    httpx.put(
        f"{sandbox.url}/DocumentReference/{document['id']}", json=document, trust_env=False, timeout=60
    ).raise_for_status()
    number = sign(oracle_visit, "replacement", REPLACEMENT).number
    made = filing(sandbox.url, oracle_visit, profile=ORACLE).submit(
        oracle_visit.user.id, oracle_visit.encounter, number
    )
    assert made.state is SubmissionState.REJECTED
    assert "is not what was filed" in str(made.problem)
    assert text_of(held(sandbox, note)) == "Changed by hand.\n"


def test_only_what_is_filed_is_amended(sandbox: Sandbox, tmp_path: Path) -> None:
    unfiled = signed_visit(tmp_path / "other", HERE)
    with pytest.raises(Conflict) as refused:
        sign(unfiled, "addendum", ADDENDUM)
    assert refused.value.code == "conflict.unfiled"
    with pytest.raises(NotFound):
        unfiled.store.amendment(unfiled.encounter, 1)
    unfiled.store.close()


def test_vendors_say_what_to_do_instead(sandbox: Sandbox) -> None:
    for profile in (EPIC, ORACLE):
        refusal = Ehr(Access(sandbox.url), profile).delivery.refusal("addendum")
        assert "inside the EHR" in str(refusal)
    assert Ehr(Access(sandbox.url), US_CORE).delivery.refusal("retraction") is None


def test_the_words_pass_the_rules_and_are_never_empty() -> None:
    for text in (ADDENDUM, REPLACEMENT, RETRACTION):
        require_finished(text, "final")
    assert ADDENDUM.startswith("ADDENDUM TO ")
    assert "Culture came back negative.\nPatient informed.\n" in ADDENDUM
    assert "replaces the note that was filed before.\nReason: wrong dose\n" in REPLACEMENT
    with pytest.raises(InvalidInput):
        addendum_text(" \n ", "soap", PAPER, date.today())
    with pytest.raises(InvalidInput):
        retraction_text("", "Progress note", PAPER, date.today())
