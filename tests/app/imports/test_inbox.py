"""Transcripts from a folder: each once, whatever happens meanwhile."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from app.errors import Unavailable
from app.imports.inbox import Inbox
from app.live.visits import Visits
from app.records import User
from app.settings import Settings
from app.store import Store
from visit.charts import Chart

pytestmark = pytest.mark.integration

TEXT = "Consent: verbal\n\nDoctor: Where does it hurt?\nPatient: My quokka ear.\n"


async def twice(inbox: Inbox) -> int:
    """A file is taken when two looks see it alike."""
    return await inbox.look() + await inbox.look()


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not holds():  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def drafted(store: Store, encounter: str) -> None:
    await until(lambda: store.encounter(encounter).state == "drafted")  # type: ignore[arg-type]


def drop(settings: Settings, name: str, text: str = TEXT, user: str = "ada") -> Path:
    assert settings.inbox is not None
    path = settings.inbox / user / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


async def test_a_transcript_becomes_a_drafted_visit_and_leaves_the_folder(
    inbox: Inbox, settings: Settings, store: Store, ada: User
) -> None:
    path = drop(settings, "visit.txt")
    assert await inbox.look() == 0
    assert await inbox.look() == 1
    (encounter,) = store.encounters(ada)
    await drafted(store, encounter.id)
    transcript = store.transcript(encounter.id)
    assert transcript is not None
    assert [turn.text for turn in transcript.turns] == ["Where does it hurt?", "My quokka ear."]
    assert store.encounter(encounter.id).consent is not None
    assert store.note(encounter.id).note.sentences
    assert not path.exists()


async def test_the_encounter_the_file_names_is_opened_with_its_chart(
    inbox: Inbox, settings: Settings, store: Store, ada: User
) -> None:
    drop(settings, "visit.txt", "Encounter: ehr-7\nTemplate: apso\n" + TEXT)
    await twice(inbox)
    (encounter,) = store.encounters(ada)
    assert (encounter.ehr_encounter_id, encounter.template) == ("ehr-7", "apso")
    assert encounter.chart.patient_name == "Juniper Example"


async def test_the_same_transcript_twice_is_one_visit(
    inbox: Inbox, settings: Settings, store: Store, ada: User
) -> None:
    for name in ("one.txt", "two.txt"):
        drop(settings, name)
        await twice(inbox)
    assert len(store.encounters(ada)) == 1
    assert not (settings.inbox / "ada" / "failed").exists()  # type: ignore[operator]


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("ear.txt", "Doctor: Where?\nPatient: There.", "input.consent"),
        ("ear.txt", "Consent: verbal\nQuokka: Where?", "input.transcript"),
        ("ear.pdf", TEXT, "input.media_type"),
        ("ear.txt", "Template: nothing\n" + TEXT, "input.template"),
    ],
)
async def test_what_cannot_be_taken_is_set_aside_with_the_reason(
    inbox: Inbox, settings: Settings, store: Store, ada: User, name: str, text: str, code: str, caplog: Any
) -> None:
    path = drop(settings, name, text)
    assert await twice(inbox) == 1
    failed = path.parent / "failed"
    assert (failed / name).read_text() == text
    reason = (failed / f"{name}.reason").read_text()
    assert f"({code})" in reason
    assert "quokka" not in (reason + caplog.text).lower()
    assert "ear." not in caplog.text
    assert store.encounters(ada) == []
    drop(settings, name, text)
    await twice(inbox)
    assert len(list(failed.iterdir())) == 4


async def test_a_folder_of_nobody_a_link_and_an_unfinished_file_are_no_visits(
    inbox: Inbox, settings: Settings, store: Store, ada: User, tmp_path: Path
) -> None:
    drop(settings, "visit.txt.part")
    drop(settings, ".visit.txt")
    outside = tmp_path / "secret.txt"
    outside.write_text(TEXT)
    drop(settings, "a.txt").unlink()
    (settings.inbox / "ada" / "link.txt").symlink_to(outside)  # type: ignore[operator]
    stranger = drop(settings, "visit.txt", user="nobody")
    assert await twice(inbox) == 1
    assert "not_found.user" in (stranger.parent / "failed" / "visit.txt.reason").read_text()
    assert store.encounters(ada) == []


async def test_a_file_that_still_grows_waits(inbox: Inbox, settings: Settings, store: Store, ada: User) -> None:
    path = drop(settings, "visit.txt", TEXT[:40])
    await inbox.look()
    path.write_text(TEXT)
    assert await inbox.look() == 0
    assert await inbox.look() == 1
    assert len(store.encounters(ada)) == 1


async def test_a_file_waits_while_the_ehr_is_away(
    inbox: Inbox, settings: Settings, store: Store, ada: User, parts: SimpleNamespace
) -> None:
    def away(encounter: str) -> None:
        raise Unavailable("The EHR does not answer.")

    found, parts.ehr.chart = parts.ehr.chart, away
    path = drop(settings, "visit.txt", "Encounter: ehr-7\n" + TEXT)
    assert await twice(inbox) == 0
    assert path.exists()
    parts.ehr.chart = found
    assert await inbox.look() == 1


async def test_a_refusal_in_the_record_is_not_overruled_by_a_file(
    inbox: Inbox, settings: Settings, store: Store, ada: User
) -> None:
    opened = store.open_encounter(ada.id, "ehr-7", Chart(), "soap")
    store.record_consent(ada.id, opened.id, False)
    drop(settings, "visit.txt", "Encounter: ehr-7\n" + TEXT)
    await twice(inbox)
    assert "conflict.consent" in next(settings.inbox.rglob("*.reason")).read_text()  # type: ignore[union-attr]
    assert store.transcript(opened.id) is None


STEPS = ("open_encounter", "record_consent", "set_state", "save_transcript", "save_note")


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_kill_at_any_step_costs_and_doubles_nothing(
    settings: Settings, store: Store, ada: User, parts: SimpleNamespace, step: str, when: str, monkeypatch: Any
) -> None:
    """The step stops the first server before or after its change; a second server finds the folder as it is left."""
    whole = getattr(store, step)
    stopped: list[str] = []

    def breaks(*args: Any, **kwargs: Any) -> Any:
        if stopped:
            return whole(*args, **kwargs)
        if when == "after":
            whole(*args, **kwargs)
        stopped.append(step)
        raise RuntimeError("killed")

    monkeypatch.setattr(store, step, breaks)
    path = drop(settings, "visit.txt")
    first = Visits(parts, settings)
    await first.start()
    inbox = Inbox(settings.inbox, parts, first, settings)  # type: ignore[arg-type]
    await twice(inbox)
    await until(lambda: bool(stopped))
    await first.close()
    second = Visits(parts, settings)
    await second.start()
    await twice(Inbox(settings.inbox, parts, second, settings))  # type: ignore[arg-type]
    (encounter,) = store.encounters(ada)
    await drafted(store, encounter.id)
    await second.close()
    transcript = store.transcript(encounter.id)
    assert transcript is not None
    assert len(transcript.turns) == 2
    assert stopped
    assert not path.exists()


CORPUS = Path(__file__).parents[2] / "prompts" / "injections.tsv"
NAMES = [row.split("\t")[1:] for row in CORPUS.read_text("utf-8").split("\n") if row.startswith("file\t")]


@pytest.mark.parametrize(("name", "word"), NAMES)
async def test_the_name_of_a_file_is_no_part_of_the_visit(
    inbox: Inbox, settings: Settings, store: Store, ada: User, name: str, word: str, caplog: Any
) -> None:
    text = (
        TEXT if name.endswith(".txt") else "WEBVTT\n\nNOTE Consent: verbal\n\n00:01.000 --> 00:02.000\nDoctor: Where?"
    )
    drop(settings, name, text)
    assert await twice(inbox) == 1
    (encounter,) = store.encounters(ada)
    await drafted(store, encounter.id)
    kept = f"{store.transcript(encounter.id)}{store.note(encounter.id)}{store.audit_entries()}{caplog.text}"
    assert word not in kept
