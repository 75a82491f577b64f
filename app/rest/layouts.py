"""``/api/encounters/{id}/template``: the format that a visit's note is written in, and shown in another."""

import logging
from collections.abc import Sequence
from dataclasses import replace

from fastapi import APIRouter

from app.errors import InvalidInput
from app.records import Encounter, StoredNote
from app.rest.context import OwnEncounter, Service, ServiceHere, UserHere
from app.rest.encounters import encounter_view
from app.rest.notes import newest_draft, tell_note, verifier
from app.wire.formats import LayoutChoice
from app.wire.resources import EncounterView
from prompts import assembly, templates
from prompts.templates import Template
from visit.ids import SentenceId
from visit.notes import Note, NoteSentence
from visit.turns import Transcript

log = logging.getLogger(__name__)

router = APIRouter(prefix="/encounters/{encounter_id}", tags=["notes"])


@router.put("/template")
def choose(body: LayoutChoice, here: ServiceHere, user: UserHere, encounter: OwnEncounter) -> EncounterView:
    """Choose the format. A draft is put together again from its own verified sentences; edits stay as they are."""
    template = offered(here, body.template)
    if encounter.state == "drafted" or body.version is not None:
        stored = newest_draft(here, encounter, body.version or 0)
        note = relaid(here, encounter, stored, template, body)
        here.store.save_layout(user.id, encounter.id, template.name, note)
        tell_note(here, encounter)
    else:
        here.store.set_template(user.id, encounter.id, template.name)
    return encounter_view(here, here.store.encounter(encounter.id))


def offered(here: Service, name: str) -> Template:
    """The newest version of a format that is offered."""
    found = next((template for template in here.store.templates() if template.name == name), None)
    if found is None:
        raise InvalidInput("There is no such note format.", code="input.template")
    return found


def relaid(
    here: Service, encounter: Encounter, stored: StoredNote, template: Template, choice: LayoutChoice
) -> StoredNote:
    """The same note in another format; what an old format left out may come back, nothing is drafted anew."""
    turns = (here.store.transcript(encounter.id) or Transcript(())).turns
    findings = here.store.findings(encounter.id)
    pool, name = (*stored.note.sentences, *stored.note.aside), templates.publish(template)
    try:
        note = here.parts.drafter.assemble(pool, turns, findings, name)
    except Exception as error:
        log.error("encounter %s: assembling failed: %s", encounter.id, type(error).__name__)
        note = here.parts.fallback.assemble(pool, turns, findings, name)
    verify = verifier(here, encounter)
    lost = [verify(sentence) for sentence in stored.note.sentences if not holds(note, sentence)]
    form = choice.form if choice.form != template.style.form else None
    note = replace(note, sentences=in_order((*note.sentences, *lost), template), form=form)
    return replace(stored, note=note, stale=still_stale(stored, note))


def holds(note: Note, sentence: NoteSentence) -> bool:
    """Whether a note shows or keeps aside what a sentence says.

    What a page showed does not vanish because the gate has changed its mind: it stays, marked.
    """
    return any(assembly.holds(other, sentence) for other in (*note.sentences, *note.aside))


def in_order(sentences: Sequence[NoteSentence], template: Template) -> tuple[NoteSentence, ...]:
    """Sentences by their divisions' places in a format; within a division as they come."""
    place = {division: i for i, division in enumerate(template.order())}
    return tuple(sorted(sentences, key=lambda sentence: place.get(sentence.division, len(place))))


def still_stale(stored: StoredNote, note: Note) -> frozenset[SentenceId]:
    """The sentences of ``note`` that are, or were put together from, stale ones of ``stored``."""
    old = [sentence for sentence in stored.note.sentences if sentence.id in stored.stale]
    return frozenset(new.id for new in note.sentences if any(assembly.holds(new, stale) for stale in old))
