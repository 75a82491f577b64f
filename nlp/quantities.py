"""What is said about a finding beyond its name: doses, times, severity, course, what changes it.

All functions take plain text (see :mod:`nlp.text`) and quote it as spoken, numbers in digits.
"""

import re
from typing import Final

_N: Final = r"(?:\d+(?:\.\d+)?|a|an|one|a couple(?: of)?|couple(?: of)?|a few|few|several|many|some)"
_RANGE: Final = rf"{_N}(?:\s*(?:to|or|-|,)?\s*{_N})?"
_PERIOD: Final = r"(?:seconds?|minutes?|hours?|days?|nights?|weeks?|months?|years?|decades?)"
_APPROX: Final = (
    r"(?:(?:about|around|roughly|almost|nearly|over|probably|maybe|at least|approximately|more than|less "
    r"than|just|only|like|now for|now) )*"
)
_DAY: Final = r"(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)"
_MONTH: Final = r"(?:january|february|march|april|may|june|july|august|september|october|november|december)"

_DURATION: Final = re.compile(
    rf"\b(?:for|over|during|in|within|lasted|lasting|lasts|been|it's been|going on)\s+{_APPROX}(?:(?:the|"
    rf"these|this) )?(?:past|last|previous|good)?\s*"
    rf"(?P<span>{_RANGE}(?:\s+(?:or so|more))?\s+{_PERIOD}|{_PERIOD}(?= now|$|,)|(?:a )?(?:long )?(?:while|"
    rf"time)|couple of {_PERIOD})(?!\s+(?:ago|old))"
)
_PAST_SPAN: Final = re.compile(rf"\b(?:the\s+)?(?:past|last)\s+(?P<span>{_RANGE}\s+{_PERIOD}|few {_PERIOD})(?!\s+ago)")
_BARE_SPAN: Final = re.compile(
    rf"^{_APPROX}(?P<span>{_RANGE}\s+{_PERIOD})(?:\s+(?:now|or so|so far|give or take|i think|i'd say|i would say))*$"
)
_ONSET: Final = re.compile(
    rf"\b(?:since\s+(?P<since>(?:about |around |the |last |this |early |late |yesterday|i was |my |he was |"
    rf"she was |{_DAY}|{_MONTH})[\w' ]{{0,40}}?|then|\d{{4}})(?=$|[,.;]| and | but | so | when )"
    rf"|(?P<ago>{_APPROX}{_RANGE}\s+{_PERIOD}\s+ago)"
    rf"|(?:started|began|starting|beginning|came on|noticed it|happened|onset|it was|woke up)\s+(?:on |in |"
    rf"at |about |around |this |late |early |back in |the )*(?P<when>yesterday|last (?:night|week|month|"
    rf"year|{_DAY})|{_DAY}(?: (?:morning|night|evening))?|{_MONTH}|this morning|overnight|the day before "
    rf"yesterday|the other day|the weekend|today|suddenly|gradually|all of a sudden))"
)
_ONSET_BARE: Final = re.compile(
    rf"^(?:{_APPROX}(?:it (?:started|began|was) |i think (?:it was )?|"
    rf"probably )*)?(?P<when>yesterday(?: (?:morning|evening|afternoon|night))?|last (?:night|week|month|"
    rf"year|{_DAY})|(?:on )?{_DAY}(?: (?:morning|night|evening))?|this morning|the day before yesterday|"
    rf"over the weekend)\b"
)
_SEVERITY_SCORE: Final = re.compile(
    r"\b(?P<score>\d{1,2}(?:\.\d)?(?:\s*(?:to|or|-|,)\s*\d{1,2})?)\s*(?:out of|on a scale of 1 to|over|/)\s*(?:a )?10\b"
)
_SEVERITY_BARE: Final = re.compile(
    r"^(?:(?:i'd say|i would say|it's|about|around|probably|maybe|like|a|an|definitely|i guess|it was|"
    r"at) )*(?P<score>\d{1,2}(?:\s*(?:to|or|-)\s*\d{1,2})?)(?: (?:right now|now|today|at (?:its|the) "
    r"worst|when .*))?$"
)
_SEVERITY_WORD: Final = re.compile(
    r"\b(?P<word>mild(?:ly)?|moderate(?:ly)?|severe(?:ly)?|slight(?:ly)?|really bad(?:ly)?|very bad|"
    r"pretty bad|quite bad|so bad|terrible|excruciating|unbearable|"
    r"horrible|awful|intense|agony|worst|not too bad|a little bit|a bit|a little|super painful|really "
    r"painful|very painful|quite painful|killing me|minor)\b"
)
_FREQUENCY: Final = re.compile(
    rf"\b(?P<freq>(?:about |around |roughly |up to |probably |maybe |at least )?(?:\d+(?:\s*(?:to|or|-|"
    rf",)?\s*\d+)?|a couple(?: of)?|a few|several|once|twice|three times|1 or 2)\s*(?:or (?:\d+|"
    rf"twice)\s*)?(?:times?|x|tablets?|pills?)?\s*(?:a|an|per|each|every)\s+(?:day|week|month|night|hour|"
    rf"year|morning)"
    rf"|(?:once|twice|three times|\d times)\s+(?:daily|weekly|monthly|nightly)|(?:once|twice) (?:in the "
    rf"morning|at night)"
    rf"|every\s+(?:other |single |few |couple of )?(?:{_RANGE}\s+)?(?:to \d+ )?(?:day|night|morning|"
    rf"evening|week|weekend|month|hour|hours|days|weeks|months|minutes|year|time)s?"
    rf"|(?:once|twice)(?= or twice| in a while| every)|daily|nightly|weekly|monthly|hourly|every now and "
    rf"then|once in a while|from time to time|now and again|on occasion"
    rf"|as needed|when needed|as required|when i need it|at bedtime|before bed|at night|in the mornings?|"
    rf"with meals|before meals|after meals|with food|b\.?i\.?d\.?|t\.?i\.?d\.?|q\.?d\.?|p\.?r\.?n\.?"
    rf"|occasionally|sometimes|frequently|regularly|rarely|most days|all day|all the time|constantly)\b"
)
_COURSE: Final = re.compile(
    r"\b(?P<course>(?:it |they )?(?:comes? and goes?|coming and going|came and went)|intermittent(?:ly)?|"
    r"on and off|off and on|constant(?:ly)?|all the time|continuous(?:ly)?|non-?stop|"
    r"(?:getting|gotten|got|been getting|become|becoming) (?:a (?:lot|bit|little) )?(?:progressively |"
    r"much )?(?:worse|better)|worsening|improving|staying the same|about the same|the same|sudden(?:ly)?|"
    r"gradual(?:ly)?|all of a sudden|"
    r"progressively worse|a lot better|much better|a little better|a bit better|stable|unchanged|no "
    r"better|not (?:getting )?(?:any )?better|in waves|flares? up)\b"
)
_QUALITY: Final = re.compile(
    r"\b(?P<quality>sharp(?: stabbing)?|dull(?: ache)?|burning|stabbing|throbbing|pounding|crampy|"
    r"cramping|cramp-like|like a cramp|shooting|aching|achy|squeezing|pressure(?:-like)?|"
    r"heavy|tight|tearing|pulsating|gnawing|stinging|pinching|electric(?: shock)?|radiating|crushing|"
    r"band-like|like a band|tender|raw|itchy|watery|bloody|greenish|green|yellowish|yellow|clear|thick|"
    r"dry|"
    r"productive|barking|hacking|scaly|bumpy|raised|red|blistering|oozing|dark|foul[- ]smelling|smelly|"
    r"one-sided|vice-like|like a vice|numb)\b"
)
_AGGRAVATING: Final = re.compile(
    r"\b(?:(?:it |that |they )?(?:gets?|is|are|feels?|being|'s|makes? it|made it|seems?|hurts?|was|bit|"
    r"lot|more)\s+)?(?:(?:a (?:bit|lot|little)|even|much|really|definitely) )?(?:worse|aggravated|"
    r"exacerbated|triggered|hurts|hurt|flares? up|brought on|more painful|painful)\s+"
    r"(?P<what>(?:when(?:ever)?|with|after|at|by|if|during|in the|on|as soon as|"
    r"while)\s+[\w' -]{2,60}?)(?=$|[,.;?]| but | and it | or does | or is )"
)
_AGGRAVATES: Final = re.compile(
    r"\b(?!(?:does|do|did|anything|what|nothing|it|that|this|which|something|is "
    r"there)\b)(?P<what>[\w' -]{3,40}?)\s+(?:makes? (?:it|them|that|the pain) (?:a (?:lot|bit|"
    r"little) )?(?:hurt |"
    r"feel )?worse|aggravates|triggers)\b"
)
_RELIEVING: Final = re.compile(
    r"\b(?:better|relieved|eases?(?: off| up)?|goes away|settles|improves?|"
    r"helped)\s+(?P<what>(?:when(?:ever)?|with|after|by|if|once|on)\s+[\w' -]{2,60}?)(?=$|[,.;?]| but | "
    r"and it )"
)
_RELIEVES: Final = re.compile(
    r"^(?:(?:yeah|yes|well|just|only|usually|sometimes|i think|i guess|mostly|"
    r"and)[ ,]+)*(?P<what>(?!(?:yeah|yes|yep|no|well|okay|it|that|they|nothing|what|this|which|anything|"
    r"does|do|did|i|not|no|and|"
    r"everything)\b)[\w' -]{3,40}?)\s+(?:(?:really|usually|sometimes|kind of|also|do|does|"
    r"did) )*(?:makes? (?:it|them|that) (?:feel )?(?:a (?:lot|bit|little) )?better|helps?|helped|seems? "
    r"to help|relieves|eases)\b(?! (?:you|me|us|them|with|to)\b)"
)
_NO_RELIEF: Final = re.compile(
    r"\b(?:nothing (?:really |seems to |seemed to )?(?:helps?|helped|makes it better)|(?:doesn't|didn't|"
    r"hasn't|not|isn't) (?:really |seem to |seemed to |been |actually |do )*(?:help(?:ed|ing)?|work(?:ed|"
    r"ing)?|do anything|made? any difference))\b"
)
_SIDE: Final = re.compile(
    r"\b(?P<side>both(?= (?:of |my |your |his |her |the |sides|knees|legs|feet|hands|arms|ears|eyes|"
    r"ankles|shoulders|hips|lower|upper|wrists|elbows|calves|lungs|sides))|bilateral(?:ly)?|either side|"
    r"left(?=[ -](?!to\b|for\b|over\b|the\b))|left$|right(?=[ -](?:[a-z]+[ -]?){0,2}(?:side|hand|ear|eye|"
    r"knee|leg|foot|arm|hip|ankle|shoulder|wrist|elbow|calf|thigh|toe|finger|thumb|breast|lower|upper|"
    r"flank|groin|kidney|lung|temple|lateral|testicle|heel|index|great|big|jaw|cheek|side|nostril|buttock|"
    r"rib|ring|pinky|middle|quad|hamstring|forearm|bicep|rotator|hand|lobe|ventricular|inner|outer|sided|"
    r"clavicle|nipple|parotid|neck|femoral|carotid|inguinal|sacral|atrium|ovary|lumbar|maxillary|tympanic|"
    r"pinna|mid|tonsil|facial|trapezius|adnexal|paraspinal|patella|medial))|left-sided|right-sided|"
    r"right$)\b"
)

_DOSE: Final = re.compile(
    r"\b(?P<value>\d+(?:[.,]\d+)?(?:\s*/\s*\d+(?:\.\d+)?)?)\s*-?\s*(?P<unit>mg|milligrams?|mgs|mcg|"
    r"micrograms?|grams?|g|ml|millilit(?:er|re)s?|units?|international units?|tablets?|pills?|capsules?|"
    r"puffs?|sprays?|drops?|percent|%|meq|iu)\b"
)
_CHANGED: Final = re.compile(r"\bfrom\s+(?:about )?\d[^,;.]{0,40}?\bto\s+(?=(?:about )?\d)")
"""A dose that is changed "from 5 to 10 mg"; the new one follows."""
_DOSE_BARE: Final = re.compile(
    r"^(?:\s*,?\s*(?:at|to|of|from|is|dose|the|a|up|increase|increased|decreased|down|it|twice|daily|pill|"
    r"tablet|,|currently|about)\b)*\s*,?\s*(?P<value>\d+(?:\.\d+)?)\b(?!\s*(?:days?|weeks?|months?|years?|"
    r"times?|hours?|minutes?|st|nd|rd|th|o'clock|of|out|other|more|/))"
)
_ROUTE: Final = re.compile(
    r"\b(?P<route>by mouth|orally|oral|inhaled|intravenous(?:ly)?|iv|topical(?:ly)?|under (?:the|your) "
    r"tongue|sublingual(?:ly)?|injection|subcutaneous(?:ly)?|intramuscular|nasal(?:ly)?|in (?:each|"
    r"both) (?:eye|ear|nostril)s?|rectally|patch|to the skin|on the skin|under the skin)\b"
)
_UNITS: Final = (
    (re.compile(r"^(?:mgs?|milligrams?)$"), "mg"),
    (re.compile(r"^(?:mcg|micrograms?)$"), "mcg"),
    (re.compile(r"^(?:g|grams?)$"), "g"),
    (re.compile(r"^(?:ml|millilit\w+)$"), "mL"),
    (re.compile(r"^(?:percent|%)$"), "%"),
    (re.compile(r"^(?:units?|international units?|iu)$"), "units"),
)
_A_DAY: Final = re.compile(r"\b(?:mg|milligrams?|micrograms?|mcg|grams?|units?|\d+)\s+(?:a|per|each) day\b")
Quantities = dict[str, str]


def _first(pattern: re.Pattern[str], text: str) -> str | None:
    match = pattern.search(text)
    return next((value.strip() for value in match.groups() if value), None) if match else None


def unit_name(unit: str) -> str:
    """The written form of a spoken unit ("milligrams" → "mg"); other units stay as spoken."""
    return next((name for pattern, name in _UNITS if pattern.match(unit)), unit)


def side(text: str) -> str | None:
    """``left``, ``right`` or ``bilateral``; ``None`` when no side, or both sides separately, are named."""
    found = {match.group("side").split("-")[0] for match in _SIDE.finditer(text)}
    if found & {"both", "bilateral", "bilaterally", "either side"}:
        return "bilateral"
    return found.pop() if len(found) == 1 else None


def times(text: str, *, answering: bool = False) -> Quantities:
    """``duration``, ``onset``, ``frequency`` and ``course`` in ``text``; bare spans count when ``answering``."""
    out: Quantities = {}
    duration = _first(_DURATION, text) or _first(_PAST_SPAN, text) or (_first(_BARE_SPAN, text) if answering else None)
    onset = _first(_ONSET, text) or (_first(_ONSET_BARE, text) if answering else None)
    for key, value in (
        ("duration", duration),
        ("onset", onset),
        ("frequency", _first(_FREQUENCY, text)),
        ("course", _first(_COURSE, text)),
    ):
        if value:
            out[key] = value
    return out


def character(text: str, *, answering: bool = False) -> Quantities:
    """``severity``, ``quality``, ``aggravating`` and ``relieving`` in ``text``."""
    out: Quantities = {}
    score = _first(_SEVERITY_SCORE, text)
    severity = f"{score}/10" if score else _first(_SEVERITY_WORD, text)
    qualities = list(dict.fromkeys(match.group("quality") for match in _QUALITY.finditer(text)))
    asks = re.match(r"(?:does|do|did|is there|are there|has|have|what) ", text)
    aggravating = _first(_AGGRAVATING, text) or (None if asks else _first(_AGGRAVATES, text))
    relieving = _first(_RELIEVING, text) or _first(_RELIEVES, text)
    if _NO_RELIEF.search(text):
        relieving = None
    for key, value in (
        ("severity", severity),
        ("quality", ", ".join(qualities)),
        ("aggravating", aggravating),
        ("relieving", relieving),
    ):
        if value:
            out[key] = value
    if answering and not score:
        bare = _first(_SEVERITY_BARE, text)
        if bare:
            out["score"] = bare
    return out


def dose(text: str) -> Quantities:
    """``value``, ``unit``, ``route`` and ``frequency`` of a medication in the words after its name."""
    out: Quantities = {}
    changed = _CHANGED.search(text)
    if changed:
        text = text[changed.end() :]
    match = _DOSE.search(text)
    if match:
        out["value"], out["unit"] = (
            match.group("value").replace(" ", "").replace(",", ""),
            unit_name(match.group("unit")),
        )
    else:
        bare = _DOSE_BARE.match(text)
        if bare:
            out["value"] = bare.group("value")
    frequency = _first(_FREQUENCY, text) or ("daily" if _A_DAY.search(text) else None)
    for key, value in (("route", _first(_ROUTE, text)), ("frequency", frequency)):
        if value:
            out[key] = value
    return out
