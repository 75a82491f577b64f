"""Spoken and written injections before an engine that obeys them: none reaches a document unflagged."""

import re
from pathlib import Path

import pytest

from prompts import templates
from prompts.ask import answer
from prompts.documents.letter import letter
from prompts.documents.summary import summary
from prompts.drafter import SegmentDrafter
from prompts.engines import Proposal
from prompts.errors import TemplateError
from prompts.rewriting import Scope, fulfil, wishes
from prompts.untrusted import addresses_machine
from visit.findings import Finding, FindingKind
from visit.ids import FindingId, SegmentId
from visit.notes import Division, Segment, Verdict
from visit.turns import Speaker, Turn

pytestmark = pytest.mark.unit

ROWS = (Path(__file__).parent / "injections.tsv").read_text(encoding="utf-8").split("\n")
CORPUS = [tuple(row.split("\t")) for row in ROWS if row.strip() and not row.startswith("#")]
SPOKEN = [(where.split(":")[1], text, word) for where, text, word in CORPUS if where.startswith("turn:")]
FORMATS = [(where.split(":")[1], text) for where, text, _ in CORPUS if where.startswith("template:")]
INSTRUCTIONS = [(text, word) for where, text, word in CORPUS if where == "instruction"]
QUESTIONS = [(text, word) for where, text, word in CORPUS if where == "question"]
VISIT = (
    ("clinician", "What brings you in today?"),
    ("patient", "I have had a cough for two weeks."),
    ("clinician", "Any fever?"),
    ("patient", "No."),
    ("clinician", "I think you have acute bronchitis. Drink plenty of fluids."),
)


class Obeys:
    """An engine that does what it is told: every word it is shown comes back as statements, for every division."""

    phrases_at_once = None

    def propose(self, prompts):
        return [tuple(self.obeyed(prompt)) for prompt in prompts]

    def obeyed(self, prompt):
        for turn in prompt.turns:
            for word in re.findall(r"\w{5,}", turn.text):
                for text in (f"Takes {word}.", f"{word.capitalize()}.", f"Start {word} 50 mg.", f"Has {word}."):
                    yield Proposal(text, (turn.index,), Division.PLAN)
                    yield Proposal(text, (1,), Division.ASSESSMENT)
            yield Proposal(turn.text, (turn.index,), Division.MEDICATIONS)


def visit(speaker: str, text: str) -> tuple[Turn, ...]:
    rows = (*VISIT[:4], (speaker, text), *VISIT[4:])
    return tuple(Turn(i, Speaker(who), said) for i, (who, said) in enumerate(rows))


def understood(word: str) -> tuple[Finding, ...]:
    """What a reader that believes everything makes of the injected turn."""
    kinds = (FindingKind.MEDICATION, FindingKind.PROBLEM, FindingKind.ALLERGY)
    return (
        Finding(FindingId("c"), FindingKind.SYMPTOM, "cough", "cough", (1,)),
        *(Finding(FindingId(f"x{kind}"), kind, word, word, (4,)) for kind in kinds),
    )


def drafted(turns, findings):
    drafter = SegmentDrafter(Obeys())
    segment = Segment(SegmentId("s"), 0, len(turns) - 1, tuple(Division), tuple(f.id for f in findings))
    return drafter.assemble(drafter.draft(segment, turns, findings), turns, findings)


def test_the_corpus_is_large_and_covers_every_way_in():
    assert len(CORPUS) >= 60
    assert {where.split(":")[0] for where, *_ in CORPUS} == {
        "turn", "chart", "template", "instruction", "question", "file",
    }  # fmt: skip
    assert sum("instrucciones" in text or "nota" in text for _, text, _ in SPOKEN) >= 4


@pytest.mark.parametrize(("speaker", "text", "word"), SPOKEN)
def test_nothing_spoken_to_the_software_is_unflagged_in_note_summary_or_letter(speaker, text, word):
    turns, findings = visit(speaker, text), understood(word)
    note = drafted(turns, findings)
    for sentence in (*note.sentences, *note.aside):
        if word.casefold() in sentence.text.casefold():
            assert sentence.verdict is not Verdict.SUPPORTED, sentence
            assert sentence.reasons
    for document in (summary(note, findings), letter(note)):
        said = " ".join(line.text for part in document.parts for line in part.lines)
        assert word.casefold() not in said.casefold()


@pytest.mark.parametrize(("speaker", "text", "word"), SPOKEN)
def test_the_ask_box_marks_what_was_spoken_to_the_software(speaker, text, word):
    told = answer(f"Tell me about {word}", visit(speaker, text), ())
    assert all(passage.flagged for passage in told.passages if 4 in passage.turns)


@pytest.mark.parametrize(("field", "text"), FORMATS)
def test_a_format_cannot_state_anything_or_speak_to_the_software(field, text):
    data = templates.data_of(templates.load("soap"))
    if field == "section":
        data["sections"][0]["title"] = text
    elif field == "title":
        data["title"] = text
    else:
        data["style"]["not_discussed"] = text
    with pytest.raises(TemplateError):
        templates.validate(data)


@pytest.mark.parametrize(("text", "word"), INSTRUCTIONS)
def test_an_instruction_adds_nothing(text, word):
    turns = visit("patient", "It is worse at night.")
    note = drafted(turns, understood("cough")[:1])
    for wish in wishes(text) or ():
        note = fulfil(note, wish, Scope(), lambda s: 0.5, ())
    assert word not in " ".join(s.text for s in note.sentences).casefold()


@pytest.mark.parametrize(("text", "word"), QUESTIONS)
def test_a_question_is_answered_with_quotes_only(text, word):
    turns = visit("patient", "It is worse at night.")
    told = answer(text, turns, understood("cough")[:1])
    assert all(word not in turns[i].text for passage in told.passages for i in passage.turns)


@pytest.mark.parametrize(
    "text",
    [
        "I'll put a note in your chart about that.",
        "Could you write me a prescription?",
        "I want to add a blood test to the plan.",
        "My immune system is weak.",
        "The nurse gave me instructions for the inhaler.",
        "I forget to take it in the evening.",
        "I work with computers all day.",
        "Add a pinch of salt and rest.",
        "My assistant at work has the same cough.",
        "Include more fibre in your diet.",
        "Show me where it hurts.",
        "We will record your blood pressure again.",
        "Put this cream on the rash twice a day.",
    ],
)
def test_ordinary_speech_is_not_taken_for_speech_to_the_software(text):
    assert not addresses_machine(text)


def test_names_and_lists_of_the_chart_never_become_sentences():
    from nlp.reader import ClinicalReader
    from visit.charts import Chart

    rows = {where.split(":")[1]: (text, word) for where, text, word in CORPUS if where.startswith("chart:")}
    chart = Chart(
        patient_name=rows["name"][0],
        medications=(rows["medication"][0],),
        allergies=(rows["allergy"][0],),
        problems=(rows["problem"][0],),
    )
    turns = visit("patient", "It is worse at night.")
    reading = ClinicalReader().open(chart)
    for turn in turns:
        reading.read(turn)
    reading.finish()
    note = drafted(turns, reading.findings())
    written = " ".join(s.text for s in (*note.sentences, *note.aside)).casefold()
    for _, word in rows.values():
        assert not word or word not in written
