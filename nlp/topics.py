"""Open questions whose whole answer is the fact: work, home, age, amounts, what brings the patient."""

import re
from typing import Final

from nlp.mentions import Mention
from visit.findings import FindingKind, Polarity

COMPLAINT: Final = re.compile(
    r"\b(?:what brings you|brings you (?:in|here)|how (?:can|may) (?:i|we) help|what(?:'s| is| seems to "
    r"be| has been)? (?:been )?going on|what can (?:i|we) do for you|what's the (?:problem|matter|trouble|"
    r"issue)|what seems to be|what happened|reason for (?:your|the|today's) (?:visit|call)|how are "
    r"you (?:doing|feeling)|what's (?:bothering|wrong|happening)|tell "
    r"me (?:a (?:little )?(?:bit )?)?(?:more )?(?:about )?what|what are you here for|why are you here|"
    r"what's been)\b"
)
_ASKS_ALLERGY: Final = re.compile(
    r"\b(?:allergic to|allergies to|(?:any|have|known|drug|food|medication|medicine|what|your) (?:other |"
    r"known |drug |food |"
    r"medication |medicine |are your )*allerg)|^allergies\b"
)
FAMILY: Final = re.compile(
    r"\b(?:family (?:history|members?|medical)|in (?:your|the|his|her) family|your (?:parents|mother|"
    r"father|siblings|relatives)|run in|runs in|family)\b(?!.*\b(?:live with|at home|friends)\b)"
)
_TOPICS: Final = (
    (
        "occupation",
        re.compile(
            r"\b(?:what (?:do you do|are you doing|kind of work|is your (?:job|occupation)|'s your (?:job|"
            r"occupation|work)|sort of work|line of work|type of work)|what do you do for|do for (?:a living|"
            r"work)|where do you work|your occupation|what(?:'s| is) your (?:job|work)|work do you do)\b"
        ),
    ),
    (
        "living situation",
        re.compile(
            r"\b(?:who (?:do you live|lives|else lives|is at home|'s at home|are you living)|who's at home|live "
            r"with|home situation|situation at home|do you live alone|anyone at home with)\b"
        ),
    ),
    ("alcohol use", re.compile(r"\bhow (?:much|many|often)\b.*\b(?:drink|alcohol|units|beers?|wine)\b")),
    ("tobacco use", re.compile(r"\bhow (?:much|many|long)\b.*\b(?:smok\w*|cigarettes?|packs?)\b")),
    ("exercise", re.compile(r"\b(?:how (?:much|often)|what)\b.*\bexercis\w*\b")),
    (
        "diet",
        re.compile(r"\b(?:how(?:'s| is| has)|what(?:'s| is)|describe)\b.*\b(?:your (?:diet|eating)|do you eat)\b"),
    ),
    ("age", re.compile(r"\bhow old (?:are you|is (?:he|she))\b|\bwhat(?:'s| is) your age\b")),
    ("last menstrual period", re.compile(r"\b(?:last (?:menstrual )?period|last menstrual)\b")),
)
_AGE_SEX: Final = re.compile(
    r"\b(?P<age>\d{1,3})[- ]*(?:year|yr|month|week)s?[- ]*old(?:[\s,]+(?:\w+[\s-]+){0,3}?(?P<sex>male|"
    r"female|man|woman|lady|gentleman|boy|girl))?"
)
_I_AM_AGE: Final = re.compile(
    r"\b(?:i'm|i am|he's|she's|he is|she is)\s+(?:about |almost |only |"
    r"just )?(?P<age>\d{1,3})(?:\s+years?(?:\s+old)?)?(?=$|[,.;]| and | now)(?!\s*(?:weeks|months|days|"
    r"pounds|percent))"
)
_JOB: Final = re.compile(
    r"\b(?:i work (?:as|in|at|for)|i'm (?:a|an)|i am (?:a|an)|i'm currently (?:a|an)|works? as|my job is|"
    r"employed as)\s+(?P<job>(?:an? )?[\w' -]{3,50}?)(?=$|[,.;?]| and | but | so | for | at the moment)"
)
_JOB_WORD: Final = re.compile(
    r"(?:er|or|ist|ian|ant|ent|man|woman|nurse|teacher|student|chef|clerk|manager|driver|company|office|"
    r"hospital|school|construction|sales|retail|bank|factory|warehouse|restaurant|university|business|"
    r"finance|marketing|accounting|tech|industry|shop|store|farm|law|job|engineer)s?$"
)
_NOT_JOB: Final = re.compile(
    r"\b(?:smoker|drinker|diabetic|asthmatic|bit|little|lot|week|day|year|person|patient|runner|former|"
    r"never|morning|sleeper|eater|worrier|mother|father|brother|sister|number|winner|fan of)\b"
)
_LEAD: Final = re.compile(
    r"^(?:(?:well|so|um|uh|yes|yeah|okay|oh|i'm|i am|i|currently|right now|at the moment|just|actually|"
    r"it's|like|probably|about|around|i'd say|we|we're|i've been)\b[\s,]+)+"
)


def topic_of(body: str) -> str | None:
    """The concept that the answer to an open question states, if it is one of the listed ones."""
    return next((concept for concept, pattern in _TOPICS if pattern.search(body)), None)


def answer(topic: str, text: str) -> Mention | None:
    """The answer to an open question as one finding whose ``value`` is what was said."""
    value = _LEAD.sub("", text.strip(" ,."))[:120]
    if not value or len(value) < 2:
        return None
    if topic == "age":
        number = re.search(r"\d{1,3}", value)
        return fact("age", text, {"value": number.group(0), "unit": "years"}) if number else None
    if topic in {"alcohol use", "tobacco use", "exercise"} and re.match(r"^(?:no|none|never|don't|not)\b", value):
        return Mention(FindingKind.SOCIAL, topic, text, 0, 0, 0, Polarity.ABSENT)
    return fact(topic, text, {"value": value})


def fact(concept: str, text: str, detail: dict[str, str]) -> Mention:
    """A social fact that holds."""
    return Mention(FindingKind.SOCIAL, concept, text, 0, 0, 0, Polarity.PRESENT, detail=detail)


def demographics(text: str) -> list[Mention]:
    """Age, sex and job stated in passing ("a 50-year-old female", "I work as a carpenter")."""
    out = []
    match = _AGE_SEX.search(text) or _I_AM_AGE.search(text)
    if match and 0 < int(match.group("age")) < 111:
        unit = "months" if "month" in match.group(0) else "weeks" if "week" in match.group(0) else "years"
        out.append(fact("age", match.group(0), {"value": match.group("age"), "unit": unit}))
        sex = match.groupdict().get("sex")
        if sex:
            out.append(fact("sex", sex, {"value": "female" if sex in {"female", "woman", "lady", "girl"} else "male"}))
    job = _JOB.search(text)
    if (
        job
        and (re.match(r"i work|works? as|my job|employed", job.group(0)) or _JOB_WORD.search(job.group("job")))
        and not _NOT_JOB.search(job.group("job"))
    ):
        out.append(fact("occupation", job.group(0), {"value": job.group("job").strip()}))
    return out


def about_allergy(body: str) -> bool:
    """Whether a question asks for allergies, not for an allergy tablet or hay fever."""
    return bool(_ASKS_ALLERGY.search(body)) and not re.search(r"allergy (?:pill|med|tablet)|seasonal|hay", body)


_NO_ALLERGEN: Final = re.compile(
    r"^(?:anything|something|it|any|medications?|medicines?|drugs?|that|them|nothing|foods?|this|you|any "
    r"medications?)\b"
)


def allergens(text: str) -> list[str]:
    """Allergens named with the word "allergic" or "allergy"."""
    out = []
    for match in _ALLERGIC_TO.finditer(text):
        for item in re.split(r"\s+(?:and|or)\s+|,\s*", match.group("what")):
            name = re.sub(r"^(?:any|the|a|some|all|my|certain|anything like)\s+", "", item).strip()
            name = re.sub(r"\s+(?:only|too|as well|also|though|actually|itself)$", "", name)
            if name and not _NO_ALLERGEN.match(name):
                out.append(name)
    out.extend(match.group("what") for match in _ALLERGY_OF.finditer(text))
    return out


_ALLERGIC_TO: Final = re.compile(
    r"\b(?:allergic (?:reaction )?to|allergy to|allergies to|reaction to|intolerant (?:to|"
    r"of))\s+(?P<what>[\w' -]{3,60}?)"
    r"(?=$|[,.;?]| and i | but | so | which | it | because )"
)
_ALLERGY_OF: Final = re.compile(
    r"\b(?P<what>penicillin|sulfa|latex|peanut|nut|egg|shellfish|dairy|milk|aspirin|pollen|dust|cat|dog|"
    r"codeine|bee|iodine|"
    r"gluten|wheat|soy|fish|strawberry)s? allerg(?:y|ies)\b"
)


def reaction(text: str) -> str | None:
    """The reaction to an allergen ("I get hives", "my throat swells")."""
    match = re.search(
        r"\b(?:hives|rash|anaphyla\w+|swell\w*(?: of (?:my|the) \w+| up)?|throat (?:closes|swells|swelling)|"
        r"itch\w*|trouble breathing|vomit\w*|nausea|stomach upset|short(?:ness)? of breath|break out in \w+|"
        r"sneez\w+|wheez\w+|diarrh?o?ea)\b",
        text,
    )
    return match.group(0) if match else None
