"""Return precautions: "if you get a fever, call us" → "Return precautions: call if fever."."""

import re
from typing import Final

from prompts.language.grammar import Person, third_person
from prompts.language.questions import join

RETURN: Final = "Return precautions: "
_ACTION: Final = (
    r"(?:call|ring|phone|contact|come (?:back|in|straight)|go (?:straight |right )?(?:to|back)|return|seek|"
    r"see (?:me|us|a)|let (?:me|us) know|give (?:me|us) a (?:call|ring)|get (?:back|in touch|help)|dial|"
    r"tell (?:me|us))\b"
)
_THEN: Final = (
    r"(?:then |please |just |you (?:should|need to|must|can) |(?:i|we) (?:want|would like|'d like|need) you to )*"
)
_FORWARD: Final = re.compile(
    rf"^(?:and |so |but |now |please )*if (?P<condition>.{{4,160}}?)[\s,]+{_THEN}(?P<action>{_ACTION}.*)$",
    re.I,
)
_BACKWARD: Final = re.compile(
    rf"^(?:and |so |but |please |just )*(?P<action>{_ACTION}.{{0,60}}?)[\s,]+if (?P<condition>.+)$", re.I
)
_OR: Final = re.compile(r"\s*,\s*(?:and |or )?(?:if )?|\s+or (?:if )?|\s+and if ", re.I)
_GETS: Final = re.compile(
    r"^(?:you )?(?:(?:do |ever |start to |start |are )*(?:get|have|having|develop|notice|become|feel|experience|see|"
    r"getting|run|spike|start)\b)\s*(?:a|an|any|some|more|your)?\s+",
    re.I,
)
_YOU: Final = re.compile(r"^(?:you )(?:are |start to )?", re.I)
_BARE_VERB: Final = re.compile(r"^(?P<verb>cough|vomit|throw|pass|faint|bleed|lose|wheez|choke|collapse)e?\b", re.I)
_DENIES: Final = re.compile(r"\b(?:not|cannot|no|never|unable)\b|n't\b", re.I)
_US: Final = re.compile(r"\s*\b(?:me|us)\b(?: a (?:call|ring))?", re.I)


def precautions(clause: str, person: Person) -> str:
    """The return precautions of a clinician's sentence; empty when it gives none."""
    text = clause.strip(" .")
    match = _FORWARD.match(text) or _BACKWARD.match(text)
    if not match:
        return ""
    things = [_thing(part, person) for part in _OR.split(match["condition"]) if part.strip(" ,")]
    action = third_person(_US.sub("", re.sub(r"\blet (?:me|us) know\b", "report", match["action"])), person, "you")
    if not all(things) or not action.strip():
        return ""
    doing = re.sub(r"\s*,\s*or\b", " or", action).strip(" ,")
    doing = doing[0].lower() + doing[1:]
    # What denies stands last, so that its "not" reaches nothing else.
    things.sort(key=lambda thing: bool(_DENIES.search(thing)))
    return f"{RETURN}{doing} if {join(things, 'or')}"


def _thing(part: str, person: Person) -> str:
    """One condition as a noun phrase or a short clause."""
    bare = part.strip(" ,")
    got = _GETS.sub("", bare)
    if got == bare:
        got = _YOU.sub("", bare)
    verb = _BARE_VERB.match(got)
    if verb:
        stem = verb["verb"].lower()
        return {"lose": "losing", "choke": "choking", "collapse": "collapsing"}.get(stem, f"{stem}ing") + got[
            verb.end() :
        ]
    return third_person(got, person, "you")
