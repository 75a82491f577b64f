"""Encounters, their states and consent."""

import pytest
from sqlalchemy import text

from app.errors import Broken, Conflict, NotFound
from app.records import User
from app.store import Store
from app.store.encounters import NEXT
from visit.charts import Chart
from visit.ids import EncounterId, PatientId
from visit.turns import Speaker, Transcript, Turn

pytestmark = pytest.mark.unit

STATES = tuple(NEXT)


def test_an_encounter_comes_back_as_opened(store: Store, ada: User) -> None:
    chart = Chart(patient_name="Juniper Example", medications=("a", "b"))
    opened = store.open_encounter(ada.id, "ehr-1", chart, "soap")
    assert store.encounter(opened.id) == opened
    assert (opened.state, opened.owner, opened.chart, opened.template) == ("open", ada.id, chart, "soap")
    assert (opened.samples, opened.channels, opened.consent, opened.problem) == (0, 0, None, None)
    assert "ehr-1" not in opened.id


def test_it_is_opened_once(store: Store, ada: User, advance) -> None:
    advance("open")
    with pytest.raises(Conflict) as twice:
        store.open_encounter(ada.id, "ehr-0", Chart(), "soap")
    assert twice.value.code == "conflict.opened"


def test_an_unknown_encounter_is_not_found(store: Store) -> None:
    for call in (store.encounter, store.samples, store.note, store.codes, store.findings, store.transcript):
        with pytest.raises(NotFound):
            call(EncounterId("nothing"))
    with pytest.raises(NotFound):
        store.events(EncounterId("nothing"))


@pytest.mark.parametrize("state", ["open", "recording", "finishing", "drafted"])
@pytest.mark.parametrize("following", STATES)
def test_only_legal_steps(store: Store, ada: User, advance, state: str, following) -> None:
    encounter = advance(state)
    if state == "open":
        store.record_consent(ada.id, encounter.id, True)
    legal = following == state or (following in NEXT[state] and following not in ("signed", "filed"))  # type: ignore[index]
    if legal:
        store.set_state(ada.id, encounter.id, following)
        assert store.encounter(encounter.id).state == following
    else:
        with pytest.raises(Conflict) as refused:
            store.set_state(ada.id, encounter.id, following)
        assert refused.value.extra["state"] == state
        assert store.encounter(encounter.id).state == state


def test_signing_and_filing_are_not_reached_by_hand(store: Store, ada: User, advance) -> None:
    with pytest.raises(Conflict):
        store.set_state(ada.id, advance("drafted").id, "signed")


def test_the_same_state_again_only_changes_the_problem(store: Store, ada: User, advance) -> None:
    encounter = advance("finishing")
    entries = len(store.audit_entries())
    store.set_state(ada.id, encounter.id, "finishing")
    assert len(store.audit_entries()) == entries
    store.set_state(ada.id, encounter.id, "finishing", "unavailable.hearing")
    assert store.encounter(encounter.id).problem == "unavailable.hearing"
    store.set_state(ada.id, encounter.id, "drafted")
    assert store.encounter(encounter.id).problem is None


def test_no_recording_without_consent(store: Store, ada: User, advance) -> None:
    encounter = advance("open")
    for answer in (None, False):
        if answer is not None:
            store.record_consent(ada.id, encounter.id, answer)
        with pytest.raises(Conflict) as refused:
            store.set_state(ada.id, encounter.id, "recording")
        assert refused.value.code == "conflict.consent"
    store.record_consent(ada.id, encounter.id, True, "written")
    store.set_state(ada.id, encounter.id, "recording")
    consent = store.encounter(encounter.id).consent
    assert consent is not None
    assert (consent.given, consent.method, consent.by) == (True, "written", "Dr Ada")


def test_consent_is_settled_when_the_visit_is_over(store: Store, ada: User, advance) -> None:
    with pytest.raises(Conflict):
        store.record_consent(ada.id, advance("drafted").id, False)


def test_each_role_lists_its_encounters(store: Store, ada: User, advance) -> None:
    other = store.add_user("bea", "Bea", "clinician", "correct horse battery")
    coder = store.add_user("cy", "Cy", "coder", "correct horse battery")
    admin = store.add_user("di", "Di", "admin", "correct horse battery")
    recording, drafted = advance("recording"), advance("drafted")
    assert {e.id for e in store.encounters(ada)} == {recording.id, drafted.id}
    assert store.encounters(other) == []
    assert [e.id for e in store.encounters(coder)] == [drafted.id]
    assert store.encounters(admin) == []


def test_opened_maps_the_ehrs_ids_to_ours(store: Store, ada: User, advance) -> None:
    encounter = advance("open")
    assert store.opened(["ehr-0", "ehr-77"]) == {"ehr-0": (encounter.id, ada.id)}
    assert store.opened([]) == {}


def test_interrupted_encounters_are_found_after_a_restart(store: Store, settings, clock, advance) -> None:
    advance("open")
    advance("recording")
    finishing = advance("finishing")
    clock.advance(1)
    later = advance("finishing")
    advance("drafted")
    store.close()
    again = Store.open(settings, clock=clock)
    assert again.unfinished() == [finishing.id, later.id], "a recording waits for its recorder"
    again.close()


def test_a_final_pass_is_owed_until_it_was_saved(store: Store, advance) -> None:
    encounter, bare = advance("drafted"), advance("drafted")
    transcript = Transcript((Turn(0, Speaker.PATIENT, "Hello."),))
    assert store.unrevised() == []
    store.save_transcript(encounter.id, transcript, "live")
    assert store.unrevised() == [encounter.id]
    store.save_transcript(encounter.id, transcript, "final")
    assert store.unrevised() == []
    store.save_transcript(encounter.id, transcript, "live")
    assert store.unrevised() == [encounter.id]
    assert bare.id != encounter.id


def test_a_chart_moved_to_another_encounter_does_not_open(store: Store, ada: User, advance) -> None:
    one, two = advance("open"), advance("open")
    with store._database.change() as connection:
        connection.execute(
            text("UPDATE encounters SET chart = (SELECT chart FROM encounters WHERE id = :one) WHERE id = :two"),
            {"one": one.id, "two": two.id},
        )
    assert store.encounter(one.id).chart.patient_name == "Juniper Example"
    with pytest.raises(Broken):
        store.encounter(two.id)


def test_a_data_key_moved_to_another_encounter_does_not_open(store: Store, settings, clock, advance) -> None:
    one, two = advance("open"), advance("open")
    with store._database.change() as connection:
        swap = "UPDATE data_keys SET wrapped = (SELECT wrapped FROM data_keys WHERE encounter = :one)"
        connection.execute(text(f"{swap} WHERE encounter = :two"), {"one": one.id, "two": two.id})
    store.close()
    again = Store.open(settings, clock=clock)
    with pytest.raises(Broken):
        again.encounter(two.id)
    again.close()


def test_a_refusal_is_remembered_at_the_patients_other_visits_until_they_agree_to_one(store: Store, ada: User) -> None:
    bob = store.add_user("bob", "Dr Bob", "clinician", "correct horse battery")
    first, second, third = (
        store.open_encounter(owner.id, f"ehr-{number}", Chart(PatientId("p-1")), "soap")
        for number, owner in enumerate((bob, ada, ada))
    )
    other = store.open_encounter(ada.id, "ehr-other", Chart(PatientId("p-2")), "soap")
    store.record_consent(bob.id, first.id, True)
    assert store.earlier_refusal(second) is None
    store.record_consent(bob.id, first.id, False, "written")
    store.record_consent(ada.id, other.id, True)
    refusal = store.earlier_refusal(second)
    assert refusal is not None
    assert (refusal.given, refusal.method, refusal.by) == (False, "written", "Dr Bob")
    assert store.earlier_refusal(other) is None
    assert store.earlier_refusal(first) is None, "its own answer is not an earlier one"
    store.record_consent(ada.id, second.id, True)
    assert store.earlier_refusal(third) is None


def test_visits_of_a_record_without_hashes_get_them_when_it_opens(store: Store, settings, clock, ada: User) -> None:
    first, second, broken = (
        store.open_encounter(ada.id, f"ehr-{number}", Chart(PatientId("p-1")), "soap") for number in (1, 2, 3)
    )
    unknown = store.open_encounter(ada.id, "ehr-4", Chart(), "soap")
    store.record_consent(ada.id, first.id, False)
    with store._database.change() as connection:
        before = connection.execute(text("SELECT id, patient FROM encounters ORDER BY id")).all()
        connection.execute(text("UPDATE encounters SET patient = NULL"))
        connection.execute(
            text("UPDATE encounters SET chart = (:torn) WHERE id = :id"), {"torn": b"x", "id": broken.id}
        )
    assert store.earlier_refusal(second) is None
    store.close()
    again = Store.open(settings, clock=clock)
    assert again.earlier_refusal(second) is not None
    with again._database.read() as connection:
        after = connection.execute(text("SELECT id, patient FROM encounters ORDER BY id")).all()
    again.close()
    hashes = dict(before)
    assert dict(after) == {**hashes, broken.id: None}
    assert (hashes[first.id], hashes[unknown.id]) == (hashes[second.id], "")
    assert "p-1" not in hashes[first.id]


def test_a_visit_without_a_known_patient_has_no_earlier_refusal(store: Store, ada: User) -> None:
    unknown, also = (store.open_encounter(ada.id, f"ehr-{number}", Chart(), "soap") for number in (1, 2))
    store.record_consent(ada.id, unknown.id, False)
    assert store.earlier_refusal(also) is None
