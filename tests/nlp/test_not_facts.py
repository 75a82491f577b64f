"""What is named in a visit without being a fact about the patient, or not in the way it sounds."""

import pytest

from visit.findings import FindingKind, Polarity, Subject, Timing
from visit.notes import Division

pytestmark = pytest.mark.unit


def held(reading):
    return {f.concept: f for f in reading.findings()}


@pytest.mark.parametrize(
    "lines",
    [
        ("d: When was your last STD screen?", "p: A couple of weeks ago."),
        ("d: Are you up to date with vaccinations, hepatitis B and so on?", "p: Yes."),
        ("d: I don't have much of your past medical history, unfortunately."),
        ("d: And how is work? Is that quite stressful?", "p: It's okay."),
        ("p: I just wanted to add that I slept well.",),
        ("d: Hey dragon, order the medications and procedures discussed."),
        ("d: These sachets replenish minerals and vitamins.",),
        ("d: So you went to the cardiologist in March to get it checked, right?", "p: Yes, he was nice."),
    ],
)
def test_nothing_is_found(hear, lines):
    lines = (lines,) if isinstance(lines, str) else lines
    kinds = {FindingKind.PROBLEM, FindingKind.SYMPTOM, FindingKind.ORDER}
    assert [f.concept for f in hear(*lines).findings() if f.kind in kinds or f.concept == "multivitamin"] == []


def test_another_persons_symptom_is_theirs(hear):
    found = held(hear("p: It started with this colleague of mine, she kept sneezing next to me."))
    assert found["sneezing"].subject is Subject.OTHER


def test_ones_own_condition_told_at_the_question_of_the_family_is_ones_own(hear):
    found = held(hear("d: Does anyone in your family have lupus?", "p: No, well, I have osteoarthritis."))
    assert (found["lupus"].subject, found["lupus"].polarity) == (Subject.FAMILY, Polarity.ABSENT)
    assert found["osteoarthritis"].subject is Subject.PATIENT


def test_alternatives_are_described_by_the_answer_alone(hear):
    pain = held(hear("d: Does the pain come and go, or is it constant?", "p: It comes and goes."))
    assert all(f.detail.frequency is None for f in pain.values())
    assert "wheezing" not in held(hear("d: Do you feel wheezy, or just tightness?", "p: Yeah, a bit of tightness."))


def test_a_drug_to_try_is_not_continued(hear):
    found = hear("p: I took an antihistamine once.", "d: I'd like you to try and take an antihistamine.").findings()
    assert [f.detail.action for f in found if f.division is Division.PLAN] == ["start"]


def test_what_was_given_up_is_past(hear):
    assert held(hear("d: I know you stopped smoking years ago."))["tobacco use"].timing is Timing.PAST


def test_a_specialist_who_was_seen_is_no_referral_and_one_to_be_seen_is(hear):
    assert not hear("p: I saw the dermatologist last month.").findings()
    orders = held(hear("d: I'd like you to see a dermatologist about that mole."))
    assert orders["referral to dermatology"].division is Division.PLAN


def test_a_joint_under_stress_is_neither_bent_nor_worried(hear):
    found = held(hear("d: On your knee exam I don't appreciate any laxity on varus or valgus stress."))
    assert set(found) == {"laxity"}
    assert "stress" in held(hear("d: Any stress at home?", "p: Yes, a lot of stress."))


def test_what_one_gets_in_general_is_no_complaint(hear):
    found = held(hear("p: It's not the kind of dizziness you get with nausea, I'm just off balance."))
    assert "nausea" not in found


def test_the_back_of_something_is_not_the_back(hear):
    assert "neck redness" in held(hear("p: I have redness on the back of my neck."))
    assert "back pain" in held(hear("p: I have pain in my back."))


def test_what_you_have_been_is_not_the_childrens(hear):
    found = held(hear("d: Do you have any children, or have you ever been pregnant?", "p: No to both."))
    assert (found["pregnancy"].subject, found["pregnancy"].polarity) == (Subject.PATIENT, Polarity.ABSENT)


def test_a_complaint_asked_of_others_is_not_denied_by_the_patient(hear):
    found = held(hear("p: I've had a cough for two days.", "d: Have you met anybody ill, with a cough?", "p: No."))
    assert found["cough"].polarity is Polarity.PRESENT
    told = held(hear("d: Has anyone told you that you have asthma?", "p: No."))
    assert told["asthma"].polarity is Polarity.ABSENT


def test_not_this_one_but_denies_only_this_one(hear):
    lines = (
        "d: Is there any swelling in your feet, or in your fingers?",
        "p: Not the feet, but I notice something in my fingers, yes.",
    )
    assert not [f for f in hear(*lines).findings() if f.polarity is Polarity.ABSENT]


def test_no_does_not_take_back_what_was_supposed_before_the_question(hear):
    found = held(hear("d: So your headache is still there, yeah?", "d: Any rash?", "p: No."))
    assert "headache" not in found or found["headache"].polarity is Polarity.PRESENT
    assert found["rash"].polarity is Polarity.ABSENT


def test_a_question_announced_by_another_is_still_one(hear):
    found = held(hear("d: Can I just check, are you feeling feverish at all?", "p: Not really, no."))
    assert found["fever"].polarity is Polarity.ABSENT


def test_okay_that_completes_a_sentence_is_no_yes(hear):
    lines = ("d: If you press on it, does it hurt?", "p: On the inner edge it's ok, by the lump it feels odd.")
    assert "pain" not in held(hear(*lines))


@pytest.mark.parametrize(
    "line",
    [
        "d: So this is only to make you comfortable, like when you have a cold we just give paracetamol.",
        "d: If somebody had migraine the first thing would be to start ibuprofen.",
        "d: And your breathing gets really bad, then you would need to go to the emergency room.",
        "d: If you get any chest pain that's serious. You need to go to the emergency room for that.",
    ],
)
def test_what_is_done_in_general_or_in_another_case_is_not_ordered(hear, line):
    planned = {FindingKind.MEDICATION, FindingKind.ORDER, FindingKind.PROCEDURE}
    assert not [f for f in hear(line).findings() if f.kind in planned and f.timing is Timing.CURRENT]


def test_what_is_usually_given_is_ordered_when_it_is_given_now(hear):
    found = held(hear("d: We'll start you on amoxicillin. We usually give it for seven days."))
    assert found["amoxicillin"].detail.action == "start"


def test_a_part_that_the_next_statement_is_about_is_no_site(hear):
    found = held(hear("d: On examination there is no rash no lesion your eyes seem equal and reactive."))
    assert found["rash"].detail.site is None


def test_not_tender_is_one_name(hear):
    found = held(hear("d: I feel a slightly enlarged thyroid that's not tender."))
    assert found["non-tender"].polarity is Polarity.PRESENT


def test_what_might_be_called_so_is_uncertain(hear):
    found = held(hear("d: It could be a touch of what we call sinusitis."))
    assert found["sinusitis"].polarity is Polarity.UNCERTAIN


def test_what_has_subsided_is_past(hear):
    found = held(hear("p: When I got up I felt a bit dizzy, but that's kind of subsided now."))
    assert found["dizziness"].timing is Timing.PAST


@pytest.mark.parametrize(
    "line",
    [
        "d: So, I'm not saying you definitely have a stroke, but we must rule it out.",
        "d: The findings indicate the possibility of a stroke.",
    ],
)
def test_a_diagnosis_to_be_excluded_is_neither_there_nor_denied(hear, line):
    assert held(hear(line))["stroke"].polarity is Polarity.UNCERTAIN


def test_an_answer_that_names_something_else_affirms_nothing(hear):
    lines = ("d: Is there any pain when you turn your neck?", "p: I've got some general aching muscles.")
    assert set(held(hear(*lines))) == {"muscle aches"}
    assert held(hear("d: Do you have a cough?", "p: I've had it for a week."))["cough"].polarity is Polarity.PRESENT


def test_what_was_mentioned_before_is_not_asked_again(hear):
    found = held(hear("p: It itches.", "d: Is there swelling and you mentioned it's quite itchy?", "p: No."))
    assert found["itching"].polarity is Polarity.PRESENT
    assert found["swelling"].polarity is Polarity.ABSENT


def test_a_question_whose_answer_was_heard_waits_no_longer(hear):
    lines = ("d: Any fever?", "d: Okay. Any rash?", "p: No.")
    assert set(held(hear(*lines))) == {"rash"}
    assert set(held(hear("d: Any fever?", "d: Any rash?", "p: No."))) == {"fever", "rash"}


def test_doubt_about_a_sign_leaves_it_uncertain(hear):
    lines = ("d: And do you feel like your chest is tight?", "p: I don't know if it's the chest, it might be.")
    assert held(hear(*lines))["chest tightness"].polarity is Polarity.UNCERTAIN


def test_what_a_drug_did_once_is_no_complaint(hear):
    assert not [f for f in hear("d: What happens when you take penicillin?", "p: I get a rash.").findings()]


def test_a_possible_problem_named_twice_stays_possible(hear):
    found = held(hear("d: You may have labyrinthitis, which is essentially just labyrinthitis of the ear."))
    assert "labyrinthitis" not in found or found["labyrinthitis"].timing is Timing.HYPOTHETICAL


def test_she_after_a_relative_is_the_relative(hear):
    reading = hear("p: And then my mum, she's not in great shape.", "p: She's got hypertension.")
    (finding,) = [f for f in reading.findings() if f.concept == "hypertension"]
    assert (finding.subject, finding.turns) == (Subject.FAMILY, (0, 1))


def test_what_cannot_be_recalled_is_not_there(hear):
    found = held(hear("p: I can't recall a fever or any kind of rash."))
    assert {f.polarity for f in found.values()} == {Polarity.ABSENT}


def test_perhaps_after_a_diagnosis_doubts_it(hear):
    found = held(hear("d: What you have is a viral illness perhaps."))
    assert not [f for f in found.values() if f.polarity is Polarity.PRESENT]


def test_the_time_at_school_is_no_education(hear):
    assert "education" not in held(hear("p: In high school I used to play tennis."))
    assert "education" in held(hear("p: I finished high school."))


def test_no_i_have_something_else_is_no(hear):
    found = held(hear("d: Do you feel sick to your stomach?", "p: No, I have a little bit of a stuffy nose."))
    assert found["nausea"].polarity is Polarity.ABSENT


def test_nothing_denies_what_follows_at_once(hear):
    found = held(hear("p: A little bit of numbness, but nothing tingling or hurting down my arms."))
    assert found["arm tingling"].polarity is Polarity.ABSENT
    assert found["arm pain"].polarity is Polarity.ABSENT
    assert held(hear("p: Nothing helps the headache."))["headache"].polarity is Polarity.PRESENT


def test_what_was_found_once_and_not_since_is_past(hear):
    found = held(hear("p: They found a breast lump, but I have not felt it since."))
    assert found["breast lump"].timing is Timing.PAST


def test_what_is_eaten_is_no_ointment(hear):
    assert "cream" not in held(hear("p: I enjoy ice cream regularly."))


def test_a_group_with_whether_is_only_possible(hear):
    found = hear("d: We need to figure out whether you have a pneumonia or chest infection.").findings()
    assert not [f for f in found if f.timing is Timing.CURRENT and f.polarity is Polarity.PRESENT]


def test_what_the_clinician_says_back_of_a_relative_is_the_relatives(hear):
    lines = ("d: Anything in the family?", "p: My mum has gout.", "d: Gout, okay.")
    assert {f.subject for f in hear(*lines).findings() if f.concept == "gout"} == {Subject.FAMILY}
    later = hear(*lines, "d: And you have gout as well?", "p: Yes.")
    assert Subject.PATIENT in {f.subject for f in later.findings() if f.concept == "gout"}


def test_stressing_a_joint_is_no_deformity(hear):
    found = held(hear("d: On exam there is tenderness when I do some valgus stressing on your leg."))
    assert "varus deformity" not in found


def test_what_is_only_said_again_is_still_asked(hear):
    found = held(hear("d: Any history of lupus?", "p: Any history of what?", "d: Lupus.", "p: No."))
    assert found["lupus"].polarity is Polarity.ABSENT


@pytest.mark.parametrize("line", ["d: Good morning, Ms. Lund!", "d: hi ms lund", "d: Here with me is Ms Lund."])
def test_a_form_of_address_is_no_illness(hear, line):
    assert not hear(line).findings()


@pytest.mark.parametrize("line", ["p: I have MS.", "p: I was diagnosed with MS last year."])
def test_ms_that_somebody_has_is_one(hear, line):
    assert "multiple sclerosis" in held(hear(line))


def test_what_one_gets_in_general_is_no_problem(hear):
    assert not hear("d: Sometimes you do get things like MS, multiple sclerosis.").findings()


def test_a_negative_test_denies_nothing_but_itself(hear):
    found = held(hear("d: On exam your straight leg raise test is negative your reflexes are normal."))
    assert found["reflexes"].polarity is Polarity.PRESENT


def test_an_operation_that_is_a_reason_is_not_ordered(hear):
    found = held(hear("d: We should avoid ibuprofen because of your kidney transplant."))
    assert "kidney transplant" not in found or found["kidney transplant"].division is Division.PAST_HISTORY


def test_thinking_aloud_is_no_yes(hear):
    found = held(hear("d: Do you have any family history of gout?", "p: I'm trying to think, no, I don't think so."))
    assert found["gout"].polarity is Polarity.ABSENT


def test_not_particularly_bad_does_not_take_a_complaint_back(hear):
    lines = (
        "p: I have this difficulty breathing.",
        "d: Do you feel you've got difficulty breathing right now?",
        "p: I don't feel like it's particularly bad.",
    )
    assert not [f for f in hear(*lines).findings() if f.polarity is Polarity.ABSENT]


def test_what_is_not_taken_is_not_stopped(hear):
    found = hear("d: I'll take it you don't take any regular medications, then.").findings()
    assert not [f for f in found if f.division is Division.PLAN]


def test_a_question_at_the_end_of_a_long_stretch_asks(hear):
    lines = (
        "d: okay yeah it's a good thing you came in today and we were able to see you so have you had any numbness",
        "p: no no numbness",
    )
    assert held(hear(*lines))["numbness"].polarity is Polarity.ABSENT
