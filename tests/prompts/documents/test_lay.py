import pytest

from prompts.documents.lay import as_advice, in_plain_words, names, to_the_patient

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Hypertension, not well controlled.", "High blood pressure (hypertension), not well controlled."),
        ("Acute bronchitis.", "Chest cold (acute bronchitis)."),
        ("No dyspnea or syncope.", "No shortness of breath (dyspnea) or fainting (syncope)."),
        ("The sprain is better.", "The stretched ligament (sprain) is better."),
        ("High blood pressure, that is hypertension.", "High blood pressure, that is hypertension."),
        ("Renally excreted.", "Renally excreted."),
        ("Has a cough.", "Has a cough."),
    ],
)
def test_a_clinical_name_is_explained_and_kept(text, plain):
    assert in_plain_words(text) == plain


def test_what_is_explained_reads_as_before_when_the_explanation_is_taken_away():
    for name, plain in names():
        said = in_plain_words(f"It was {name} in May.")
        assert said == f"It was {plain} ({name}) in May.", name


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Her pulse is 78.", "Your pulse is 78."),
        ("Has been checking his blood pressure.", "You have been checking your blood pressure."),
        ("Takes lisinopril 10 mg daily.", "You take lisinopril 10 mg daily."),
        ("A rash, but she is not short of breath.", "A rash, but you are not short of breath."),
        ("Come back if she's worse.", "Come back if you are worse."),
        ("Call if he gets a fever.", "Call if you get a fever."),
        ("See her back in 4 weeks.", "See you back in 4 weeks."),
        ("Order an x-ray to check her kidneys.", "Order an x-ray to check your kidneys."),
        ("It hurts him at night.", "It hurts you at night."),
        ("Is not allergic to penicillin.", "You are not allergic to penicillin."),
        ("Her daughter says she coughs at night.", "Her daughter says she coughs at night."),
        ("Increase lisinopril to 20 mg.", "Increase lisinopril to 20 mg."),
    ],
)
def test_a_sentence_is_turned_to_the_patient(text, said):
    assert to_the_patient(text) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Order an x-ray.", "We will order an x-ray."),
        ("Knee pain: refer to physical therapy.", "Knee pain: we will refer to physical therapy."),
        ("Take ibuprofen 400 mg as needed.", "Take ibuprofen 400 mg as needed."),
    ],
)
def test_what_the_clinic_does_is_told_apart_from_what_the_patient_does(text, said):
    assert as_advice(text) == said
