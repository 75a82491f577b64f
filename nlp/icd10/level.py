"""The visit level: problems, data and risk as the note documents them, each with the words it rests on.

The grid is that of the 2021 and 2023 revisions of office-visit guidelines: the level is what two of three elements
reach, or what the total time of the day supports. Wording and word lists (``level.toml``) are our own.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, Final

from nlp.icd10.assertion import Assertion, assertion_of
from nlp.icd10.data import data
from visit.codes import CodeEvidence, CodeSuggestion, Complexity, LevelElement, VisitLevel
from visit.notes import Division, Note, NoteSentence

LEVELS: Final = tuple(Complexity)
_ASSESSED: Final = frozenset({Division.ASSESSMENT, Division.PLAN})
_DATA: Final = frozenset({Division.RESULTS, Division.ASSESSMENT, Division.PLAN, Division.HISTORY})
_MANY_TESTS: Final = 3
_FEW_TESTS: Final = 2


def level_of(note: Note, accepted: Sequence[CodeSuggestion]) -> VisitLevel:
    """The level that ``note`` documents for the problems behind its ``accepted`` codes."""
    elements = (_problems(note, accepted), _data(note), _risk(note))
    reached = sorted((LEVELS.index(e.level) for e in elements), reverse=True)
    minutes, by_time = _time(note)
    return VisitLevel(LEVELS[reached[1]], elements, minutes, by_time)


def _problems(note: Note, accepted: Sequence[CodeSuggestion]) -> LevelElement:
    """How many problems the visit addressed, and of what nature."""
    kinds: dict[str, list[CodeEvidence]] = {}
    for code in accepted:
        words = " ".join(_around(note, code))
        kinds.setdefault(_nature(code.code, words), []).extend(code.evidence[:1])
    evidence = tuple(e for rows in kinds.values() for e in rows)

    def found(level: Complexity, why: str) -> LevelElement:
        return LevelElement("problems", level, why, evidence)

    many = {kind: len(rows) for kind, rows in kinds.items()}
    if many.get("threatening"):
        return found(Complexity.HIGH, "a problem that threatens life or function now, or a severe exacerbation")
    if many.get("worse"):
        return found(Complexity.MODERATE, "a long-term condition that is worse or not at its goal")
    if many.get("chronic", 0) >= _FEW_TESTS:
        return found(Complexity.MODERATE, "two or more long-term conditions, stable")
    if many.get("systemic") or many.get("injury"):
        return found(Complexity.MODERATE, "an acute illness with systemic symptoms, or a complicated injury")
    if many.get("undiagnosed"):
        return found(Complexity.MODERATE, "a new problem without a diagnosis yet, if its outcome is uncertain")
    if many.get("chronic") or many.get("acute"):
        return found(Complexity.LOW, "one stable long-term condition, or one acute problem without complication")
    if many.get("minor", 0) >= _FEW_TESTS:
        return found(Complexity.LOW, "two or more minor problems")
    why = "one minor problem" if evidence else "no problem with an accepted code"
    return found(Complexity.STRAIGHTFORWARD, why)


def _nature(code: str, words: str) -> str:
    patterns = _patterns("problems")
    chronic = patterns["chronic"].match(code)
    if patterns["grave"].match(code) or chronic and _affirmed(patterns["severe"], words):
        return "threatening"
    if chronic:
        return "worse" if _affirmed(patterns["worse"], words) else "chronic"
    if patterns["injury"].match(code):
        return "injury"
    if patterns["minor"].match(code):
        return "minor"
    if patterns["symptom"].match(code):
        return "undiagnosed"
    return "systemic" if _affirmed(patterns["systemic"], words) else "acute"


def _around(note: Note, code: CodeSuggestion) -> list[str]:
    """The sentence that names the problem and the four after it in the assessment and plan: its reasoning."""
    body = [s for s in note.sentences if s.division in _ASSESSED]
    own = {e.sentence for e in code.evidence}
    start = next((i for i, s in enumerate(body) if s.id in own), None)
    return [] if start is None else [s.text for s in body[start : start + 5]]


def _data(note: Note) -> LevelElement:
    """Tests ordered or reviewed, records, and people asked."""
    patterns = _patterns("data")
    tests: dict[str, CodeEvidence] = {}
    for sentence in (s for s in note.sentences if s.division in _DATA):
        if sentence.division is not Division.RESULTS and not patterns["ordered"].search(sentence.text):
            continue
        for match in patterns["test"].finditer(sentence.text):
            tests.setdefault(match[0].lower().rstrip("s"), _evidence(sentence, match[0]))
    external = _first(note.sentences, patterns["external"])
    historian = _first(note.sentences, patterns["historian"])
    interpreted = _first(note.sentences, patterns["interpreted"])
    discussed = _first(note.sentences, patterns["discussed"])
    counted = len(tests) + bool(external) + bool(historian)
    met = (counted >= _MANY_TESTS) + bool(interpreted) + bool(discussed)
    evidence = (*tests.values(), *(e for e in (external, historian, interpreted, discussed) if e is not None))
    said = f"{len(tests)} tests ordered or reviewed"
    if interpreted:
        said += ", one read by the clinician"
    if discussed:
        said += ", management discussed with another clinician"
    if met >= _FEW_TESTS:
        return LevelElement("data", Complexity.HIGH, said, evidence)
    if met:
        return LevelElement("data", Complexity.MODERATE, said, evidence)
    if counted >= _FEW_TESTS or historian:
        return LevelElement("data", Complexity.LOW, said, evidence)
    return LevelElement("data", Complexity.STRAIGHTFORWARD, said, evidence)


def _risk(note: Note) -> LevelElement:
    """What the plan may do to the patient."""
    plan = [s for s in note.sentences if s.division in _ASSESSED]
    patterns = _patterns("risk")
    whys = {
        "high": "hospital care, drug treatment that needs close monitoring, or a decision not to resuscitate",
        "moderate": "prescription drugs managed, surgery considered, or care limited by social circumstances",
        "low": "treatment of low risk",
    }
    for name, why in whys.items():
        found = _first(plan, patterns[name])
        if found is not None:
            return LevelElement("risk", Complexity(name), why, (found,))
    return LevelElement("risk", Complexity.STRAIGHTFORWARD, "no treatment with a risk is documented")


def _time(note: Note) -> tuple[int | None, Complexity | None]:
    settings = data("level")["time"]
    text = " ".join(s.text for s in note.sentences)
    match = re.search(settings["stated"], text, re.I)
    if match is None:
        return None, None
    minutes = int(match[1] or match[2])
    kind = "new" if re.search(settings["new_patient"], text, re.I) else "established"
    reached = [level for level in LEVELS if minutes >= settings[kind][level.value]]
    return minutes, reached[-1] if reached else None


def _first(sentences: Iterable[NoteSentence], pattern: re.Pattern[str]) -> CodeEvidence | None:
    for sentence in sentences:
        for match in pattern.finditer(sentence.text):
            if assertion_of(sentence.text, *match.span()) in (Assertion.PRESENT, Assertion.UNCERTAIN):
                return _evidence(sentence, match[0])
    return None


def _affirmed(pattern: re.Pattern[str], text: str) -> bool:
    return any(assertion_of(text, *m.span()) is Assertion.PRESENT for m in pattern.finditer(text))


def _evidence(sentence: NoteSentence, words: str) -> CodeEvidence:
    return CodeEvidence(words, sentence.id, sentence.evidence)


@lru_cache(maxsize=4)
def _patterns(part: str) -> dict[str, re.Pattern[str]]:
    table: dict[str, Any] = data("level")[part]
    codes = {"chronic", "grave", "injury", "symptom", "minor"}
    return {k: re.compile(v if k in codes else rf"\b(?:{v})", re.I) for k, v in table.items()}
