"""A visit from its first sample to its final transcript, with engines that hear exactly what arrived."""

import asyncio
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from support.engines import WORD, said, speech

from app.errors import Conflict, InvalidInput, NotFound, Unavailable
from app.live import ending
from app.live.journal import NotStored, Stored
from app.live.plain import PlainFile
from app.live.visits import Visits
from app.records import Encounter, User
from app.settings import Settings
from app.store import Store
from app.store.part import SYSTEM
from app.store.revisions import Revision
from visit.charts import Chart
from visit.notes import Note, Origin, Verdict
from visit.turns import Speaker, Transcript, Turn

pytestmark = pytest.mark.integration

TALK = (2, 4, 3, 0, 6, 5, 7, 8, 0, 10, 12)
WORDS = [f"w{word}" for word in TALK if word]


async def record(join: Any, *words: int) -> Any:
    member = await join()
    pcm = speech(*words)
    member.send(0, pcm)
    await member.until(lambda letter: letter == Stored(len(words) * WORD))
    return member


def types(member: Any) -> list[str]:
    return [letter.type for letter in member.letters if getattr(letter, "event", 0)]


async def test_a_visit_becomes_turns_findings_sentences_a_note_and_codes(
    join: Any, store: Store, encounter: Encounter
) -> None:
    member = await record(join, *TALK)
    await member.runner.finish()
    await member.status("drafted")
    await member.status("drafted", "final.done")
    assert said(store.transcript(encounter.id).turns) == WORDS
    stored = store.note(encounter.id)
    assert [sentence.text for sentence in stored.note.sentences] == [t.text for t in store.live_turns(encounter.id)]
    assert (stored.version, stored.drafter) == (1, "local")
    assert [code.suggestion.code for code in store.codes(encounter.id)] == ["R69"]
    assert store.findings(encounter.id)
    assert {"words", "turn", "finding", "sentence", "note", "codes", "transcript"} <= set(types(member))
    numbers = [letter.event for letter in member.letters if getattr(letter, "event", 0)]
    first = member.attachment.last_event + 1
    assert numbers == list(range(first, first + len(numbers)))


async def test_audio_is_durable_before_it_is_confirmed(join: Any, store: Store, encounter: Encounter) -> None:
    member = await join()
    member.send(0, speech(2, 3))
    await member.until(lambda letter: isinstance(letter, Stored))
    assert store.audio(encounter.id) == speech(2, 3)


async def test_sentences_come_while_the_visit_goes_on(join: Any) -> None:
    member = await record(join, 2, 3, 4, 5, 6)
    sentence = await member.until(lambda letter: getattr(letter, "type", "") == "sentence")
    assert sentence.sentence.evidence == [0]


async def test_a_dropped_line_stops_nothing_and_a_new_one_goes_on(
    join: Any, store: Store, encounter: Encounter
) -> None:
    first = await record(join, *TALK[:5])
    first.runner.detach(first.line)
    second = await join(last_event=0)
    assert second.attachment.next_sample == 5 * WORD
    second.send(5 * WORD, speech(*TALK[5:]))
    await second.until(lambda letter: letter == Stored(len(TALK) * WORD))
    await second.runner.finish()
    await second.status("drafted")
    assert said(store.live_turns(encounter.id)) == WORDS


async def test_a_restarted_server_goes_on_where_the_last_turn_ended(
    join: Any, visits: Visits, parts: SimpleNamespace, settings: Settings, store: Store, encounter: Encounter
) -> None:
    member = await record(join, *TALK[:6])
    await member.until(lambda letter: getattr(letter, "type", "") == "finding" and letter.finding.turns == [2])
    await visits.close()
    again = Visits(parts, settings)
    await again.start()
    try:
        member = await join(visits=again)
        assert member.attachment.next_sample == 6 * WORD
        assert parts.transcriber.opened[-1] == (5 * WORD, 3)
        member.send(6 * WORD, speech(*TALK[6:]))
        await member.runner.finish()
        await member.status("drafted")
        assert said(store.live_turns(encounter.id)) == WORDS
        words = [
            word["text"]
            for event in store.events(encounter.id, 0)
            if event["type"] == "words"
            for word in event["words"]
        ]
        assert words == WORDS, "words told before the restart are not told again"
    finally:
        await again.close()


async def test_a_visit_interrupted_while_finishing_is_finished_by_itself(
    join: Any,
    visits: Visits,
    parts: SimpleNamespace,
    settings: Settings,
    store: Store,
    user: User,
    encounter: Encounter,
) -> None:
    await record(join, *TALK)
    await visits.close()
    store.set_state(user.id, encounter.id, "finishing")
    again, before = Visits(parts, settings), store.last_event(encounter.id)
    await again.start()
    try:
        watcher = await join("watch", visits=again, last_event=before)
        await watcher.status("drafted", "final.done")
        assert said(store.transcript(encounter.id).turns) == WORDS
    finally:
        await again.close()


async def test_a_final_pass_that_was_interrupted_is_run_again(
    join: Any, visits: Visits, parts: SimpleNamespace, settings: Settings, store: Store, encounter: Encounter
) -> None:
    parts.transcriber.gate.clear()
    member = await record(join, *TALK)
    await member.runner.finish()
    await member.status("drafted")
    closing = asyncio.create_task(visits.close())
    parts.transcriber.gate.set()
    await closing
    parts.transcriber.corrections = {"w2": "better"}
    again, before = Visits(parts, settings), store.last_event(encounter.id)
    await again.start()
    try:
        watcher = await join("watch", visits=again, last_event=before)
        await watcher.status("drafted", "final.done")
        assert said(store.transcript(encounter.id).turns)[0] == "better"
    finally:
        await again.close()


async def test_the_final_pass_rewrites_only_what_changed(
    join: Any, parts: SimpleNamespace, store: Store, encounter: Encounter
) -> None:
    parts.transcriber.corrections = {"w10": "ten"}
    member = await record(join, *TALK)
    await member.runner.finish()
    transcript = await member.until(lambda letter: getattr(letter, "type", "") == "transcript")
    await member.status("drafted", "final.done")
    assert transcript.changed == [5]
    assert parts.drafter.drafted == ["s0", "s3", "s3"], "the unchanged segment is drafted once"
    stored = store.note(encounter.id)
    assert stored.version == 2
    assert "ten w12" in [sentence.text for sentence in stored.note.sentences]


async def test_the_final_pass_leaves_an_edited_note_its_words_and_marks_what_is_stale(
    join: Any, parts: SimpleNamespace, store: Store, user: User, encounter: Encounter
) -> None:
    parts.transcriber.corrections = {"w10": "ten"}
    parts.transcriber.gate.clear()
    member = await record(join, *TALK)
    await member.runner.finish()
    await member.status("drafted")
    draft = store.note(encounter.id)
    edited = replace(draft.note.sentences[0], text="Edited.", origin=Origin.CLINICIAN, verdict=Verdict.NEEDS_REVIEW)
    note = replace(draft.note, sentences=(edited, *draft.note.sentences[1:]))
    store.save_note(user.id, encounter.id, note, drafter="local", base_version=1)
    parts.transcriber.gate.set()
    await member.status("drafted", "final.done")
    stored = store.note(encounter.id)
    assert stored.version == 3
    assert [s.text for s in stored.note.sentences] == [s.text for s in note.sentences]
    assert stored.stale == {draft.note.sentences[-1].id}


async def test_the_final_pass_leaves_a_signed_note_alone(
    join: Any, parts: SimpleNamespace, store: Store, user: User, encounter: Encounter
) -> None:
    import hashlib

    parts.transcriber.corrections = {"w10": "ten"}
    parts.transcriber.gate.clear()
    member = await record(join, *TALK)
    await member.runner.finish()
    await member.status("drafted")
    text = b"signed"
    store.sign(user.id, encounter.id, 1, hashlib.sha256(text).hexdigest(), "I attest.", text)
    parts.transcriber.gate.set()
    await member.status("signed", "final.done")
    assert said(store.transcript(encounter.id).turns) == WORDS
    assert store.note(encounter.id).version == 1


@pytest.mark.parametrize("words", [(), (0, 0, 0)])
async def test_silence_never_becomes_a_visit(join: Any, store: Store, encounter: Encounter, words: tuple[int]) -> None:
    member = await join()
    if words:
        member.send(0, speech(*words))
    await member.runner.finish()
    await member.status("no_speech", "no_speech")
    assert store.encounter(encounter.id).state == "no_speech"
    with pytest.raises(NotFound):
        store.note(encounter.id)


async def test_after_silence_one_may_record_again_at_once(
    join: Any, store: Store, encounter: Encounter, monkeypatch: pytest.MonkeyPatch
) -> None:
    member = await join()
    tidy_up = member.runner._close_hearing

    async def slowly() -> None:
        await asyncio.sleep(0.1)
        await tidy_up()

    monkeypatch.setattr(member.runner, "_close_hearing", slowly)
    member.send(0, speech(0))
    await member.runner.finish()
    await member.status("no_speech", "no_speech")
    again = await join(recorder="tab")
    assert again.attachment.next_sample == WORD
    again.send(WORD, speech(2, 3))
    await again.runner.finish()
    await again.status("drafted")


async def test_what_live_hearing_missed_is_heard_in_the_end(
    join: Any, parts: SimpleNamespace, store: Store, encounter: Encounter
) -> None:
    parts.transcriber.deaf_live = True
    member = await record(join, *TALK)
    await member.runner.finish()
    await member.status("drafted")
    assert said(store.transcript(encounter.id).turns) == WORDS


async def test_a_transcriber_that_does_not_open_costs_no_audio(
    join: Any, parts: SimpleNamespace, store: Store, encounter: Encounter
) -> None:
    parts.transcriber.broken_live = True
    member = await record(join, *TALK)
    await member.runner.finish()
    await member.status("drafted")
    assert said(store.transcript(encounter.id).turns) == WORDS


async def test_an_engine_that_breaks_midway_costs_nothing_in_the_end(
    join: Any, parts: SimpleNamespace, store: Store, encounter: Encounter
) -> None:
    parts.transcriber.breaks_at = 1
    member = await record(join, *TALK[:5])
    member.send(5 * WORD, speech(*TALK[5:]))
    await member.until(lambda letter: getattr(letter, "detail", "") == "asr.unavailable")
    await member.runner.finish()
    await member.status("drafted")
    assert said(store.transcript(encounter.id).turns) == WORDS
    assert store.audio(encounter.id) == speech(*TALK)


async def test_a_recording_that_was_left_alone_lets_go_of_the_engine_and_goes_on_later(
    join: Any, parts: SimpleNamespace, store: Store, encounter: Encounter
) -> None:
    member = await record(join, *TALK[:6])
    await member.until(lambda letter: getattr(letter, "type", "") == "finding" and letter.finding.turns == [2])
    await member.runner.park()
    assert member.runner.alone_s == 0.0, "a connected recorder is not alone"
    member.runner.detach(member.line)
    await member.runner.park()
    assert not member.runner.busy
    member = await join()
    assert len(parts.transcriber.opened) == 2
    member.send(6 * WORD, speech(*TALK[6:]))
    await member.runner.finish()
    await member.status("drafted")
    assert said(store.live_turns(encounter.id)) == WORDS


async def test_without_any_transcriber_the_visit_waits_and_is_finished_when_looked_at_again(
    join: Any, parts: SimpleNamespace, store: Store, encounter: Encounter
) -> None:
    parts.transcriber.broken_live = parts.transcriber.broken_final = True
    member = await record(join, *TALK)
    await member.runner.finish()
    await member.status("finishing", "broken.finishing")
    assert store.encounter(encounter.id).problem == "broken.finishing"
    assert store.audio(encounter.id) == speech(*TALK)
    parts.transcriber.broken_final = False
    await member.at_rest()
    watcher = await join("watch", last_event=store.last_event(encounter.id))
    await watcher.status("drafted")
    assert said(store.transcript(encounter.id).turns) == WORDS
    assert store.encounter(encounter.id).problem is None


async def test_a_failed_final_pass_leaves_the_draft(
    join: Any, parts: SimpleNamespace, store: Store, encounter: Encounter
) -> None:
    parts.transcriber.broken_final = True
    member = await record(join, *TALK)
    await member.runner.finish()
    await member.status("drafted", "final.failed")
    assert store.note(encounter.id).note.sentences


@pytest.mark.parametrize(
    ("part", "problem"), [("drafter", "broken.drafting"), ("coder", "broken.coding"), ("reader", "broken.reading")]
)
async def test_a_broken_part_is_named_and_the_note_stands(
    join: Any, parts: SimpleNamespace, store: Store, encounter: Encounter, part: str, problem: str
) -> None:
    getattr(parts, part).broken = True
    member = await record(join, *TALK)
    await member.runner.finish()
    await member.status("drafted", problem)
    stored = store.note(encounter.id)
    assert [sentence.text for sentence in stored.note.sentences] == [t.text for t in store.live_turns(encounter.id)]
    assert stored.drafter == ("rules" if part == "drafter" else "local")
    assert store.encounter(encounter.id).problem == problem


async def test_a_slow_drafter_delays_no_note_and_is_heard_in_the_end(
    join: Any, parts: SimpleNamespace, store: Store, encounter: Encounter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ending, "DRAFT_WITHIN_S", 0.05)
    parts.drafter.gate.clear()
    member = await record(join, *TALK)
    await member.runner.finish()
    await member.status("drafted")
    first = store.note(encounter.id)
    assert (first.drafter, {s.origin for s in first.note.sentences}) == ("rules", {Origin.RULES})
    parts.drafter.gate.set()
    await member.status("drafted", "final.done")
    last = store.note(encounter.id)
    assert (last.drafter, {s.origin for s in last.note.sentences}) == ("local", {Origin.MODEL})
    assert store.encounter(encounter.id).problem is None


async def test_a_second_recorder_is_refused_and_a_watcher_is_not(join: Any) -> None:
    await join(recorder="one")
    with pytest.raises(Conflict) as caught:
        await join(recorder="two")
    assert caught.value.code == "conflict.recorder"
    await join("watch")


async def test_the_same_page_takes_its_recording_over(join: Any, store: Store, encounter: Encounter) -> None:
    old = await join(recorder="one")
    old.send(0, speech(2))
    new = await join(recorder="one")
    assert new.attachment.next_sample == WORD
    assert new.attachment.epoch > old.attachment.epoch
    hang_up = await old.until(lambda letter: hasattr(letter, "error"))
    assert hang_up.error.code == "conflict.superseded"
    old.send(WORD, speech(9))
    new.send(WORD, speech(4))
    await new.until(lambda letter: letter == Stored(2 * WORD))
    assert store.audio(encounter.id) == speech(2, 4)


async def test_without_consent_nothing_is_recorded(
    visits: Visits, store: Store, user: User, join: Any, encounter: Encounter
) -> None:
    store.record_consent(user.id, encounter.id, False)
    with pytest.raises(Conflict) as caught:
        await join()
    assert caught.value.code == "conflict.consent"
    assert store.encounter(encounter.id).state == "open"


async def test_when_consent_is_withdrawn_the_recorder_is_hung_up_on(
    visits: Visits, store: Store, user: User, join: Any, encounter: Encounter
) -> None:
    member = await record(join, 2, 3)
    store.record_consent(user.id, encounter.id, False)
    await visits.consent_withdrawn(encounter.id)
    letter = await member.until(lambda letter: hasattr(letter, "error"))
    assert letter.error.code == "conflict.consent"
    member.send(2 * WORD, speech(4))
    with pytest.raises(Conflict):
        await join()
    assert store.audio(encounter.id) == speech(2, 3)


async def test_a_closed_encounter_takes_no_audio(join: Any) -> None:
    member = await record(join, 2, 3)
    await member.runner.finish()
    await member.status("drafted")
    with pytest.raises(Conflict) as caught:
        await join()
    assert caught.value.code == "conflict.closed"


async def test_another_clinician_finds_nothing(visits: Visits, store: Store, join: Any, encounter: Encounter) -> None:
    from app.live.journal import Line
    from app.wire.messages import Hello

    other = store.add_user("bob", "Dr Bob", "clinician", "correct horse battery")
    with pytest.raises(NotFound):
        await visits.attach(encounter.id, other.id, Hello(encounter_id=encounter.id), Line())


async def test_a_store_that_fails_asks_for_the_audio_again(
    join: Any, store: Store, encounter: Encounter, monkeypatch: pytest.MonkeyPatch
) -> None:
    member = await join()
    real = store.append_pieces

    def full(*_: Any) -> int:
        raise OSError("no space left on device")

    monkeypatch.setattr(store, "append_pieces", full)
    member.send(0, speech(2))
    letter = await member.until(lambda letter: isinstance(letter, NotStored))
    assert letter.error.code == "unavailable.store"
    monkeypatch.setattr(store, "append_pieces", real)
    member.send(0, speech(2, 3))
    await member.until(lambda letter: letter == Stored(2 * WORD))
    assert store.audio(encounter.id) == speech(2, 3)


def uploaded(folder: Path, pcm: bytes) -> PlainFile:
    file = PlainFile.in_folder(folder)
    file.write(pcm)
    return file


async def test_an_upload_becomes_a_note_and_its_file_is_gone(
    visits: Visits, join: Any, store: Store, encounter: Encounter, tmp_path: Path
) -> None:
    file = uploaded(tmp_path, speech(*TALK))
    watcher = await join("watch")
    await visits.upload(encounter.id, file)
    await watcher.status("drafted")
    assert store.audio(encounter.id) == speech(*TALK)
    assert said(store.transcript(encounter.id).turns) == WORDS
    assert file.closed


async def test_an_upload_that_was_cut_short_can_be_sent_again_and_no_other(
    visits: Visits, join: Any, store: Store, user: User, encounter: Encounter, tmp_path: Path
) -> None:
    store.set_state(user.id, encounter.id, "recording")
    store.append_audio(encounter.id, 0, speech(*TALK[:3]), 1)
    watcher = await join("watch")
    await visits.upload(encounter.id, uploaded(tmp_path, speech(9, 9, 9, 9)))
    await watcher.status("recording", "conflict.audio")
    await watcher.at_rest()
    await visits.upload(encounter.id, uploaded(tmp_path, speech(*TALK)))
    await watcher.status("drafted")
    assert store.audio(encounter.id) == speech(*TALK)


async def test_an_empty_upload_is_refused_before_anything_changes(
    visits: Visits, store: Store, encounter: Encounter, tmp_path: Path
) -> None:
    file = uploaded(tmp_path, b"")
    with pytest.raises(InvalidInput) as caught:
        await visits.upload(encounter.id, file)
    assert caught.value.code == "input.audio.empty"
    assert store.encounter(encounter.id).state == "open"
    assert file.closed


async def test_an_upload_beside_a_recording_is_refused(
    visits: Visits, join: Any, encounter: Encounter, tmp_path: Path
) -> None:
    await join()
    with pytest.raises(Conflict) as caught:
        await visits.upload(encounter.id, uploaded(tmp_path, speech(2)))
    assert caught.value.code == "conflict.recorder"


async def test_events_missed_are_replayed_from_where_the_client_was(
    join: Any, store: Store, encounter: Encounter
) -> None:
    member = await record(join, *TALK)
    await member.runner.finish()
    await member.status("drafted", "final.done")
    late = await join("watch", last_event=5)
    numbers = [message.event for message in late.attachment.missed]
    assert numbers == list(range(6, store.last_event(encounter.id) + 1))


async def test_a_turn_that_a_crash_kept_from_being_stored_is_heard_and_told_again(
    join: Any,
    visits: Visits,
    parts: SimpleNamespace,
    settings: Settings,
    store: Store,
    encounter: Encounter,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real = store.save_live_turn

    def crash(encounter_id: Any, turn: Any) -> None:
        if turn.index >= 1:
            raise OSError("killed")
        real(encounter_id, turn)

    monkeypatch.setattr(store, "save_live_turn", crash)
    member = await record(join, *TALK)
    await member.until(lambda letter: getattr(letter, "type", "") == "turn" and letter.turn.index == 1)
    await visits.close()
    monkeypatch.setattr(store, "save_live_turn", real)
    again = Visits(parts, settings)
    await again.start()
    try:
        member = await join(visits=again)
        await member.runner.finish()
        await member.status("drafted")
    finally:
        await again.close()
    told = {
        event["turn"]["index"]: event["turn"]["text"]
        for event in store.events(encounter.id, 0)
        if event["type"] == "turn"
    }
    assert " ".join(told[index] for index in sorted(told)).split() == WORDS
    assert said(store.live_turns(encounter.id)) == WORDS


async def test_what_others_change_is_told_to_whoever_comes_next_and_to_whoever_is_there(
    join: Any, visits: Visits, store: Store, user: User, encounter: Encounter
) -> None:
    """Nobody delivers the first: an event is stored with its change, so a crash in between leaves none out."""
    store.set_state(user.id, encounter.id, "recording")
    watcher = await join("watch")
    assert [(message.event, message.state) for message in watcher.attachment.missed] == [(1, "recording")]
    store.set_state(user.id, encounter.id, "finishing")
    await visits.deliver(encounter.id)
    assert (await watcher.status("finishing")).event == 2


async def test_an_end_that_a_kill_left_untold_is_told(join: Any, store: Store, encounter: Encounter) -> None:
    """Killed after what the final pass made was stored and before anyone was told of it."""
    for state in ("recording", "finishing", "drafted"):
        store.set_state(encounter.owner, encounter.id, state)
    store.save_note(SYSTEM, encounter.id, Note(()), drafter="rules", base_version=None)
    final = Transcript((Turn(0, Speaker.PATIENT, "w3"),))
    store.save_revision(encounter.id, Revision(final, (), Note(()), "rules"))
    for _ in range(2):
        await join(mode="watch")
        told = store.events(encounter.id)[4:]
        assert [event["type"] for event in told] == ["transcript", "note", "status"], "once"
        assert (told[0]["turns"][0]["text"], told[1]["note"]["version"]) == ("w3", 2)
        assert told[2]["detail"] == "final.done"


async def test_an_edit_while_the_final_pass_stores_its_note_is_moved_not_lost(
    join: Any, parts: SimpleNamespace, store: Store, encounter: Encounter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The edit comes at the last moment: after the new draft was written, before it is stored."""
    parts.transcriber.corrections = {"w2": "w2"}
    real, edits = store.save_revision, iter([True])

    def edited_before(encounter_id: Any, revision: Revision) -> None:
        if next(edits, False):
            draft = store.note(encounter_id)
            sentences = (replace(draft.note.sentences[0], text="Edited."), *draft.note.sentences[1:])
            note = replace(draft.note, sentences=sentences)
            store.save_note(encounter.owner, encounter_id, note, drafter="local", base_version=draft.version)
        real(encounter_id, revision)

    monkeypatch.setattr(store, "save_revision", edited_before)
    member = await record(join, *TALK)
    await member.runner.finish()
    await member.status("drafted", "final.done")
    stored = store.note(encounter.id)
    assert (stored.version, stored.note.sentences[0].text) == (3, "Edited.")
    assert said(store.transcript(encounter.id).turns) == WORDS


async def test_a_second_server_of_the_same_record_is_refused(
    visits: Visits, parts: SimpleNamespace, settings: Settings
) -> None:
    second = Visits(parts, settings)
    with pytest.raises(Unavailable) as refused:
        await second.start()
    assert refused.value.code == "unavailable.locked"
    await second.close()
    await visits.close()
    third = Visits(parts, settings)
    await third.start()
    await third.close()


async def test_a_visit_that_cannot_be_gone_on_with_keeps_no_other_from_it(
    join: Any, visits: Visits, parts: SimpleNamespace, settings: Settings, store: Store, encounter: Encounter
) -> None:
    broken = store.open_encounter(encounter.owner, "ehr-broken", Chart(), "soap")
    store.record_consent(encounter.owner, broken.id, True)
    for state in ("recording", "finishing"):
        store.set_state(encounter.owner, broken.id, state)
    with store._database.change() as connection:
        connection.exec_driver_sql("INSERT INTO turns VALUES (?, 0, x'00')", (broken.id,))
    await record(join, *TALK)
    await visits.close()
    store.set_state(encounter.owner, encounter.id, "finishing")
    again, before = Visits(parts, settings), store.last_event(encounter.id)
    await again.start()
    try:
        watcher = await join("watch", visits=again, last_event=before)
        await watcher.status("drafted", "final.done")
    finally:
        await again.close()
