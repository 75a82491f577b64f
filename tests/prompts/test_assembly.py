import pytest

from prompts import assembly, templates
from prompts.assembly import assemble
from visit.findings import Finding, FindingKind, Polarity
from visit.ids import FindingId, SentenceId
from visit.notes import Division, NoteSentence, Origin, Verdict

pytestmark = pytest.mark.unit

SOAP = templates.load("soap")


def said(text, evidence, division=Division.HISTORY, findings=(), origin=Origin.RULES):
    return NoteSentence(SentenceId(f"{text}{evidence}"), division, text, evidence, Verdict.SUPPORTED, origin, findings)


def made(*sentences, findings=(), template=SOAP, score=lambda s: len(s.text)):
    return assemble(sentences, findings, template, score)


def texts(note):
    return [s.text for s in note.sentences]


def test_what_is_said_twice_is_written_once_in_its_longer_form():
    assert texts(made(said("Has a cough.", (1,)), said("Has a dry cough at night.", (5,)))) == [
        "Has a dry cough at night."
    ]


def test_a_denial_is_no_repeat_of_the_statement():
    assert len(made(said("Has a cough at night.", (1,)), said("Denies cough.", (5,))).sentences) == 2


def test_neighbouring_denials_become_one_sentence_with_the_evidence_of_all():
    ros = Division.REVIEW_OF_SYSTEMS
    note = made(
        said("Denies fever or chills.", (2, 3), ros),
        said("Denies cough.", (4, 5), ros),
        said("Denies rash.", (6, 7), ros),
    )
    assert texts(note) == ["Denies fever, chills or cough.", "Denies rash."]
    assert note.sentences[0].evidence == (2, 3, 4, 5)


def test_bare_complaints_become_one_line_and_told_ones_stay():
    note = made(
        said("Has nausea.", (2,), findings=(FindingId("a"),)),
        said("Has had a cough for 2 weeks.", (3,), findings=(FindingId("b"),)),
        said("Has joint pain and fatigue.", (5,), findings=(FindingId("c"),)),
    )
    assert texts(note) == ["Has nausea, joint pain and fatigue.", "Has had a cough for 2 weeks."]
    assert note.sentences[0].evidence == (2, 5)
    assert note.sentences[0].findings == ("a", "c")


def test_sections_come_in_the_order_of_the_format_and_of_the_visit():
    note = made(said("Order an x-ray.", (9,), Division.PLAN), said("Knee hurts.", (8,)), said("Fell on stairs.", (2,)))
    assert texts(note) == ["Fell on stairs.", "Knee hurts.", "Order an x-ray."]


def cough(turn, polarity, supersedes=None):
    return Finding(
        FindingId(f"f{turn}"), FindingKind.SYMPTOM, "cough", "cough", (turn,), polarity, supersedes=supersedes
    )


@pytest.mark.parametrize("named", [True, False])
def test_of_two_contradicting_statements_the_later_stands_and_cites_both(named):
    early = cough(2, Polarity.ABSENT)
    late = cough(9, Polarity.PRESENT, FindingId("f2") if named else None)
    note = made(
        said("Denies cough.", (2,), findings=(early.id,)),
        said("Coughs at night.", (9,), findings=(late.id,)),
        findings=(early, late),
    )
    assert texts(note) == ["Coughs at night."]
    assert note.sentences[0].evidence == (2, 9)


def test_what_matters_least_is_left_out_when_the_note_is_long_but_never_what_a_clinician_typed():
    short = templates.validate(
        {
            "name": "short", "version": 1, "title": "Short", "style": {"words": 50},
            "sections": [{"title": "All", "divisions": [d.value for d in Division]}],
        }
    )  # fmt: skip
    long = [
        said(f"Statement {word} " + "word " * 20, (i,)) for i, word in enumerate(("alpha", "beta", "gamma", "delta"))
    ]
    typed = said("Typed by hand.", (), origin=Origin.CLINICIAN)
    note = made(*long, typed, template=short, score=lambda s: -min(s.evidence, default=0))
    assert len(note.sentences) < 5
    assert "Typed by hand." in texts(note)


def test_divisions_never_touched_are_not_discussed_and_denials_count_as_touched():
    absent = Finding(FindingId("a"), FindingKind.ALLERGY, "drug allergy", "allergies", (3,), Polarity.ABSENT)
    note = made(said("Has a cough.", (1,)), findings=(absent,))
    assert Division.ALLERGIES not in note.not_discussed
    assert Division.HISTORY not in note.not_discussed
    assert Division.PLAN in note.not_discussed


def test_what_a_format_leaves_out_waits_aside_and_another_format_shows_it():
    drafted = (said("Has a cough.", (1,)), said("Father: stroke.", (7,), Division.FAMILY))
    birp = made(*drafted, template=templates.load("birp"))
    assert texts(birp) == ["Has a cough."]
    assert [s.text for s in birp.aside] == ["Father: stroke."]
    assert texts(made(*birp.sentences, *birp.aside)) == ["Has a cough.", "Father: stroke."]


def test_a_part_of_a_merged_sentence_does_not_wait_aside_and_come_back():
    ros = Division.REVIEW_OF_SYSTEMS
    note = made(said("Denies fever.", (2, 3), ros), said("Denies chills.", (2, 3), ros))
    assert (texts(note), note.aside) == (["Denies fever or chills."], ())


def test_what_a_clinician_wrote_stays_in_every_format_as_it_is():
    typed = (
        said("Denies fever.", (2,), Division.FAMILY, origin=Origin.CLINICIAN),
        said("Denies chills.", (2,), Division.FAMILY, origin=Origin.CLINICIAN),
    )
    assert made(*typed, template=templates.load("birp")).sentences == typed


def test_a_long_visit_is_put_together_without_comparing_every_sentence_with_every_other(monkeypatch):
    compared = []
    alike = assembly._alike
    monkeypatch.setattr(assembly, "_alike", lambda *pair: compared.append(pair) or alike(*pair))
    many = [said(f"Word{i} thing{i} matter{i}.", (i,)) for i in range(200)]
    assert len(made(*many).sentences) + len(made(*many).aside) >= 200
    assert len(compared) < 10 * len(many)
