"""Conversions between the vocabulary of a visit and its shapes on the wire, both ways."""

from typing import Final

from pydantic import TypeAdapter

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
from visit.codes import CodeEvidence, CodeSuggestion
from visit.findings import Finding
from visit.ids import FindingId, SentenceId
from visit.notes import SECTION_OF, Note, NoteSentence
from visit.submissions import Submission
from visit.turns import Doubt, Gap, Turn
from visit.words import Word

_FINDING: Final = TypeAdapter(Finding)


def word_view(word: Word) -> WordView:
    """One word."""
    return WordView(text=word.text, start=word.start, end=word.end, probability=word.probability)


def word_from(view: WordView) -> Word:
    """The word a view stands for."""
    return Word(view.text, view.start, view.end, view.probability)


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


def turn_from(view: TurnView) -> Turn:
    """The turn a view stands for."""
    words = tuple(word_from(word) for word in view.words)
    return Turn(view.index, view.speaker, view.text, view.start, view.end, words, view.voice)


def gap_view(gap: Gap) -> GapView:
    """One stretch of speech that could not be written down."""
    return GapView(start=gap.start, end=gap.end, reason=gap.reason)


def gap_from(view: GapView) -> Gap:
    """The gap a view stands for."""
    return Gap(view.start, view.end, view.reason)


def doubt_view(doubt: Doubt) -> DoubtView:
    """One place to listen to again."""
    return DoubtView(
        kind=doubt.kind, text=doubt.text, start=doubt.start, end=doubt.end, other=doubt.other, reason=doubt.reason
    )


def finding_view(finding: Finding) -> FindingView:
    """One finding with its detail."""
    return FindingView.model_validate(finding)


def finding_from(view: FindingView) -> Finding:
    """The finding a view stands for."""
    return _FINDING.validate_python(view.model_dump())


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


def sentence_from(view: SentenceView) -> NoteSentence:
    """The sentence a view stands for; ``stale`` belongs to the stored note and is not part of it."""
    return NoteSentence(
        id=SentenceId(view.id),
        division=view.division,
        text=view.text,
        evidence=tuple(view.evidence),
        verdict=view.verdict,
        origin=view.origin,
        findings=tuple(FindingId(finding) for finding in view.findings),
        reasons=tuple(view.reasons),
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


def note_from(view: NoteView) -> StoredNote:
    """The stored note a view stands for."""
    return StoredNote(
        version=view.version,
        note=Note(
            tuple(map(sentence_from, view.sentences)),
            view.template,
            tuple(view.not_discussed),
            tuple(map(sentence_from, view.aside)),
            view.form,
        ),
        drafter=view.drafter,
        signed=view.signed,
        stale=frozenset(SentenceId(sentence.id) for sentence in view.sentences if sentence.stale),
    )


def code_view(stored: StoredCode | CodeSuggestion) -> CodeView:
    """One code with what was decided about it; a bare suggestion is still undecided."""
    if isinstance(stored, CodeSuggestion):
        stored = StoredCode(stored)
    view = CodeView.model_validate(stored.suggestion)
    return view.model_copy(update={"decision": stored.decision, "decision_reason": stored.reason})


def code_from(view: CodeView) -> StoredCode:
    """The stored code a view stands for."""
    evidence = tuple(
        CodeEvidence(item.text, SentenceId(item.sentence) if item.sentence is not None else None, tuple(item.turns))
        for item in view.evidence
    )
    suggestion = CodeSuggestion(view.code, view.display, view.score, view.reason, evidence, view.accepted_tier)
    return StoredCode(suggestion, view.decision, view.decision_reason)


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
