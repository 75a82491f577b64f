"""``/api/encounters/{id}/ask``: a question about the visit, answered with what was said in it."""

from fastapi import APIRouter

from app.rest.context import ReadEncounter, ServiceHere, UserHere
from app.wire import views
from app.wire.formats import AnswerView, PassageView, Question
from prompts.ask import answer
from visit.turns import Transcript

router = APIRouter(prefix="/encounters/{encounter_id}", tags=["ask"])


@router.post("/ask")
def ask(body: Question, here: ServiceHere, user: UserHere, encounter: ReadEncounter) -> AnswerView:
    """Quotes and findings of this visit, and nothing else. The question is not kept; that one was asked is audited."""
    turns = (here.store.transcript(encounter.id) or Transcript(())).turns
    found = answer(body.text, turns, here.store.findings(encounter.id))
    here.store.audit(user.id, "visit.asked", f"encounter:{encounter.id}", passages=len(found.passages))
    by_index = {turn.index: views.turn_view(turn) for turn in turns}
    return AnswerView(
        passages=[
            PassageView(
                turns=[by_index[index] for index in passage.turns],
                findings=[views.finding_view(finding) for finding in passage.findings],
                flagged=passage.flagged,
            )
            for passage in found.passages
        ],
        missing=list(found.missing),
    )
