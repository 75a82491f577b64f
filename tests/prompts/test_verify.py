"""The gate: what supports a sentence, and every way in which it can fail."""

import pytest

from prompts.verify import Reason, verify
from visit.ids import SentenceId
from visit.notes import Division, NoteSentence, Origin, Verdict

pytestmark = pytest.mark.unit

GOOD = (
    ("history", "Has had this cough for about 2 weeks.", (1,)),
    ("history", "Left knee hurts when she climbs stairs.", (1,)),
    ("review_of_systems", "Denies fever or chills.", (2, 3)),
    ("review_of_systems", "Denies chest pain or wheezing.", (4, 5)),
    ("history", "A little short of breath when she walks uphill.", (6, 7)),
    ("medications", "Takes lisinopril 10 mg every morning.", (9,)),
    ("medications", "Takes metformin 500 mg twice a day.", (9,)),
    ("allergies", "Penicillin gives her a rash.", (10, 11)),
    ("family", "Her father had a heart attack at 61.", (13,)),
    ("social", "Quit 5 years ago.", (14, 15)),
    ("vitals", "Blood pressure 142/88.", (16,)),
    ("exam", "Lungs are clear to auscultation.", (16,)),
    ("exam", "Tenderness over the left knee but no swelling.", (17,)),
    ("assessment", "Acute bronchitis and osteoarthritis of the left knee.", (18,)),
    ("plan", "Order an x-ray of the left knee.", (19,)),
    ("plan", "Take ibuprofen 400 mg as needed.", (19,)),
)
MUTANTS = (
    ("history", "Has had this cough for about 3 weeks.", (1,), Reason.NUMBER),
    ("history", "Has had this cough for about 2 months.", (1,), Reason.UNIT),
    ("history", "Right knee hurts when she climbs stairs.", (1,), Reason.SIDE),
    ("history", "Does not have a cough.", (1,), Reason.NEGATION),
    ("history", "Denies cough.", (1,), Reason.NEGATION),
    ("history", "Has had this cough and vomiting for about 2 weeks.", (1,), Reason.UNSAID),
    ("history", "Has had this cough since Tuesday.", (1,), Reason.TIME),
    ("review_of_systems", "Has fever and chills.", (2, 3), Reason.NEGATION),
    ("review_of_systems", "Denies fever, chills or cough.", (2, 3), Reason.UNSAID),
    ("review_of_systems", "Chest pain and wheezing.", (4, 5), Reason.NEGATION),
    ("history", "Denies shortness of breath.", (6, 7), Reason.NEGATION),
    ("history", "Is not short of breath.", (6, 7), Reason.NEGATION),
    ("medications", "Takes lisinopril 100 mg every morning.", (9,), Reason.NUMBER),
    ("medications", "Takes lisinopril 500 mg every morning.", (9,), Reason.DOSE),
    ("medications", "Takes lisinopril 10 mcg every morning.", (9,), Reason.UNIT),
    ("medications", "Takes warfarin 10 mg every morning.", (9,), Reason.UNSAID),
    ("medications", "Does not take lisinopril.", (9,), Reason.NEGATION),
    ("allergies", "Sulfa gives her a rash.", (10, 11), Reason.UNSAID),
    ("allergies", "Denies allergy to penicillin.", (10, 11), Reason.NEGATION),
    ("history", "Had a heart attack at 61.", (13,), Reason.SUBJECT),
    ("vitals", "Blood pressure 124/88.", (16,), Reason.NUMBER),
    ("exam", "Lungs are not clear to auscultation.", (16,), Reason.NEGATION),
    ("exam", "Tenderness over the right knee.", (17,), Reason.SIDE),
    ("exam", "Swelling over the left knee.", (17,), Reason.NEGATION),
    ("plan", "Order an x-ray of the right knee.", (19,), Reason.SIDE),
    ("plan", "Take ibuprofen 800 mg as needed.", (19,), Reason.NUMBER),
    ("plan", "Do not take ibuprofen.", (19,), Reason.NEGATION),
)


def sentence(division: str, text: str, evidence: tuple[int, ...], origin: Origin = Origin.RULES) -> NoteSentence:
    return NoteSentence(SentenceId("s"), Division(division), text, evidence, Verdict.NEEDS_REVIEW, origin)


@pytest.mark.parametrize(("division", "text", "evidence"), GOOD)
@pytest.mark.parametrize("understood", [True, False])
def test_what_was_said_is_supported(division, text, evidence, understood, turns, findings):
    checked = verify(sentence(division, text, evidence), turns, findings if understood else ())
    assert (checked.verdict, checked.reasons) == (Verdict.SUPPORTED, ())


@pytest.mark.parametrize(("division", "text", "evidence", "reason"), MUTANTS)
def test_a_changed_statement_is_unsupported(division, text, evidence, reason, turns, findings):
    checked = verify(sentence(division, text, evidence), turns, findings)
    assert checked.verdict is Verdict.UNSUPPORTED
    assert reason.value in checked.reasons
