"""A transcript into the record: each step may be interrupted and done again, and nothing happens twice."""

import asyncio
import hashlib
from typing import TYPE_CHECKING, Final, Protocol

from app.errors import Conflict, InvalidInput
from app.imports.spoken import Spoken
from app.records import Encounter, User
from visit.charts import Chart
from visit.ids import EncounterId
from visit.turns import Transcript, Turn

if TYPE_CHECKING:
    from app.engines import Parts

TAKES: Final = ("open", "recording", "no_speech")
"""States in which a visit still waits for its words."""


class Visits(Protocol):
    """What this asks of the visits under way."""

    async def transcribe(self, encounter_id: EncounterId, transcript: Transcript) -> None:
        """Take a transcript as the whole visit; it is durable on return."""


async def take(parts: "Parts", visits: Visits, owner: User, spoken: Spoken, fallback_template: str) -> EncounterId:
    """Open the encounter that a transcript belongs to, record consent, and hand the transcript over.

    The encounter is the one that the file's head names, else one that follows from what was said: the same
    transcript finds the same encounter again, so a step that was interrupted goes on where it was. Raises
    :class:`InvalidInput` when the head lacks something, :class:`Conflict` when the encounter holds another visit.
    """
    if spoken.head.consent is None:
        raise InvalidInput(
            "The file does not say how the patient consented. Begin it with Consent: verbal or Consent: written.",
            code="input.consent",
        )
    encounter = await asyncio.to_thread(_open, parts, owner, spoken, fallback_template)
    if encounter.state in TAKES and not encounter.samples:
        if encounter.consent is None:
            await asyncio.to_thread(parts.store.record_consent, owner.id, encounter.id, True, spoken.head.consent)
        elif not encounter.consent.given:
            raise Conflict("The patient has not consented to being recorded.", code="conflict.consent")
        await visits.transcribe(encounter.id, spoken.transcript)
        return encounter.id
    stored = await asyncio.to_thread(parts.store.transcript, encounter.id)
    if stored is None or _words(stored.turns) != _words(spoken.transcript.turns):
        raise Conflict("This encounter holds another visit already.", code="conflict.opened")
    return encounter.id


def _open(parts: "Parts", owner: User, spoken: Spoken, fallback_template: str) -> Encounter:
    """The encounter, opened now or by an earlier try of the same owner."""
    store, named = parts.store, spoken.head.encounter
    ehr_id = named or f"import-{fingerprint(spoken.transcript)}"
    found = store.opened([ehr_id]).get(ehr_id)
    if found is not None:
        if found[1] != owner.id:
            raise Conflict("This encounter was opened by somebody else.", code="conflict.opened")
        return store.encounter(found[0])
    template = spoken.head.template or fallback_template
    if template not in {offered.name for offered in store.templates()}:
        raise InvalidInput("There is no such note format.", code="input.template")
    chart = parts.ehr.chart(named) if named else Chart()
    return store.open_encounter(owner.id, ehr_id, chart, template)


def fingerprint(transcript: Transcript) -> str:
    """A name for what was said, by whom and when."""
    said = "\x1e".join(f"{t.speaker}\x1f{t.start}\x1f{t.text}" for t in transcript.turns)
    return hashlib.sha256(said.encode()).hexdigest()[:24]


def _words(turns: tuple[Turn, ...]) -> list[str]:
    return [turn.text for turn in turns]
