"""Doors for measuring: plain JSON in and out of each room, used by the command line and by ``bench/``."""

import math
import re
import time
from collections.abc import Mapping, Sequence
from typing import Any

from app.errors import InvalidInput
from app.ports import Coder, Drafter, Reader, Reading
from app.wire.views import finding_view
from nlp.icd10.parse import note_from_sections, note_from_text
from prompts.templates import section_texts
from visit.audio import SAMPLE_RATE
from visit.charts import Chart
from visit.codes import CodeSuggestion
from visit.notes import SECTION_OF, Note, NoteSentence
from visit.turns import Speaker, Transcript, Turn

Json = dict[str, Any]

SPEAKERS = {
    "doctor": Speaker.CLINICIAN,
    "clinician": Speaker.CLINICIAN,
    "provider": Speaker.CLINICIAN,
    "physician": Speaker.CLINICIAN,
    "dr": Speaker.CLINICIAN,
    "nurse": Speaker.CLINICIAN,
    "guest_clinician": Speaker.CLINICIAN,
    "patient": Speaker.PATIENT,
    "guest_family": Speaker.OTHER,
    "patient_guest": Speaker.OTHER,
    "family": Speaker.OTHER,
    "other": Speaker.OTHER,
}
"""What transcripts call people → the role of the voice. A number at the end ("doctor_2") says nothing of the role;
anything else is unknown."""
_NUMBERED = re.compile(r"[ _]?\d+$")


def turns_from(rows: Sequence[Mapping[str, Any]]) -> tuple[Turn, ...]:
    """Turns from ``[{"speaker", "text"}]``; positions in the list become their indices."""
    turns = []
    for index, row in enumerate(rows):
        if not isinstance(row, Mapping) or not isinstance(row.get("text"), str):
            raise InvalidInput(f"turn {index} has no text", code="input.turns")
        label = _NUMBERED.sub("", str(row.get("speaker", "")).strip().lower())
        turns.append(Turn(index, SPEAKERS.get(label, Speaker.UNKNOWN), row["text"]))
    return tuple(turns)


def chart_from(row: Mapping[str, Any] | None) -> Chart:
    """A chart from ``{"medications", "allergies", "problems", …}``; unknown keys are ignored."""
    row = row or {}
    return Chart(
        patient_name=row.get("patient_name"),
        sex=row.get("sex"),
        clinician_name=row.get("clinician_name"),
        medications=tuple(row.get("medications", ())),
        allergies=tuple(row.get("allergies", ())),
        problems=tuple(row.get("problems", ())),
    )


def sentence_json(sentence: NoteSentence) -> Json:
    """One sentence as the draft door writes it."""
    return {
        "id": sentence.id,
        "section": SECTION_OF[sentence.division].value,
        "division": sentence.division.value,
        "text": sentence.text,
        "evidence": list(sentence.evidence),
        "verdict": sentence.verdict.value,
        "origin": sentence.origin.value,
        "reasons": list(sentence.reasons),
    }


def read_visit(reader: Reader, turns: Sequence[Turn], chart: Chart | None = None) -> Reading:
    """A whole visit, read turn by turn to its end."""
    reading = reader.open(chart or Chart())
    for turn in turns:
        reading.read(turn)
    reading.finish()
    return reading


def draft_encounter(
    encounter: Mapping[str, Any],
    reader: Reader,
    drafter: Drafter,
    template: str = "soap",
    *,
    fallback: Drafter | None = None,
    within_s: float = math.inf,
) -> Json:
    """Read and draft one encounter ``{"id", "turns", "chart"?}`` the way a live visit is: turn by turn.

    As after a visit has stopped, what ``drafter`` has not begun after ``within_s`` seconds is ``fallback``'s to draft.
    """
    if not isinstance(encounter.get("turns"), list):
        raise InvalidInput('an encounter needs "turns", a list of {"speaker", "text"}', code="input.turns")
    turns, started = turns_from(encounter["turns"]), time.perf_counter()
    reading = read_visit(reader, turns, chart_from(encounter.get("chart")))
    findings, read_s = reading.findings(), time.perf_counter() - started
    sentences: list[NoteSentence] = []
    for segment in reading.segments():
        late = time.perf_counter() - started - read_s > within_s
        writer = fallback if fallback and late else drafter
        sentences += writer.draft(segment, turns, findings)
    drafted_s = time.perf_counter() - started - read_s
    note = drafter.assemble(sentences, turns, findings, template)
    return {
        "id": encounter.get("id"),
        "sections": {section.value: text for section, text in section_texts(note).items()},
        "sentences": [sentence_json(sentence) for sentence in note.sentences],
        "not_discussed": [division.value for division in note.not_discussed],
        "findings": [finding_view(finding).model_dump(mode="json", exclude_none=True) for finding in findings],
        "timings": {
            "read_s": round(read_s, 3),
            "draft_s": round(drafted_s, 3),
            "total_s": round(time.perf_counter() - started, 3),
        },
    }


def code_json(suggestion: CodeSuggestion) -> Json:
    """One suggestion as the codes door writes it."""
    return {
        "code": suggestion.code,
        "display": suggestion.display,
        "evidence": [{"text": e.text, "sentence": e.sentence, "turns": list(e.turns)} for e in suggestion.evidence],
        "reason": suggestion.reason,
        "score": round(suggestion.score, 4),
        "accepted_tier": suggestion.accepted_tier,
    }


FEW_CODES = 1
"""With fewer accepted codes than this, what the note may mean is listed instead."""

MOST_LISTED = 4


def suggest_codes(note: Note, coder: Coder) -> list[Json]:
    """The accepted codes of one note in the order of a claim, each with its ``alternatives`` under it.

    An alternative belongs to the accepted code of its category or of its sentence, else to the first one. Only when
    fewer than ``FEW_CODES`` are accepted do alternatives stand in the list itself (``accepted_tier`` false).
    """
    suggestions = coder.suggest(note)
    accepted = [suggestion for suggestion in suggestions if suggestion.accepted_tier]
    listed = [{**code_json(suggestion), "alternatives": []} for suggestion in accepted]
    others: list[Json] = []
    for suggestion in (suggestion for suggestion in suggestions if not suggestion.accepted_tier):
        kin = next((i for i, code in enumerate(accepted) if _akin(suggestion, code)), None)
        if kin is None and len(accepted) < FEW_CODES and len(listed) + len(others) < MOST_LISTED:
            others.append(code_json(suggestion))
        elif accepted:
            listed[kin or 0]["alternatives"].append(code_json(suggestion))
    return [*listed, *others]


def _akin(one: CodeSuggestion, code: CodeSuggestion) -> bool:
    sentences = {e.sentence for e in code.evidence}
    return one.code[:3] == code.code[:3] or any(e.sentence in sentences for e in one.evidence)


def transcript_json(transcript: Transcript) -> Json:
    """A transcript as the transcribe door writes it; times in seconds."""
    return {
        "duration_s": round(transcript.duration_s, 3),
        "model": transcript.model,
        "turns": [
            {
                "index": turn.index,
                "speaker": turn.speaker.value,
                "text": turn.text,
                "start": round(turn.start / SAMPLE_RATE, 3),
                "end": round(turn.end / SAMPLE_RATE, 3),
                "words": [
                    {
                        "text": word.text,
                        "start": round(word.start / SAMPLE_RATE, 3),
                        "end": round(word.end / SAMPLE_RATE, 3),
                        "probability": round(word.probability, 3),
                    }
                    for word in turn.words
                ],
            }
            for turn in transcript.turns
        ],
        "gaps": [
            {"start": round(gap.start / SAMPLE_RATE, 3), "end": round(gap.end / SAMPLE_RATE, 3), "reason": gap.reason}
            for gap in transcript.gaps
        ],
        "doubts": [
            {
                "kind": doubt.kind.value,
                "text": doubt.text,
                "other": doubt.other,
                "start": round(doubt.start / SAMPLE_RATE, 3),
                "end": round(doubt.end / SAMPLE_RATE, 3),
                "reason": doubt.reason,
            }
            for doubt in transcript.doubts
        ],
    }


def note_from(row: Any) -> Note:
    """A note from ``{"text"}`` or ``{"sections": {…}}``, read into sentences."""
    if isinstance(row, Mapping) and isinstance(row.get("text"), str):
        return note_from_text(row["text"])
    if isinstance(row, Mapping) and isinstance(row.get("sections"), Mapping):
        return note_from_sections({str(k): str(v) for k, v in row["sections"].items()})
    raise InvalidInput('a note needs "text" or "sections"', code="input.note")
