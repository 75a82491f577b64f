"""A clinic's own note formats."""

from dataclasses import replace

import pytest

from app.errors import Conflict, NotFound
from app.records import User
from app.store import Store
from prompts import templates
from visit.notes import Division

pytestmark = pytest.mark.unit

OURS = replace(templates.load("soap"), name="ours", title="Ours")


def test_every_version_is_kept_and_the_newest_is_offered(store: Store, ada: User) -> None:
    first = store.save_template(ada.id, OURS)
    second = store.save_template(ada.id, replace(OURS, title="Ours again"))
    assert (first.version, second.version) == (1, 2)
    assert store.template("ours") == second
    assert store.template("ours@1") == first
    assert [t.name for t in store.templates()] == [*templates.names(), "ours"]
    assert store.templates()[-1] == second
    actions = [(e.action, e.target, e.ids) for e in store.audit_entries(target="template:ours")]
    assert actions[-1] == ("template.saved", "template:ours", {"version": "2"})


def test_a_deleted_format_is_offered_no_longer_but_still_read(store: Store, ada: User) -> None:
    store.save_template(ada.id, OURS)
    store.delete_template(ada.id, "ours")
    assert "ours" not in [t.name for t in store.templates()]
    assert store.template("ours@1").title == "Ours"
    with pytest.raises(NotFound):
        store.delete_template(ada.id, "ours")
    assert store.save_template(ada.id, OURS).version == 2
    assert "ours" in [t.name for t in store.templates()]


def test_a_shipped_format_can_be_neither_replaced_nor_deleted(store: Store, ada: User) -> None:
    with pytest.raises(Conflict) as refused:
        store.save_template(ada.id, templates.load("soap"))
    assert refused.value.code == "conflict.template"
    with pytest.raises(NotFound):
        store.delete_template(ada.id, "soap")
    assert store.template("soap") == templates.load("soap")


@pytest.mark.parametrize("name", ["nothing", "nothing@1", "ours@9", "soap@1", "@"])
def test_an_unknown_format_is_not_found(store: Store, ada: User, name: str) -> None:
    store.save_template(ada.id, OURS)
    with pytest.raises(NotFound) as unknown:
        store.template(name)
    assert unknown.value.code == "not_found.template"


def test_a_note_read_after_a_restart_finds_its_format(store: Store, ada: User, advance, note, monkeypatch) -> None:
    kept = store.save_template(ada.id, replace(OURS, title="After a restart"))
    encounter = advance("drafted").id
    store.save_note(
        ada.id, encounter, replace(note(), template=f"ours@{kept.version}"), drafter="rules", base_version=1
    )
    monkeypatch.setattr(templates, "_own", {})
    read = store.note(encounter).note
    assert templates.load(read.template).title == "After a restart"


def test_another_layout_leaves_a_draft_a_draft_and_an_edit_an_edit(store: Store, ada: User, advance, note) -> None:
    encounter = advance("drafted").id
    stored = store.note(encounter)
    relaid = replace(stored, note=replace(stored.note, not_discussed=(Division.SOCIAL,)))
    assert store.save_layout(ada.id, encounter, "dap", relaid) == 2
    store.save_note(ada.id, encounter, note("Later draft."), drafter="rules", base_version=None)
    store.save_note(ada.id, encounter, note("Edited."), drafter="rules", base_version=3)
    edited = replace(store.note(encounter), note=note("Edited."))
    assert store.save_layout(ada.id, encounter, "apso", edited) == 5
    with pytest.raises(Conflict):
        store.save_note(ada.id, encounter, note("Later draft."), drafter="rules", base_version=None)
    with pytest.raises(Conflict) as late:
        store.save_layout(ada.id, encounter, "birp", relaid)
    assert late.value.code == "conflict.version"
    assert store.encounter(encounter).template == "apso", "a note that is refused chooses no format"
    chosen = [entry.ids["template"] for entry in store.audit_entries() if entry.action == "template.chosen"]
    assert chosen == ["dap", "apso"]


def test_the_format_of_a_visit_can_be_chosen_until_the_note_is_signed(store: Store, ada: User, advance) -> None:
    encounter = advance("drafted").id
    store.set_template(ada.id, encounter, "apso")
    assert store.encounter(encounter).template == "apso"
