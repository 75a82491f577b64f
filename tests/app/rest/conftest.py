"""The whole application over a real store, with small stand-ins for the models and the EHR."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.ehr.amending import EFFECT
from app.errors import Unavailable
from app.records import Encounter, User
from app.server import create_app
from app.settings import Settings
from app.store import Store
from visit.charts import Chart
from visit.codes import CodeProblem, CodeSuggestion, Complexity, Hint, LevelElement, RiskCategory, VisitLevel
from visit.findings import Finding, FindingKind
from visit.ids import EncounterId, FindingId, PatientId, SentenceId, SubmissionId
from visit.notes import Division, Note, NoteSentence, Origin, Verdict
from visit.submissions import Submission, SubmissionState
from visit.turns import Gap, Speaker, Transcript, Turn

ORIGIN = "http://127.0.0.1:8000"
PASSWORD = "a long enough password"  # noqa: S105

CHART = Chart(PatientId("p-1"), "Juniper Example", date(1980, 5, 6), "female", None, ("lisinopril",), ("penicillin",))
TURNS = (
    Turn(0, Speaker.CLINICIAN, "Any dizziness?", 0, 16_000),
    Turn(1, Speaker.PATIENT, "Quokka dizziness at night.", 16_000, 40_000),
)
NOTE = Note(
    (
        NoteSentence(
            SentenceId("s1"), Division.HISTORY, "Dizziness at night.", (0, 1), Verdict.SUPPORTED, Origin.RULES
        ),
        NoteSentence(SentenceId("s2"), Division.PLAN, "Return in two weeks.", (1,), Verdict.SUPPORTED, Origin.RULES),
    ),
    "soap",
    (Division.SOCIAL,),
)
FINDINGS = (Finding(FindingId("f1"), FindingKind.SYMPTOM, "dizziness", "dizziness", (0, 1)),)
CODES = (CodeSuggestion("R42", "Dizziness and giddiness", 0.9, "named in the assessment", ()),)
EXTRA = CodeSuggestion("I10", "Essential (primary) hypertension", 1.0, "exact match", ())


@dataclass
class FakeDelivery:
    """A way into the EHR that takes every amendment, unless it has a reason not to."""

    no: str | None = None

    def refusal(self, kind: str) -> str | None:
        return self.no

    def effect(self, kind: str) -> str:
        return EFFECT[kind]


@dataclass
class FakeEhr:
    """An EHR with one visit in its schedule."""

    destination: str = "test FHIR server"
    doc_status: str = "final"
    delivery: FakeDelivery = field(default_factory=FakeDelivery)

    url: str = "http://127.0.0.1:1/fhir"
    tokens: Any = None

    def capabilities(self) -> dict[str, Any]:
        return {"resourceType": "CapabilityStatement", "fhirVersion": "4.0.1", "software": {"name": "test"}}

    def conditional_create(self) -> bool:
        return True

    def schedule(self) -> list[Any]:
        patient = SimpleNamespace(id="p-1", name="Juniper Example", birth_date=None, sex=None)
        start = datetime(2026, 1, 2, 9, tzinfo=UTC)
        return [SimpleNamespace(ehr_encounter_id="ehr-1", patient=patient, start=start, reason=None)]

    def chart(self, ehr_encounter_id: str) -> Chart:
        return CHART

    def encounter(self, ehr_encounter_id: str) -> Any:
        raise Unavailable("The EHR does not answer.", code="unavailable.ehr")

    def close(self) -> None:
        pass


class FakeDrafter:
    """Calls what a clinician wrote supported, unless told to fail."""

    broken = False

    def verify(self, sentence: NoteSentence, turns: object, findings: object) -> NoteSentence:
        if self.broken:
            raise RuntimeError("quokka")
        return replace(sentence, verdict=Verdict.SUPPORTED)


class FakeCoder:
    """Knows one code that was not suggested, asks one question, and finds fault with one code."""

    version, release = "test coder 1", "Test 2026"

    def search(self, query: str, limit: int = 10) -> tuple[CodeSuggestion, ...]:
        return (EXTRA,) if query in ("I10", "hypertension") else ()

    def hints(self, note: Note, suggestions: Any) -> tuple[Hint, ...]:
        return (Hint("h1", "How long has it lasted?", "IV.D", "R42"),) if suggestions else ()

    def level(self, note: Note, suggestions: Any) -> VisitLevel:
        return VisitLevel(Complexity.LOW, (LevelElement("problems", Complexity.LOW, "one acute problem"),))

    def audit(self, codes: Any, note: Note, chart: Any = None) -> tuple[CodeProblem, ...]:
        return tuple(CodeProblem(code, "unknown", "not in the release") for code in codes if code == "Z99.9")

    def risk_categories(self, codes: Any) -> tuple[RiskCategory, ...]:
        return ()


@dataclass
class House:
    """The application, its store, and the people who use it."""

    settings: Settings
    store: Store
    parts: Any
    client: TestClient
    people: dict[str, User] = field(default_factory=dict)

    def sign_in(self, username: str) -> "Caller":
        """A caller with a session of their own."""
        client = TestClient(self.client.app, base_url=ORIGIN)
        answer = client.post("/api/session", json={"username": username, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        client.headers["X-CSRF-Token"] = answer.json()["csrf"]
        client.headers["Origin"] = ORIGIN
        return Caller(client, self.client)

    def encounter(self, owner: str = "clinician", state: str = "drafted", ehr_id: str = "ehr-9") -> Encounter:
        """An encounter brought to a state."""
        return advance(self.store, self.people[owner], state, ehr_id)


class Caller:
    """One user's browser."""

    def __init__(self, client: TestClient, served: TestClient) -> None:
        self.client = client
        client.portal = served.portal  # the same event loop as the running application

    def __getattr__(self, name: str) -> Callable[..., Any]:
        return getattr(self.client, name)


def advance(store: Store, owner: User, state: str, ehr_id: str) -> Encounter:
    """Open an encounter and bring it to ``state``, from ``drafted`` on with all that a visit leaves."""
    encounter = store.open_encounter(owner.id, ehr_id, CHART, "soap")
    if state == "open":
        return encounter
    store.record_consent(owner.id, encounter.id, True, "verbal")
    store.set_state(owner.id, encounter.id, "recording")
    store.append_audio(encounter.id, 0, bytes(range(256)) * 250, 1)
    if state == "recording":
        return store.encounter(encounter.id)
    store.set_state(owner.id, encounter.id, "finishing")
    if state in ("finishing", "no_speech"):
        store.set_state(owner.id, encounter.id, state)  # type: ignore[arg-type]
        return store.encounter(encounter.id)
    store.save_transcript(encounter.id, Transcript(TURNS, (Gap(5, 9, "asr.failed"),)))
    store.save_findings(encounter.id, FINDINGS)
    store.save_note(owner.id, encounter.id, NOTE, drafter="rules", base_version=None)
    store.save_codes(owner.id, encounter.id, CODES)
    store.set_state(owner.id, encounter.id, "drafted")
    if state in ("signed", "filed"):
        text = b"Signed by hand."
        signed = store.sign(owner.id, encounter.id, 1, sha256(text).hexdigest(), "I reviewed this.", text)
        if state == "filed":
            line = Submission(
                SubmissionId(f"s-{ehr_id}"), encounter.id, 1, SubmissionState.FILED, signed.sha256, f"doc-{ehr_id}"
            )
            store.save_submission(owner.id, line)
    return store.encounter(EncounterId(encounter.id))


@pytest.fixture
def house(settings: Settings, store: Store, tmp_path: Path) -> Iterator[House]:
    drafter = FakeDrafter()
    parts = SimpleNamespace(
        store=store,
        transcriber=None,
        reader=None,
        drafter=drafter,
        fallback=FakeDrafter(),
        coder=FakeCoder(),
        ehr=FakeEhr(),
        decode=None,
    )
    page = tmp_path / "dist"
    (page / "assets").mkdir(parents=True)
    (page / "index.html").write_text("<!doctype html><title>Sidenote</title>")
    (page / "assets" / "index-abc123.js").write_text("export {};")
    app = create_app(settings, parts, page=page)  # type: ignore[arg-type]
    people = {}
    for username, role in (("clinician", "clinician"), ("other", "clinician"), ("coder", "coder"), ("admin", "admin")):
        people[username] = store.add_user(username, username.title(), role, PASSWORD)  # type: ignore[arg-type]
    with TestClient(app, base_url=ORIGIN) as client:
        yield House(settings, store, parts, client, people)
