"""What a visit's turns become."""

import pytest

from visit.charts import Chart
from visit.findings import FindingKind, Polarity, Subject, Timing
from visit.notes import Division
from visit.turns import Speaker, Turn

pytestmark = pytest.mark.unit


def one(reading, concept, **match):
    """The standing finding of a concept; fails when there is none or more than one."""
    replaced = {finding.supersedes for finding in reading.findings()}
    found = [
        f
        for f in reading.findings()
        if f.concept == concept and f.id not in replaced and all(getattr(f, k) == v for k, v in match.items())
    ]
    assert len(found) == 1, [(f.concept, f.polarity, f.turns) for f in reading.findings()]
    return found[0]


def concepts(reading):
    return {finding.concept for finding in reading.findings()}


def test_a_denied_symptom_cites_question_then_answer(hear):
    fever = one(hear("d: Hello.", "p: Hi.", "d: Any fever?", "p: No."), "fever")
    assert fever.polarity is Polarity.ABSENT
    assert fever.turns == (2, 3)
    assert fever.kind is FindingKind.SYMPTOM


def test_an_unanswered_question_leaves_no_finding(hear):
    assert concepts(hear("d: Any fever?", "d: Let me get a chair first.")) == set()


def test_a_later_correction_supersedes(hear):
    reading = hear("d: Any fever?", "p: No.", "p: Actually, I did have a fever on Sunday.")
    first, second = (f for f in reading.findings() if f.concept == "fever")
    assert (first.polarity, second.polarity) == (Polarity.ABSENT, Polarity.PRESENT)
    assert second.supersedes == first.id


def test_the_same_fact_again_is_a_revision_with_the_same_id(reader):
    reading = reader.open(Chart())
    first = reading.read(Turn(0, Speaker.PATIENT, "I have a cough."))
    again = reading.read(Turn(1, Speaker.PATIENT, "The cough is worse at night."))
    assert [f.id for f in first if f.concept == "cough"] == [f.id for f in again if f.concept == "cough"]
    assert again[0].turns == (0, 1)
    assert again[0].detail.aggravating == "at night"


def test_a_clinician_repeating_back_corrects_nothing(hear):
    reading = hear("d: Any vomiting?", "p: No.", "d: So you mentioned vomiting and a rash.")
    assert one(reading, "vomiting").polarity is Polarity.ABSENT


def test_details_said_later_reach_the_complaint(hear):
    reading = hear(
        "d: What brings you in?",
        "p: I've got pain in my right knee.",
        "d: How long has that been going on?",
        "p: About three weeks.",
        "d: How bad is it on a scale of one to ten?",
        "p: I'd say a seven.",
        "d: Does anything make it worse?",
        "p: It's worse when I climb stairs.",
    )
    knee = one(reading, "knee pain")
    assert knee.division is Division.CHIEF_COMPLAINT
    assert (knee.detail.side, knee.detail.site) == ("right", "knee")
    assert knee.detail.duration == "3 weeks"
    assert knee.detail.severity == "7/10"
    assert knee.detail.aggravating == "when i climb stairs"
    assert knee.turns[0] == 0
    assert knee.turns[-1] == 7


def test_the_topic_of_a_question_is_not_denied(hear):
    reading = hear("p: My stomach hurts.", "d: Does the pain move to your back?", "p: No.")
    assert one(reading, "abdominal pain").polarity is Polarity.PRESENT


def test_medication_with_dose_unit_route_and_frequency(hear):
    metformin = one(hear("p: I take metformin 500 milligrams by mouth twice a day."), "metformin")
    assert metformin.kind is FindingKind.MEDICATION
    detail = metformin.detail
    assert (detail.value, detail.unit, detail.route, detail.frequency) == ("500", "mg", "by mouth", "twice a day")


def test_a_stopped_medication_says_so(hear):
    assert one(hear("p: I stopped taking the atorvastatin in May."), "atorvastatin").detail.action == "stop"


def test_a_drug_taken_back_at_once_is_not_recorded(hear):
    reading = hear("d: I'm going to start you on penicillin, I'm sorry, amoxicillin 500 milligrams three times a day.")
    assert "penicillin" not in concepts(reading)
    assert one(reading, "amoxicillin").detail.value == "500"


@pytest.mark.parametrize("answer", ["Penicillin, it gives me hives.", "Yes, I'm allergic to penicillin. I get hives."])
def test_allergy_with_reaction(hear, answer):
    allergy = one(hear("d: Any drug allergies?", f"p: {answer}"), "penicillin")
    assert allergy.kind is FindingKind.ALLERGY
    assert allergy.polarity is Polarity.PRESENT


def test_no_known_allergies(hear):
    assert one(hear("d: Are you allergic to anything?", "p: No."), "known allergies").polarity is Polarity.ABSENT


def test_family_history_names_the_relative(hear):
    reading = hear("d: Any family history of colon cancer?", "p: My father had colon cancer.")
    cancer = one(reading, "colon cancer")
    assert (cancer.subject, cancer.detail.relation, cancer.division) == (Subject.FAMILY, "father", Division.FAMILY)


def test_a_relative_in_passing_takes_no_symptom(hear):
    assert one(hear("p: My daughter drove me here because I was dizzy."), "dizziness").subject is Subject.PATIENT


def test_hypotheticals_are_marked(hear):
    reading = hear("d: If you get a fever or the pain gets worse, go to the emergency department.")
    assert one(reading, "return precautions").timing is Timing.HYPOTHETICAL
    assert all(f.timing is Timing.HYPOTHETICAL for f in reading.findings() if f.concept == "fever")


def test_past_is_past(hear):
    assert one(hear("p: I used to smoke, I quit ten years ago."), "tobacco use").timing is Timing.PAST


@pytest.mark.parametrize("who", ["d", "u"])
def test_vital_signs_read_aloud(hear, who):
    reading = hear(
        f"{who}: Your blood pressure is one thirty eight over eighty six, your heart rate is seventy two, "
        "your temperature is ninety eight point four and your oxygen is ninety seven percent."
    )
    values = {f.concept: (f.detail.value, f.detail.unit) for f in reading.findings() if f.kind is FindingKind.VITAL}
    assert values == {
        "blood pressure": ("138/86", "mmHg"),
        "heart rate": ("72", "bpm"),
        "temperature": ("98.4", "°F"),
        "oxygen saturation": ("97", "%"),
    }


def test_two_blood_pressures_are_two_facts(hear):
    reading = hear("d: Your blood pressure was 180/95 at home.", "p: Yes.", "d: Today your blood pressure is 128/72.")
    assert [f.detail.value for f in reading.findings() if f.kind is FindingKind.VITAL] == ["180/95", "128/72"]


def test_exam_findings_with_place_and_polarity(hear):
    reading = hear(
        "d: Let me examine you.",
        "p: Sure.",
        "d: Your lungs are clear. There is some swelling of the left ankle but no bruising.",
    )
    swelling = one(reading, "swelling", kind=FindingKind.EXAM)
    assert (swelling.detail.site, swelling.detail.side) == ("ankle", "left")
    assert one(reading, "ecchymosis").polarity is Polarity.ABSENT
    assert one(reading, "clear to auscultation").division is Division.EXAM


def test_results_with_what_they_show(hear):
    reading = hear("d: Your x-ray shows no fracture.", "p: Good.", "d: Your hemoglobin A1c is seven point two.")
    assert one(reading, "fracture").polarity is Polarity.ABSENT
    assert one(reading, "fracture").kind is FindingKind.RESULT
    assert one(reading, "hemoglobin a1c").detail.value == "7.2"


def test_assessment_and_plan(hear):
    reading = hear(
        "d: So for your first problem of hypertension, it's not well controlled.",
        "d: I'm going to increase your lisinopril to 20 milligrams a day and order a lipid panel.",
        "d: Let's refer you to physical therapy, and come back to see me in three months.",
    )
    pressure = one(reading, "hypertension")
    assert (pressure.kind, pressure.division) == (FindingKind.PROBLEM, Division.ASSESSMENT)
    assert pressure.detail.status == "not well controlled"
    drug = one(reading, "lisinopril")
    assert (drug.detail.action, drug.detail.value, drug.detail.unit) == ("increase", "20", "mg")
    assert drug.detail.reason == "hypertension"
    assert one(reading, "lipid panel").detail.action == "order"
    assert one(reading, "referral to physical therapy").detail.action == "refer"
    assert one(reading, "follow-up").detail.onset == "3 months"


def test_device_talk_is_no_content_but_what_follows_is(hear):
    reading = hear("d: Hey dragon, show me the blood pressure. So your blood pressure is a little elevated.")
    assert [(f.concept, f.detail.value) for f in reading.findings()] == [("blood pressure", "a little elevated")]


def test_small_talk_finds_nothing(hear):
    assert concepts(hear("d: Hi, how was your vacation?", "p: Great, we watched a football game.")) == set()


def test_unpunctuated_speech_is_read(hear):
    reading = hear(
        "d: okay have you had any chest pain", "p: no", "d: alright and any trouble breathing", "p: yes a bit"
    )
    assert one(reading, "chest pain").polarity is Polarity.ABSENT
    assert one(reading, "shortness of breath").polarity is Polarity.PRESENT


def test_social_answers_keep_their_words(hear):
    reading = hear(
        "d: What do you do for work?", "p: I'm a bricklayer.", "d: Who do you live with?", "p: My partner and two kids."
    )
    assert one(reading, "occupation").detail.value == "bricklayer"
    assert one(reading, "living situation").detail.value == "my partner and 2 kids"


def test_british_and_american_words_name_the_same_concept(hear):
    assert concepts(hear("p: I've got a tummy ache and diarrhoea.")) == concepts(
        hear("p: I have a stomach ache and diarrhea.")
    )


def test_the_chart_is_never_a_finding(reader):
    reading = reader.open(Chart(medications=("lisinopril",), problems=("asthma",)))
    reading.read(Turn(0, Speaker.CLINICIAN, "Hello, come in."))
    assert reading.findings() == ()


def test_nothing_spoken_reaches_stderr_or_a_logger(hear, capfd, caplog):
    with caplog.at_level(0):
        hear("d: Any chest pain?", "p: No, but my left knee has been throbbing since Tuesday.")
    captured = capfd.readouterr()
    assert captured.out == captured.err == ""
    assert not caplog.records
