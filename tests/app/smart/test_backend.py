"""The server's own tokens from a real OAuth server: proved by our key, kept, renewed, and their scopes known."""

from pathlib import Path

import pytest
from support.ehr import signed_visit
from support.smart_ehr import BACKEND

from app.ehr.client import Ehr
from app.ehr.connection import examine
from app.ehr.filing import Filing
from app.ehr.sandbox_people import SAMPLE_PATIENT, encounter_id
from app.errors import NotAllowed, Unavailable
from app.smart import tokens as tokens_module
from app.smart.clients import backend_tokens
from app.smart.keys import make_key
from visit.submissions import SubmissionState

from .conftest import Hospital

pytestmark = pytest.mark.integration


def test_one_token_serves_many_requests_and_a_dead_one_is_renewed(
    hospital: Hospital, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    real = tokens_module.ask_token
    monkeypatch.setattr(tokens_module, "ask_token", lambda *args: asked.append(1) or real(*args))
    ehr = Ehr.from_settings(hospital.backend())
    for _ in range(3):
        assert ehr.read("Patient", SAMPLE_PATIENT)["id"] == SAMPLE_PATIENT
    assert len(asked) == 1
    tokens = ehr.tokens
    assert isinstance(tokens, tokens_module.BackendTokens)
    answer = tokens._answer
    assert answer is not None
    tokens._answer = tokens_module.TokenAnswer("revoked", 300, answer.scope)
    assert ehr.read("Patient", SAMPLE_PATIENT)["id"] == SAMPLE_PATIENT
    assert len(asked) == 2
    tokens._ends = 0.0
    ehr.ping()
    assert len(asked) == 3
    ehr.close()


def test_a_note_is_filed_with_it(hospital: Hospital, tmp_path: Path) -> None:
    visit = signed_visit(tmp_path, encounter_id(SAMPLE_PATIENT))
    ehr = Ehr.from_settings(hospital.backend())
    filed = Filing(ehr, visit.store).submit(visit.user.id, visit.encounter)
    assert (filed.state, filed.problem) == (SubmissionState.FILED, None)
    visit.store.close()
    ehr.close()


def test_the_connection_names_what_is_missing(hospital: Hospital) -> None:
    whole = Ehr.from_settings(hospital.backend())
    assert examine(whole).ok
    some = "system/Patient.r system/Encounter.rs"
    part = Ehr.from_settings(hospital.backend(ehr_scopes=some))
    found = examine(part)
    assert found.granted == some
    assert not found.ok
    assert ("system/DocumentReference.c", "file the note") in [(scope, need.purpose) for scope, need in found.missing]
    with pytest.raises(NotAllowed, match=r"lacks the scope system/Practitioner\.r"):
        part.read("Practitioner", "clinician-1")
    whole.close()
    part.close()


def test_another_key_gets_no_token(hospital: Hospital, tmp_path: Path) -> None:
    make_key(tmp_path / "other.pem")
    tokens = backend_tokens(hospital.backend(ehr_client_key=tmp_path / "other.pem"))
    assert tokens is not None
    with pytest.raises(NotAllowed, match="invalid_client"):
        tokens.current()
    found = examine(Ehr.from_settings(hospital.backend(ehr_client_key=tmp_path / "other.pem")))
    assert (found.ok, found.granted) == (False, None)


def test_without_the_authorization_server_nothing_is_sent(hospital: Hospital, tmp_path: Path) -> None:
    visit = signed_visit(tmp_path, encounter_id(SAMPLE_PATIENT))
    down = hospital.backend(ehr_url="http://127.0.0.1:9/fhir")
    tokens = backend_tokens(down)
    assert tokens is not None
    with pytest.raises(Unavailable):
        tokens.current()
    filing = Filing(Ehr.from_settings(down), visit.store)
    with pytest.raises(Unavailable):
        filing.submit(visit.user.id, visit.encounter)
    assert visit.store.submission(visit.encounter) is None
    visit.store.close()


def test_the_client_id_of_nobody_is_refused(hospital: Hospital) -> None:
    tokens = backend_tokens(hospital.settings(ehr_client_id=f"{BACKEND}-2"))
    assert tokens is not None
    with pytest.raises(NotAllowed):
        tokens.current()
