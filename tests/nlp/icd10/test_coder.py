"""What the coder suggests for whole notes."""

import pytest

from nlp.icd10 import IcdCoder, note_from_sections, note_from_text
from visit.findings import Finding, FindingKind, Polarity
from visit.ids import FindingId, SentenceId
from visit.notes import Division, Note, NoteSentence, Origin, Verdict

pytestmark = pytest.mark.integration


def accepted(coder: IcdCoder, assessment: str) -> list[str]:
    note = note_from_text("ASSESSMENT AND PLAN\n\n" + assessment)
    return [s.code for s in coder.suggest(note) if s.accepted_tier]


@pytest.mark.parametrize(
    ("assessment", "codes"),
    [
        ("Hypertension, well controlled.", ["I10"]),
        ("1. Type 2 diabetes.\n2. Hyperlipidemia.", ["E11.9", "E78.5"]),
        ("Depression and hypothyroidism.", ["F32.A", "E03.9"]),
        ("Osteoarthritis of the right knee.", ["M17.11"]),
        ("Left ankle sprain.", ["S93.402A"]),
        ("Bilateral carpal tunnel syndrome.", ["G56.03"]),
        ("Bilateral lateral epicondylitis.", ["M77.11", "M77.12"]),
        ("Chronic kidney disease, stage 4.", ["N18.4"]),
        ("Acute sinusitis.", ["J01.90"]),
        ("Status post left knee replacement.", ["Z96.652"]),
        ("History of gout.", ["Z87.39"]),
    ],
)
def test_everyday_headings(coder: IcdCoder, assessment: str, codes: list[str]) -> None:
    assert accepted(coder, assessment) == codes


@pytest.mark.parametrize("heading", ["Possible pneumonia.", "Suspected gout.", "Rule out appendicitis.", "Pneumonia?"])
def test_uncertain_diagnoses_are_not_accepted(coder: IcdCoder, heading: str) -> None:
    assert accepted(coder, heading) == []


def test_uncertain_cause_leaves_the_symptom(coder: IcdCoder) -> None:
    assert accepted(coder, "Right knee pain, likely meniscus tear.") == ["M25.561"]


def test_symptom_gives_way_to_its_confirmed_cause(coder: IcdCoder) -> None:
    assert accepted(coder, "Left knee pain due to osteoarthritis of the left knee.") == ["M17.12"]


def test_chest_pain_beside_hypertension_stays(coder: IcdCoder) -> None:
    assert sorted(accepted(coder, "Chest pain and hypertension.")) == ["I10", "R07.9"]


def test_hypertension_with_heart_failure_is_one_code_first(coder: IcdCoder) -> None:
    assert accepted(coder, "Congestive heart failure.\nHypertension.") == ["I11.0", "I50.9"]


def test_diabetes_with_kidney_disease_combines(coder: IcdCoder) -> None:
    assert accepted(coder, "Type 2 diabetes.\nChronic kidney disease stage 3.") == ["E11.22", "N18.30"]


def test_history_family_and_denials_elsewhere_are_never_coded(coder: IcdCoder) -> None:
    note = note_from_text(
        "CHIEF COMPLAINT\nCough.\n\nHISTORY OF PRESENT ILLNESS\nShe denies fever and chest pain.\n\n"
        "PAST MEDICAL HISTORY\nBreast cancer in 2010.\n\nFAMILY HISTORY\nMother has diabetes.\n\n"
        "REVIEW OF SYSTEMS\nDenies wheezing.\n\nASSESSMENT\nAcute bronchitis.\n\n"
        "PLAN\nRest and fluids. Return if fever occurs."
    )
    codes = [s.code for s in coder.suggest(note)]
    assert codes[0] == "J20.9"
    assert not [c for c in codes if c.startswith(("R50", "R07", "C50", "E1", "R06.2"))]


def test_a_visit_without_diagnosis_codes_the_complaint(coder: IcdCoder) -> None:
    note = note_from_text("CHIEF COMPLAINT\nHeadache.\n\nASSESSMENT\nThe cause is unclear.\n\nPLAN\nObserve.")
    assert [s.code for s in coder.suggest(note) if s.accepted_tier] == ["R51.9"]


def test_drafted_note_gives_evidence_with_turns(coder: IcdCoder) -> None:
    sentence = NoteSentence(
        SentenceId("a1"), Division.ASSESSMENT, "Assessment: acute sinusitis.", (4, 5), Verdict.SUPPORTED, Origin.RULES
    )
    first = coder.suggest(Note((sentence,)))[0]
    assert (first.code, first.evidence[0].sentence, first.evidence[0].turns) == ("J01.90", "a1", (4, 5))
    assert first.evidence[0].text in sentence.text


def test_denied_finding_bars_its_code(coder: IcdCoder) -> None:
    note = note_from_sections({"assessment": "Asthma."})
    denied = Finding(FindingId("f1"), FindingKind.PROBLEM, "asthma", "asthma", (0,), Polarity.ABSENT)
    assert coder.suggest(note)
    assert coder.suggest(note, [denied]) == ()


def test_every_suggestion_is_billable_scored_and_explained(coder: IcdCoder) -> None:
    note = note_from_text(
        "ASSESSMENT\n1. Wrist fracture, right.\n2. Asthma exacerbation.\n3. Possible gout.\nPLAN\nCast."
    )
    suggestions = coder.suggest(note)
    assert len(suggestions) > 3
    for s in suggestions:
        assert coder.table.is_billable(s.code)
        assert s.display == coder.table.display(s.code)
        assert 0 <= s.score <= 1
        assert s.reason
        assert s.evidence
        assert s.accepted_tier == (s.score >= 0.5)
    tiers = [s.accepted_tier for s in suggestions]
    assert tiers == sorted(tiers, reverse=True)


@pytest.mark.parametrize("text", ["", "   \n", "ASSESSMENT", "Hello there.", "PLAN\nReturn in 2 weeks."])
def test_notes_without_a_problem_get_nothing(coder: IcdCoder, text: str) -> None:
    assert [s for s in coder.suggest(note_from_text(text)) if s.accepted_tier] == []


def test_search_by_words_and_by_code(coder: IcdCoder) -> None:
    assert coder.search("hay fever", 3)[0].code == "J30.2"
    assert coder.search("hypothyrodism", 3)[0].code == "E03.9"
    found = coder.search("s93.40", 20)
    assert found
    assert all(s.code.startswith("S93.40") and coder.table.is_billable(s.code) for s in found)
    assert coder.search("zzzz") == ()
