import pytest

from prompts.explaining import explains
from visit.findings import Finding, FindingKind
from visit.ids import FindingId
from visit.notes import Division
from visit.turns import Speaker, Turn

pytestmark = pytest.mark.unit


def assessed(concept, turn):
    return Finding(FindingId(concept), FindingKind.PROBLEM, concept, concept, (turn,), division=Division.ASSESSMENT)


def told(*texts):
    turns = tuple(Turn(i, Speaker.CLINICIAN, text) for i, text in enumerate(texts))
    found = [assessed("bronchitis", 0), assessed("viral infection", len(texts) - 1)]
    return explains(found[1], turns, found), explains(found[0], turns, found)


@pytest.mark.parametrize(
    "texts",
    [
        ("I think you have bronchitis. That's a viral infection, so an antibiotic would not help.",),
        ("You have bronchitis.", "It is usually a viral infection."),
        ("This is bronchitis. Bronchitis is a form of viral infection.",),
    ],
)
def test_what_explains_a_named_problem_is_no_second_one(texts):
    assert told(*texts) == (True, False)


@pytest.mark.parametrize(
    "texts",
    [
        ("You have bronchitis. You also have a viral infection of the skin.",),
        ("You have bronchitis.", "Any allergies?", "And the pills?", "Right.", "That is a viral infection."),
    ],
)
def test_another_problem_stands(texts):
    assert told(*texts) == (False, False)
