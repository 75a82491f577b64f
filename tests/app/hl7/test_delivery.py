"""A signed note reaches an HL7 v2 interface once, whatever becomes of the acknowledgement."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hl7apy.parser import parse_message
from support.ehr import CHART, SignedVisit, signed_visit
from support.mllp import Receiver

from app.ehr.amending import addendum_text, retraction_text
from app.ehr.client import Ehr
from app.ehr.document import Letterhead
from app.ehr.filing import NO_ANSWER, Filing
from app.ehr.sandbox import Sandbox
from app.ehr.sandbox_people import SAMPLE_PATIENT, encounter_id
from app.errors import InvalidInput
from app.hl7 import delivery
from app.hl7.delivery import interface_from
from app.hl7.mllp import exchange
from app.settings import Settings
from app.store.amendments import NewAmendment
from visit.submissions import Submission, SubmissionState

pytestmark = pytest.mark.fault

PAPER = Letterhead(CHART, "Dr. Daniel Reed", date.today())


@pytest.fixture
def visit(tmp_path: Path) -> Iterator[SignedVisit]:
    made = signed_visit(tmp_path, encounter_id(SAMPLE_PATIENT))
    yield made
    made.store.close()


def submit(sandbox: Sandbox, receiver: Receiver, visit: SignedVisit, amendment: int = 0) -> Submission:
    settings = Settings(ehr_url=sandbox.url, mllp_address=receiver.address, ehr_timeout_s=60)
    return Filing(Ehr.from_settings(settings), visit.store).submit(visit.user.id, visit.encounter, amendment)


def test_a_note_is_filed_and_strictly_valid(sandbox: Sandbox, receiver: Receiver, visit: SignedVisit) -> None:
    submission = submit(sandbox, receiver, visit)
    assert (submission.state, submission.location) == (SubmissionState.FILED, f"{visit.encounter}.1")
    assert visit.store.encounter(visit.encounter).state == "filed"
    (message,) = receiver.messages
    parsed = parse_message(message, find_groups=True)
    parsed.validate()
    assert parsed.msh.msh_10.value == submission.id
    assert parsed.msh.msh_18.value == "UNICODE UTF-8"
    assert parsed.txa.txa_12.txa_12_1.value == submission.location
    assert parsed.txa.txa_17.value == "AU"
    flat = parse_message(message, find_groups=False)
    assert flat.pid.pid_3.pid_3_1.value == "sandbox-patient-1"
    assert flat.pv1.pv1_19.pv1_19_1.value == encounter_id(SAMPLE_PATIENT)
    lines = [obx.obx_5.value for obx in flat.obx]
    assert "\n".join("" if line == " " else line for line in lines) + "\n" == visit.text.decode()


def test_filing_again_sends_nothing(sandbox: Sandbox, receiver: Receiver, visit: SignedVisit) -> None:
    first = submit(sandbox, receiver, visit)
    assert submit(sandbox, receiver, visit) == first
    assert len(receiver.messages) == 1


@pytest.mark.parametrize("fault", ["lost", "cut", "noise", "silent"])
def test_without_an_acknowledgement_the_same_message_goes_again(
    sandbox: Sandbox, receiver: Receiver, visit: SignedVisit, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    receiver.answers = [fault]
    with monkeypatch.context() as hasty:
        if fault == "silent":
            hasty.setattr(delivery, "exchange", lambda to, *said: exchange(replace(to, timeout_s=0.5), *said))
        first = submit(sandbox, receiver, visit)
    assert (first.state, first.problem) == (SubmissionState.UNKNOWN, NO_ANSWER)
    second = submit(sandbox, receiver, visit)
    assert (second.state, second.id) == (SubmissionState.FILED, first.id)
    assert receiver.controls() == [first.id, first.id]
    assert list(receiver.filed) == [f"{visit.encounter}.1"]


def test_an_acknowledgement_of_another_message_is_not_ours(
    sandbox: Sandbox, receiver: Receiver, visit: SignedVisit
) -> None:
    receiver.answers = ["other"]
    assert submit(sandbox, receiver, visit).state is SubmissionState.FILED


def test_an_application_error_is_shown_without_its_words_and_a_new_try_is_a_new_message(
    sandbox: Sandbox, receiver: Receiver, visit: SignedVisit
) -> None:
    receiver.answers = ["AE"]
    refused = submit(sandbox, receiver, visit)
    assert refused.state is SubmissionState.REJECTED
    assert refused.problem == "The interface refused the document (AE; 102 at OBX-3-5)."
    assert submit(sandbox, receiver, visit).state is SubmissionState.FILED
    assert len(set(receiver.controls())) == 2


def test_a_rejected_message_may_be_sent_again_as_it_is(
    sandbox: Sandbox, receiver: Receiver, visit: SignedVisit
) -> None:
    receiver.answers = ["AR"]
    waiting = submit(sandbox, receiver, visit)
    assert (waiting.state, waiting.problem) == (
        SubmissionState.PENDING,
        "The interface rejected the message (AR). Nothing was filed.",
    )
    assert submit(sandbox, receiver, visit).id == waiting.id
    assert len(set(receiver.controls())) == 1


def test_a_duplicate_is_for_a_person(sandbox: Sandbox, receiver: Receiver, visit: SignedVisit) -> None:
    receiver.answers = ["cut", "205"]
    submit(sandbox, receiver, visit)
    for _ in range(3):
        assert submit(sandbox, receiver, visit).state is SubmissionState.UNKNOWN
    assert len(receiver.messages) == 2


def test_an_interface_that_is_down_gets_nothing(sandbox: Sandbox, visit: SignedVisit) -> None:
    settings = Settings(ehr_url=sandbox.url, mllp_address="127.0.0.1:9")
    waiting = Filing(Ehr.from_settings(settings), visit.store).submit(visit.user.id, visit.encounter)
    assert (waiting.state, waiting.problem) == (
        SubmissionState.PENDING,
        "The interface cannot be reached. Nothing was sent.",
    )


def test_amendments_name_the_document_they_are_about(sandbox: Sandbox, receiver: Receiver, visit: SignedVisit) -> None:
    submit(sandbox, receiver, visit)
    texts = {
        "addendum": addendum_text("Result: negative.", "soap", PAPER, date.today()),
        "replacement": visit.text.decode() + "Corrected.\n",
        "retraction": retraction_text("Another patient's.", "Progress note", PAPER, date.today()),
    }
    for kind, text in texts.items():
        new = NewAmendment(kind, text.encode(), "I approve.")  # type: ignore[arg-type]
        number = visit.store.amend(visit.user.id, visit.encounter, new).number
        assert submit(sandbox, receiver, visit, number).state is SubmissionState.FILED
    note, *others = [parse_message(message, find_groups=False) for message in receiver.messages]
    for message in others:
        parse_message(message.to_er7(), find_groups=True).validate()
    assert [m.msh.msh_9.value for m in others] == ["MDM^T06^MDM_T02", "MDM^T10^MDM_T02", "MDM^T11^MDM_T01"]
    numbers = [m.txa.txa_12.txa_12_1.value for m in (note, *others)]
    assert numbers == [f"{visit.encounter}.1", f"{visit.encounter}.1.1", f"{visit.encounter}.1.2", numbers[2]]
    assert [m.txa.txa_13.txa_13_1.value for m in others[:2]] == [numbers[0]] * 2
    assert [m.txa.txa_19.value for m in others] == ["AV", "AV", "CA"]
    assert len(list(others[2].obx)) == 0
    assert sorted(receiver.filed) == numbers[:2]


def test_a_bad_address_is_named() -> None:
    for address in ("nowhere", "host:", ":2575", "host:99999"):
        with pytest.raises(InvalidInput):
            interface_from(Settings(mllp_address=address))
    assert interface_from(Settings()) is None
