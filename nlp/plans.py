"""Orders, advice and follow-up in what the clinician says will be done."""

import re
from typing import Final

from nlp.mentions import Mention
from visit.findings import FindingKind, Polarity, Timing

_ACTIONS: Final = (
    (
        "increase",
        re.compile(r"\b(?:increas\w+|bump(?:ing)? (?:\w+ )?up|go(?:ing)? up on|up(?:ping)? your|raise|double)\b"),
    ),
    (
        "decrease",
        re.compile(
            r"\b(?:decreas\w+|reduc(?:e|ing)|lower(?:ing)?|cut(?:ting)? (?:\w+ )?(?:down|back)|go(?:ing)? down on|"
            r"wean|taper(?:ing)? (?:you )?off)\b"
        ),
    ),
    (
        "stop",
        re.compile(
            r"\b(?:stop(?:ping)?|discontinu\w+|come off|take you off|hold(?:ing)?(?: off)?(?: on)? (?:your|the)|"
            r"quit taking|get you off|avoid(?:ing)?|don't take|do not take|no more)\b"
        ),
    ),
    (
        "refer",
        re.compile(r"\b(?:refer\w*|referral|send you to|see a|set you up with|consult\w*|get you in (?:to|with))\b"),
    ),
    (
        "continue",
        re.compile(
            r"\b(?:continu\w+|keep (?:you |taking|on|using|up)|stay on|stick with|carry on|maintain|remain on|"
            r"keep going|same dose|as (?:you are|you've been))\b"
        ),
    ),
    ("refill", re.compile(r"\b(?:refill\w*|renew|repeat prescription)\b")),
    (
        "start",
        re.compile(
            r"\b(?:start\w*|prescri\w+|put you on|giv(?:e|ing) you|try(?:ing)?|add(?:ing)?|begin|initiate|switch|"
            r"write you|call in|send in|take|taking|use|using|recommend|get you on|treat)\b"
        ),
    ),
    (
        "order",
        re.compile(
            r"\b(?:order\w*|get (?:a|an|some|you|another)|check\w*|repeat|recheck|schedule|do (?:a|an|some|"
            r"another)|send (?:you )?(?:for|off)|obtain|arrange|book|run|draw|need|take (?:a|some)|have (?:a|an|"
            r"you)|set up|look at)\b"
        ),
    ),
)
_VERB_REACH: Final = 60
_OWN_VERB: Final = 14
"""Letters in which a name that holds its verb ("refer you to physiotherapy") says it."""
_TAKEN_UP: Final = re.compile(r"\b(?:that|it|this|them|those|one|dose|is what)\b")
"""How a verb that comes later points back at what was named."""
_FOLLOW_UP: Final = re.compile(
    r"\b(?:follow[- ]?up|see (?:you|me)(?: back| again)?|come (?:back|in)(?: and see me| to see me| in| "
    r"again)?|back in|return|recheck|re-?evaluate|check(?:ing)? (?:back )?in|review(?: you)?|visit|"
    r"appointment|speak to you|call you|touch base)\b"
    r"[^.;]{0,45}?\b(?:in|for|within|every|after)\s+(?:about |around |like |another |the next |a couple "
    r"of |the |say )*(?P<when>(?:\d+|a couple(?: of)?|a few|a|an|couple(?: of)?|few)(?:\s*(?:to|or|"
    r"-)\s*\d+)?\s*(?:days?|weeks?|"
    r"months?|years?)|next (?:week|month|year)|tomorrow|a few (?:days|weeks|months))"
)
_FOLLOW_LOOSE: Final = re.compile(
    r"\b(?:see (?:you|me)(?: back| again)|follow[- ]?up(?: with)?|come back(?: and)?(?: see me)?|get back "
    r"in touch|return)\b[^.;]{0,30}?\b(?P<when>next (?:week|month|year)|tomorrow|if [^.;]{3,60}|"
    r"\d+ (?:days|weeks|months))"
)
_SAFETY: Final = re.compile(
    r"(?<!see )(?<!check )(?<!know )\b(?:if (?:you(?! (?:can|could|would|want|like|need)\b)|it|things|"
    r"your|the|symptoms|that|this|they|there|any|she|"
    r"he)\b[^.;]{2,140}?)(?:[, ]+)(?:please |then |you (?:should|need to|must|can) |i (?:want|would like|"
    r"'d like) you to |just |definitely |do )*(?:call|go (?:straight )?to|come (?:back|in)|see (?:me|us|a|"
    r"your|someone)|return|"
    r"ring|seek|dial|contact|let (?:me|us) know|get (?:back|in touch)|give (?:me|us) a (?:call|ring)|"
    r"attend|speak to)\b"
    r"|\b(?:call|go (?:straight )?to|come (?:back|in)|return|ring|seek|dial|contact|let (?:me|us) know|"
    r"get (?:back|in touch)|give (?:me|us) a (?:call|ring)|see (?:me|us|a "
    r"doctor))\b[^.;]{0,60}?\bif\b[^.;]{3,140}"
)
_ADVICE: Final = (
    (
        "fluids",
        re.compile(
            r"\b(?:plenty of (?:fluids?|water)|lots of (?:fluids?|water)|(?:drink|"
            r"drinking)(?: \w+){0,2} (?:fluids?|water)|(?:well |stay |keep )hydrated|fluid intake|push fluids|"
            r"hydrat(?:e|ion))\b"
        ),
    ),
    (
        "rest",
        re.compile(
            r"\b(?:get (?:some |plenty of )?rest|rest (?:up|and|it|your)|plenty of rest|take it easy|resting|"
            r"take (?:some )?time off(?: work)?|stay off (?:it|your feet|work)|bed rest)\b"
        ),
    ),
    ("ice", re.compile(r"\b(?:ice (?:it|the|your|pack)|icing|apply(?:ing)? ice|ice and)\b")),
    ("heat", re.compile(r"\b(?:heating pad|apply(?:ing)? heat|warm compress\w*|heat pack)\b")),
    ("elevation", re.compile(r"\b(?:elevat\w+ (?:it|your|the)|keep (?:it|your \w+) (?:elevated|up))\b")),
    (
        "diet",
        re.compile(
            r"\b(?:(?:watch|watching|improve|change|modify|work on)(?: \w+){0,2} diet|low[- ](?:salt|sodium|fat|"
            r"carb|cholesterol)(?: diet)?|healthy (?:diet|eating)|(?:cut|cutting) (?:down|back|"
            r"out) (?:on )?(?:salt|sugar|carbs|caffeine|sodium|fat\w*)|eat (?:healthy|healthier|small)|"
            r"dietary (?:changes|modification\w*)|bland (?:diet|foods)|mediterranean diet|dash diet|"
            r"lifestyle (?:changes|modifications?))\b"
        ),
    ),
    (
        "exercise",
        re.compile(
            r"\b(?:(?:regular|more|start|some|daily) exercis\w+|exercise (?:regularly|more)|lose (?:some )?weight|"
            r"weight loss|minutes of (?:exercise|walking|activity)|keep active|stay active|stretch\w*)\b"
        ),
    ),
    (
        "smoking cessation",
        re.compile(
            r"(?<!\bi )(?<!i've )(?<!i have )\b(?:(?:stop|quit|quitting|stopping|"
            r"cut(?:ting)? (?:down|back)(?: on)?) smok\w+|smoking cessation|"
            r"give up (?:smoking|the cigarettes))\b"
        ),
    ),
    (
        "reduce alcohol",
        re.compile(
            r"\b(?:cut(?:ting)? (?:down|back)(?: on)? (?:the |your )?(?:alcohol|drinking)|(?:reduce|stop|avoid|"
            r"limit) (?:the |your )?(?:alcohol|drinking))\b"
        ),
    ),
    (
        "blood pressure monitoring",
        re.compile(
            r"\b(?:(?:check|take|record|monitor|measure|keep (?:a )?(?:log|diary|track|record) "
            r"of)(?:ing)? (?:\w+ ){0,3}blood pressures?|blood pressure (?:cuff|log|diary|machine|monitor))\b"
        ),
    ),
    (
        "blood glucose monitoring",
        re.compile(
            r"\b(?:(?:check|take|record|monitor|measure|keep (?:a )?(?:log|track|record) "
            r"of)(?:ing)? (?:\w+ ){0,3}(?:blood )?sugars?|blood sugar log)\b"
        ),
    ),
    (
        "symptom diary",
        re.compile(
            r"\b(?:(?:symptom|headache|food|pain|sleep) diary|diary of|keep(?:ing)? (?:a )?(?:diary|log|journal)|"
            r"keep track of)\b"
        ),
    ),
    (
        "avoid strenuous activity",
        re.compile(
            r"\b(?:avoid(?:ing)? (?:heavy|strenuous|any heavy|lifting)|no heavy lifting|no lifting|light duty|"
            r"no (?:running|sports?|strenuous))\b"
        ),
    ),
    ("self-isolation", re.compile(r"\b(?:self[- ]isolat\w+|isolate|quarantine|stay (?:at )?home)\b")),
    ("nicotine replacement", re.compile(r"\bnicotine (?:patch\w*|gum|replacement)\b")),
)


def action(text: str) -> str | None:
    """What a plan does: the verb that stands first among increase, decrease, stop, refer, continue, start, order."""
    found = [(match.start(), name) for name, pattern in _ACTIONS if (match := pattern.search(text))]
    return min(found)[1] if found else None


def action_before(text: str, position: int) -> str | None:
    """The plan verb closest before ``position``, else one soon after it ("the metformin, let's increase that")."""
    before = [(match.end(), name) for name, pattern in _ACTIONS for match in pattern.finditer(text[:position])]
    after = text[position : position + _VERB_REACH]
    if before:
        return max(before)[1]
    return action(after) if _TAKEN_UP.search(after) else action(after[:_OWN_VERB])


def conditional(text: str, position: int) -> bool:
    """Whether ``position`` lies in a return precaution: what to do if, not what is ordered."""
    match = _SAFETY.search(text)
    return bool(match and position >= match.start())


def orders(text: str) -> list[Mention]:
    """Follow-up, return precautions and advice stated in ``text``."""
    out = []
    safety = _SAFETY.search(text)
    follow = _FOLLOW_UP.search(text) or _FOLLOW_LOOSE.search(text)
    if safety:
        out.append(
            _order(
                "return precautions",
                safety.group(0),
                {"action": "follow up", "reason": safety.group(0)},
                Timing.HYPOTHETICAL,
            )
        )
    elif follow:
        out.append(_order("follow-up", follow.group(0), {"action": "follow up", "onset": follow.group("when")}))
    for concept, pattern in _ADVICE:
        match = pattern.search(text)
        if match:
            out.append(_order(concept, match.group(0), {"action": "advise"}))
    return out


def _order(concept: str, text: str, detail: dict[str, str], timing: Timing = Timing.CURRENT) -> Mention:
    return Mention(FindingKind.ORDER, concept, text.strip(), 0, 0, 0, Polarity.PRESENT, timing=timing, detail=detail)
