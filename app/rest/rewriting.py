"""``/api/encounters/{id}/note/rewrite``: a section again, shorter, longer, or as the clinician asks for it."""

from collections.abc import Sequence
from dataclasses import replace

from anyio import from_thread
from fastapi import APIRouter

from app.errors import InvalidInput
from app.records import Encounter, StoredNote
from app.rest.context import OwnEncounter, Service, ServiceHere, UserHere
from app.rest.layouts import in_order, still_stale
from app.rest.notes import newest_draft, tell_note, verifier
from app.wire.formats import Rewrite, Rewritten
from prompts import templates
from prompts.rewriting import Scope, Wish, fulfil, redrafted, wishes
from prompts.salience import Judge
from visit.findings import Finding
from visit.notes import Note, NoteSentence, Origin, Verdict
from visit.turns import Transcript, Turn

router = APIRouter(prefix="/encounters/{encounter_id}", tags=["notes"])

NOT_UNDERSTOOD = (
    "This is not understood. A section can be made shorter or longer, set as bullets, full sentences or telegraphic, "
    'and told to "mention only …" or "leave out …". What nobody said cannot be added.'
)


@router.post("/note/rewrite")
def rewrite(body: Rewrite, here: ServiceHere, user: UserHere, encounter: OwnEncounter) -> Rewritten:
    """Choose anew among what was said and verified. Every sentence that comes out has passed the gate or is marked."""
    stored = newest_draft(here, encounter, body.version)
    scope = Scope(frozenset(body.divisions), body.edited_too)
    asked = _asked(body)
    note = stored.note
    if asked is None:
        note = redrafted(note, _drafted_anew(here, encounter, stored, scope), scope)
    else:
        turns, findings = _visit(here, encounter)
        judge = Judge(turns, findings)
        for wish in asked:
            note = fulfil(note, wish, scope, lambda s: judge(s).salience, findings)
    note = _checked(here, encounter, stored, note)
    before, after = set(stored.note.sentences), set(note.sentences)
    if note != stored.note:
        stale = still_stale(stored, note)
        here.store.save_note(
            user.id, encounter.id, note, drafter=stored.drafter, base_version=stored.version, stale=stale
        )
    return Rewritten(
        note=tell_note(here, encounter),
        added=len(after - before),
        removed=len(before - after),
        kept_edited=sum(s.origin is Origin.CLINICIAN and scope.covers(s) for s in note.sentences),
    )


def _asked(body: Rewrite) -> tuple[Wish, ...] | None:
    """What is asked for; ``None`` for a section drafted anew. Raises for an instruction that is not understood."""
    if body.how == "again":
        return None
    if body.how in ("shorter", "longer"):
        return (Wish(body.how),)
    understood = wishes(body.instruction)
    if understood is None:
        raise InvalidInput(NOT_UNDERSTOOD, code="input.instruction")
    return understood


def _drafted_anew(here: Service, encounter: Encounter, stored: StoredNote, scope: Scope) -> tuple[NoteSentence, ...]:
    """Fresh sentences for the scope, put together as in any note; sentences of other divisions are not among them."""
    fresh = from_thread.run(here.visits.redraft, encounter.id, scope.divisions)
    turns, findings = _visit(here, encounter)
    return here.parts.fallback.assemble(fresh, turns, findings, stored.note.template).sentences


def _checked(here: Service, encounter: Encounter, stored: StoredNote, note: Note) -> Note:
    """The note in the order of its format, what is new in it verified; what the gate refuses is not written."""
    verify, known = verifier(here, encounter), set(stored.note.sentences)
    verified = [s if s in known else verify(s) for s in note.sentences]
    kept = [s for s in verified if s in known or s.verdict is not Verdict.UNSUPPORTED]
    sentences = in_order(_as_said(kept), templates.load(note.template))
    return replace(note, sentences=sentences)


def _as_said(sentences: Sequence[NoteSentence]) -> list[NoteSentence]:
    """Sentences in the order in which they were said; what the clinician inserted stays behind its neighbour."""
    placed, after = [], -1
    for sentence in sentences:
        after = min(sentence.evidence, default=after)
        placed.append((after, sentence))
    return [sentence for _, sentence in sorted(placed, key=lambda pair: pair[0])]


def _visit(here: Service, encounter: Encounter) -> tuple[tuple[Turn, ...], tuple[Finding, ...]]:
    return (here.store.transcript(encounter.id) or Transcript(())).turns, here.store.findings(encounter.id)
