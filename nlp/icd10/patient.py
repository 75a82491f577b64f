"""Age and sex of the patient, and the codes that they rule out.

The list marks some conditions as belonging to one sex or to an age; the Medicare Code Editor refuses a claim that
disagrees. The chart's age and sex hold; what it lacks is read from the note, and what neither says rules nothing out.
"""

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final, Literal

from nlp.icd10.data import data
from visit.charts import Chart
from visit.notes import Note

_AGE: Final = re.compile(r"\b(\d{1,3})[- ](year|month|week|day)s?[- ](?:old|of age)\b", re.I)
_WEEKS: Final = re.compile(
    r"\b(\d{1,2})(?: (?:and|&) \d/7)?[- ]weeks?(?:'|s')?[- ](?:pregnant|gestation|along|ega)\b", re.I
)
_FEMALE: Final = re.compile(r"\b(?:female|woman|girl|lady|she|her|mrs|ms)\b", re.I)
_MALE: Final = re.compile(r"\b(?:male|man|boy|gentleman|he|his|him|mr)\b", re.I)
_YEARS: Final = {"year": 1.0, "month": 1 / 12, "week": 1 / 52, "day": 1 / 365}
_YEAR_D: Final = 365.25
_SURE: Final = 3
"""How many times more often one sex must be named than the other: notes name relatives too."""

Sex = Literal["female", "male"]
_SEXES: Final[dict[str, Sex]] = {"female": "female", "f": "female", "male": "male", "m": "male"}


@dataclass(frozen=True, slots=True)
class Patient:
    """What is known of the patient. ``age`` is in years, ``weeks`` those of a pregnancy; ``None`` is unsaid."""

    age: float | None = None
    sex: Sex | None = None
    weeks: int | None = None

    def admits(self, code: str) -> bool:
        """Whether nothing that is known of the patient rules ``code`` out."""
        edits = _edits()
        if self.sex == "male" and edits["female"].match(code) or self.sex == "female" and edits["male"].match(code):
            return False
        if self.age is None:
            return True
        young, grown = edits["child"].match(code), edits["adult"].match(code)
        newborn = edits["newborn"].match(code)
        return not (newborn and self.age >= 1 or young and self.age >= 18 or grown and self.age < 15)

    @property
    def trimester(self) -> str | None:
        """The trimester's ordinal, counted as chapter 15 does: to 13 weeks, to 27, from 28 on."""
        if self.weeks is None:
            return None
        return "first" if self.weeks < 14 else "second" if self.weeks < 28 else "third"


def patient_of(note: Note, chart: Chart | None = None) -> Patient:
    """Age (today) and sex from ``chart``, or as far as it lacks them from the text of ``note``, as is the pregnancy."""
    said = _said(note)
    if chart is None:
        return said
    age = (date.today() - chart.birth_date).days / _YEAR_D if chart.birth_date else said.age
    return Patient(age, _SEXES.get((chart.sex or "").lower(), said.sex), said.weeks)


def _said(note: Note) -> Patient:
    text = " ".join(s.text for s in note.sentences)
    age = _AGE.search(text)
    weeks = _WEEKS.search(text)
    she, he = len(_FEMALE.findall(text)), len(_MALE.findall(text))
    sex: Sex | None = "female" if she > _SURE * he else "male" if he > _SURE * she else None
    return Patient(float(age[1]) * _YEARS[age[2].lower()] if age else None, sex, int(weeks[1]) if weeks else None)


@lru_cache(maxsize=1)
def _edits() -> dict[str, re.Pattern[str]]:
    return {name: re.compile(pattern) for name, pattern in data("rules")["only"].items()}
