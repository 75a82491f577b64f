"""What the transcriber reports besides words, and what it is told."""

from types import SimpleNamespace
from typing import Any

import pytest
from support.engines import WORD, Hears, Stream, speech

from app.live.journal import Stored
from app.records import Encounter, User
from app.store import Store
from visit.hearing import Rejected
from visit.turns import Doubt, DoubtKind, Transcript
from visit.voices import VoicePrint

pytestmark = pytest.mark.integration


class Doubting(Hears):
    """Refuses a phrase live and doubts a word in the final pass."""

    def open(self, chart: Any, emit: Any, **place: Any) -> Stream:
        stream = super().open(chart, emit, **place)
        emit(Rejected("thank you", "a phrase invented on silence", 100, 900))
        return stream

    def finalise(self, pcm: Any, chart: Any, **how: Any) -> Transcript:
        heard = super().finalise(pcm, chart, **how)
        doubt = Doubt(DoubtKind.SOUNDS_LIKE, "lies in a pearl", 5, 9, "lisinopril", "sounds like lisinopril")
        return Transcript(heard.turns, doubts=(doubt,))


@pytest.fixture
def parts(store: Store) -> SimpleNamespace:
    from support import engines

    return engines.parts(store, transcriber=Doubting())


async def recorded(join: Any, *words: int) -> Any:
    member = await join()
    member.send(0, speech(*words))
    await member.until(lambda letter: letter == Stored(len(words) * WORD))
    return member


async def test_refused_words_are_told_while_the_visit_goes_on_and_doubts_come_with_the_final_transcript(
    join: Any, store: Store, encounter: Encounter
) -> None:
    member = await recorded(join, 2, 3, 0)
    await member.runner.finish()
    final = await member.until(lambda letter: getattr(letter, "type", "") == "transcript")
    (live,) = (event["doubt"] for event in store.events(encounter.id, 0) if event["type"] == "doubt")
    assert (live["kind"], live["text"], live["start"]) == ("rejected", "thank you", 100)
    assert [(doubt.text, doubt.other) for doubt in final.doubts] == [("lies in a pearl", "lisinopril")]
    kept = store.transcript(encounter.id)
    assert kept is not None
    assert kept.doubts[0].kind is DoubtKind.SOUNDS_LIKE


async def test_the_owners_enrolled_voice_is_listened_for(join: Any, store: Store, user: User, parts: Any) -> None:
    voice = VoicePrint((0.0, 1.0), "coded")
    store.enrol_voice(user.id, voice)
    member = await recorded(join, 2, 3, 0)
    await member.runner.finish()
    await member.status("drafted", "final.done")
    assert parts.transcriber.clinicians == [voice, voice]


async def test_without_an_enrolled_voice_nobody_is_listened_for(join: Any, parts: Any) -> None:
    member = await recorded(join, 2, 3, 0)
    await member.runner.finish()
    await member.status("drafted", "final.done")
    assert parts.transcriber.clinicians == [None, None]
