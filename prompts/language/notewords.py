"""The closed list of words that a note may use although nobody said them, and pairs of words that mean the same."""

from functools import lru_cache
from typing import Final

from prompts.language.lists import word_list
from prompts.language.words import stem

_WORDS: Final = """
patient reports report reported denies deny denied states stated notes noted endorses describes mentions
mentioned presents present complains associated history current currently previous previously past family
social medication medications allergy allergies known review system systems symptom symptoms exam examination
physical finding findings result results assessment plan continue start stop increase decrease order refer
referral follow followup prescribe advise advised recommend recommended suggest encourage counsel discussed
discuss return precautions thought thinks possibly monitor duration onset location frequency severity occupation
age takes take taken taking lives live works work uses use used with without due since until including include
reason visit regarding
positive negative normal abnormal unremarkable vital vitals blood pressure he him his she her hers they them their
themselves himself herself will would has had does did been being and or but also not no never none other
another further daily prior today well
"""
NOTE_WORDS: Final = frozenset(stem(word) for word in _WORDS.split()) - {
    stem(w) for w in word_list("blood pressure vital daily today well normal abnormal unremarkable")
}
"""Stems of note language: framing, never a finding. Words that state a finding (normal, daily, blood) are not in it."""

_SAME: Final = (
    "mom mother mum",
    "dad father",
    "doctor physician gp pcp",
    "tummy belly stomach abdomen abdominal",
    "medicine medication med drug tablet pill",
    "cigarette smoke smoker",
    "alcohol drink beer wine",
    "pee urinate urine urinary",
    "poop stool bowel",
    "throw vomit puke",
    "period menstrual menstruation",
    "temperature fever febrile",
    "breath breathe breathing dyspnea",
    "dizzy dizziness lightheaded",
    "sick nausea nauseous nauseated",
    "swell swollen swelling",
    "itch itchy pruritus",
    "hurt pain painful ache achy sore",
    "tired fatigue fatigued exhausted",
    "weak weakness",
    "constipate constipated constipation",
    "diabetic diabetes",
    "depress depressed depression",
    "anxious anxiety",
    "allergic allergy allergies",
    "operation surgery surgical",
    "x-ray xray radiograph",
    "mg milligram",
    "%  percent",
    "kg kilogram kilo",
    "shot injection",
    "physio physiotherapy",
    "married wife husband spouse",
    "chest thoracic",
    "sleep slept asleep",
    "begin began start",
    "eat ate",
    "take took taken",
    "stop quit",
    "wake woke",
    "drive drove",
    "fall fell fallen",
    "run ran",
    "feel felt",
    "go went gone",
    "give gave given",
    "find found",
    "lose lost loss",
    "bleed bled bleeding",
    "cannot can't",
    "not n't",
)
_GROUP: Final = {stem(word): place for place, group in enumerate(_SAME) for word in group.split()}


@lru_cache(100_000)
def same_meaning(left: str, right: str) -> bool:
    """Whether two stems stand for the same thing: one group of :data:`_SAME`, or forms of one long word."""
    if left in _GROUP and _GROUP[left] == _GROUP.get(right):
        return True
    shared = min(len(left), len(right))
    return shared >= 5 and left[: max(5, shared - 1)] == right[: max(5, shared - 1)]
