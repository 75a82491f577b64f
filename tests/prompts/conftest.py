"""An original sample visit for the tests of drafting."""

import pytest

from visit.findings import Detail, Finding, FindingKind, Polarity, Subject, Timing
from visit.ids import FindingId, SegmentId
from visit.notes import Division, Segment
from visit.turns import Speaker, Turn

_SAID = (
    ("clinician", "Good morning Mrs Okafor, what brings you in today?"),
    ("patient", "Um, I've had this cough for about two weeks, and my left knee hurts when I climb stairs."),
    ("clinician", "Have you had any fever or chills?"),
    ("patient", "No."),
    ("clinician", "Any chest pain or wheezing?"),
    ("patient", "No, none of that."),
    ("clinician", "Do you feel short of breath?"),
    ("patient", "Yes, a little when I walk uphill."),
    ("clinician", "What medicines do you take?"),
    ("patient", "I take lisinopril ten milligrams every morning and metformin five hundred milligrams twice a day."),
    ("clinician", "Are you allergic to anything?"),
    ("patient", "Penicillin, it gives me a rash."),
    ("clinician", "Does anyone in the family have heart trouble?"),
    ("patient", "My father had a heart attack at sixty one."),
    ("clinician", "Do you smoke?"),
    ("patient", "I quit five years ago."),
    ("clinician", "Your blood pressure is one forty two over eighty eight, and your lungs are clear to auscultation."),
    ("clinician", "There is tenderness over the left knee but no swelling."),
    ("clinician", "I think you have acute bronchitis, and osteoarthritis of the left knee."),
    ("clinician", "I'm going to order an x-ray of the left knee, and I want you to take ibuprofen four hundred "
                  "milligrams as needed. If you get a fever, call me."),
    ("patient", "Okay, thank you doctor."),
)  # fmt: skip


@pytest.fixture(scope="session")
def turns() -> tuple[Turn, ...]:
    return tuple(Turn(i, Speaker(who), text) for i, (who, text) in enumerate(_SAID))


def found(name, kind, turns, polarity=Polarity.PRESENT, **more) -> Finding:
    fields = {k: more.pop(k) for k in ("subject", "timing", "supersedes", "division") if k in more}
    text = more.pop("text", name)
    return Finding(
        FindingId(f"f-{name}-{turns[-1]}"), kind, name, text, turns, polarity, detail=Detail(**more), **fields
    )


@pytest.fixture(scope="session")
def findings() -> tuple[Finding, ...]:
    symptom, medication = FindingKind.SYMPTOM, FindingKind.MEDICATION
    return (
        found("cough", symptom, (1,), duration="2 weeks"),
        found("knee pain", symptom, (1,), text="left knee hurts", side="left"),
        found("fever", symptom, (2, 3), Polarity.ABSENT),
        found("chills", symptom, (2, 3), Polarity.ABSENT),
        found("chest pain", symptom, (4, 5), Polarity.ABSENT),
        found("wheezing", symptom, (4, 5), Polarity.ABSENT),
        found("dyspnea", symptom, (6, 7), text="short of breath"),
        found("lisinopril", medication, (9,), value="10", unit="mg", frequency="every morning"),
        found("metformin", medication, (9,), value="500", unit="mg", frequency="twice a day"),
        found("penicillin", FindingKind.ALLERGY, (10, 11), reaction="rash"),
        found(
            "heart attack", FindingKind.PROBLEM, (13,), subject=Subject.FAMILY, timing=Timing.PAST, relation="father"
        ),
        found("blood pressure", FindingKind.VITAL, (16,), value="142/88", unit="mmHg"),
        found("acute bronchitis", FindingKind.PROBLEM, (18,), division=Division.ASSESSMENT),
        found("ibuprofen", medication, (19,), value="400", unit="mg", action="start"),
        found("fever", symptom, (19,), timing=Timing.HYPOTHETICAL),
    )


@pytest.fixture(scope="session")
def segments(turns) -> tuple[Segment, ...]:
    cuts = ((0, 7, Division.HISTORY), (8, 11, Division.MEDICATIONS), (12, 15, Division.SOCIAL), (16, 20, Division.PLAN))
    return tuple(Segment(SegmentId(f"s{a}"), a, b, (division,)) for a, b, division in cuts)
