"""The shapes on the wire of what a visit is made of. Nothing is lost but what a page has no use for."""

from app.records import StoredCode, StoredNote
from app.wire.resources import (
    ChartView,
    CodeView,
    DoubtView,
    FindingView,
    GapView,
    NoteView,
    PatientView,
    SectionLayout,
    SentenceView,
    SubmissionView,
    TurnView,
    WordView,
)
from prompts.templates import load
from visit.charts import Chart
from visit.codes import CodeSuggestion
from visit.findings import Finding
from visit.notes import SECTION_OF, NoteSentence
from visit.submissions import Submission
from visit.turns import Doubt, Gap, Turn
from visit.words import Word


def word_view(word: Word) -> WordView:
    """One word."""
    return WordView(text=word.text, start=word.start, end=word.end, probability=word.probability)


def turn_view(turn: Turn) -> TurnView:
    """One turn with its words."""
    return TurnView(
        index=turn.index,
        speaker=turn.speaker,
        text=turn.text,
        start=turn.start,
        end=turn.end,
        words=[word_view(word) for word in turn.words],
        voice=turn.voice,
    )


def gap_view(gap: Gap) -> GapView:
    """One stretch of speech that could not be written down."""
    return GapView(start=gap.start, end=gap.end, reason=gap.reason)


def doubt_view(doubt: Doubt) -> DoubtView:
    """One place to listen to again."""
    return DoubtView(
        kind=doubt.kind, text=doubt.text, start=doubt.start, end=doubt.end, other=doubt.other, reason=doubt.reason
    )


def finding_view(finding: Finding) -> FindingView:
    """One finding with its detail."""
    return FindingView.model_validate(finding)


def sentence_view(sentence: NoteSentence, stale: bool = False) -> SentenceView:
    """One sentence; its section follows from its division."""
    return SentenceView(
        id=sentence.id,
        division=sentence.division,
        section=SECTION_OF[sentence.division],
        text=sentence.text,
        evidence=list(sentence.evidence),
        verdict=sentence.verdict,
        origin=sentence.origin,
        findings=[str(finding) for finding in sentence.findings],
        reasons=list(sentence.reasons),
        stale=stale,
    )


def note_view(stored: StoredNote) -> NoteView:
    """One version of a note."""
    return NoteView(
        version=stored.version,
        template=stored.note.template,
        sentences=[sentence_view(sentence, sentence.id in stored.stale) for sentence in stored.note.sentences],
        not_discussed=list(stored.note.not_discussed),
        drafter=stored.drafter,
        signed=stored.signed,
        aside=[sentence_view(sentence) for sentence in stored.note.aside],
        form=stored.note.form,
        layout=[
            SectionLayout(title=section.title, divisions=list(section.divisions))
            for section in load(stored.note.template).sections
        ],
    )


def code_view(stored: StoredCode | CodeSuggestion) -> CodeView:
    """One code with what was decided about it; a bare suggestion is still undecided."""
    if isinstance(stored, CodeSuggestion):
        stored = StoredCode(stored)
    view = CodeView.model_validate(stored.suggestion)
    return view.model_copy(update={"decision": stored.decision, "decision_reason": stored.reason})


def patient_view(chart: Chart) -> PatientView:
    """Who the visit is about."""
    return PatientView(
        id=chart.patient_id or "", name=chart.patient_name or "", birth_date=chart.birth_date, sex=chart.sex
    )


def chart_view(chart: Chart) -> ChartView:
    """What the chart said, without who it is about."""
    return ChartView(
        medications=list(chart.medications), allergies=list(chart.allergies), problems=list(chart.problems)
    )


def submission_view(submission: Submission) -> SubmissionView:
    """Where the filing of a signed note stands."""
    return SubmissionView(
        id=submission.id,
        note_version=submission.note_version,
        state=submission.state,
        sha256=submission.sha256,
        location=submission.location,
        problem=submission.problem,
    )
