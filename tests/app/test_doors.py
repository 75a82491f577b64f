"""The codes door: accepted codes alone in the list, what else they may be under each."""

import pytest

from app.doors import MOST_LISTED, draft_encounter, suggest_codes
from nlp.reader import ClinicalReader
from visit.codes import CodeEvidence, CodeSuggestion
from visit.ids import SentenceId
from visit.notes import Note

pytestmark = pytest.mark.unit


def code(name: str, sentence: str, *, accepted: bool = True) -> CodeSuggestion:
    evidence = (CodeEvidence("words", SentenceId(sentence), (0,)),)
    return CodeSuggestion(name, f"display {name}", 0.5, "because", evidence, accepted)


class Told:
    """A coder that says what it was told to."""

    def __init__(self, *codes: CodeSuggestion) -> None:
        self.codes = codes

    def suggest(self, note: Note, findings: object = ()) -> tuple[CodeSuggestion, ...]:
        return self.codes


def listed(*codes: CodeSuggestion) -> list[tuple[str, bool, list[str]]]:
    found = suggest_codes(Note(()), Told(*codes))  # type: ignore[arg-type]
    return [(c["code"], c["accepted_tier"], [a["code"] for a in c.get("alternatives", [])]) for c in found]


def test_alternatives_stand_under_the_code_of_their_category_or_sentence() -> None:
    assert listed(
        code("I10", "s1"),
        code("E11.9", "s2"),
        code("E11.65", "s9", accepted=False),
        code("R03.0", "s1", accepted=False),
        code("Z79.4", "s8", accepted=False),
    ) == [("I10", True, ["R03.0", "Z79.4"]), ("E11.9", True, ["E11.65"])]


def test_with_nothing_accepted_a_few_possibilities_are_listed() -> None:
    many = [code(f"R{n}", f"s{n}", accepted=False) for n in range(10, 20)]
    found = listed(*many)
    assert [name for name, _, _ in found] == ["R10", "R11", "R12", "R13"][:MOST_LISTED]
    assert not any(accepted for _, accepted, _ in found)


def test_nothing_found_is_an_empty_list() -> None:
    assert listed() == []


class Writer:
    """Counts the segments it is given and writes nothing."""

    def __init__(self) -> None:
        self.asked = 0

    def draft(self, segment: object, turns: object, findings: object) -> tuple[()]:
        self.asked += 1
        return ()

    def assemble(self, sentences: object, turns: object, findings: object, template: str = "soap") -> Note:
        return Note(())


@pytest.mark.parametrize(("within_s", "model", "rules"), [(60.0, True, False), (-1.0, False, True)])
def test_what_is_late_is_drafted_by_the_fallback(within_s: float, model: bool, rules: bool) -> None:
    encounter = {"turns": [{"speaker": "patient", "text": "I have had a dry cough for two weeks."}]}
    writer, fallback = Writer(), Writer()
    draft_encounter(encounter, ClinicalReader(), writer, fallback=fallback, within_s=within_s)  # type: ignore[arg-type]
    assert (bool(writer.asked), bool(fallback.asked)) == (model, rules)
