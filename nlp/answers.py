"""What an answer says: yes, no, hedge, past or something else, by its first clause."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Reply(StrEnum):
    """The stance of an answer. ``NONE`` is a backchannel or a request to repeat: the question stays open."""

    YES = "yes"
    NO = "no"
    HEDGE = "hedge"
    PAST = "past"
    OTHER = "other"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply and what follows it.

    ``limited`` is set for "no, only when …": the fact holds, under that condition. ``affirms`` is set when an answer
    without yes or no takes the fact for granted ("it comes and goes").
    """

    reply: Reply
    rest: str = ""
    limited: bool = False
    bare: bool = False
    affirms: bool = False


_LEAD: Final = re.compile(
    r"^(?:(?:well|oh|so|i mean|actually|honestly|to be honest|i guess(?! so)|i'd say|i would say|i'd have "
    r"to say|thankfully|luckily|"
    r"fortunately|no offence|like|just|and|but|doctor|doc|okay|alright|let me think|"
    r"(?:i'm |i am )?trying to think|let's see|let me see|"
    r"right|now|god|gosh|"
    r"thank god|thank goodness|um|hmm)\b[\s,.:-]*)+(?=\S)"
)
_REPEAT: Final = re.compile(
    r"^(?:sorry|pardon|what|say that again|excuse me|what do you mean|how do you mean|am i what|any what|"
    r"i didn't catch|"
    r"if only|hello|can you repeat|could you repeat|come again|you what)\b(?!.*\b(?:no|yes)\b)"
)
_BACKCHANNEL: Final = re.compile(
    r"^(?:(?:okay|alright|all right|right|i see|hm+|mm+|oh|oh dear|great|good|fine|sure thing|thank you|"
    r"thanks|perfect|lovely|"
    r"interesting|got it|gotcha|sorry to hear that|ah|oh no|wow|and)[\s,]*)+$"
)
_HEDGE: Final = re.compile(
    r"^(?:(?:i'm |i am )?not (?:too |really |quite |entirely |completely |100% |so |totally )?(?:sure|"
    r"certain|positive)|i (?:don't|do not) (?:feel|think) (?:like |that )?(?:it's|it is) "
    r"(?:particularly|that|so|too|very|really)\b|"
    r"i don't (?:really )?(?:know|remember|recall)|don't know|"
    r"no idea|no clue|i (?:really )?have no idea|i(?:'ve| have) no idea|dunno|i couldn't (?:say|tell)|i "
    r"can't (?:say|tell|remember|really (?:say|tell))|can't (?:say|tell|remember)|hard to (?:say|tell)|"
    r"it's hard to "
    r"(?:say|tell)|maybe|possibly|perhaps|might be|it might|it could be|could be|i might|i may|may be|i guess so|"
    r"i suppose|i'm guessing|i'm wondering|that's possible|it's possible|i haven't (?:checked|measured|"
    r"looked|noticed either way|taken my temperature|"
    r"paid attention|weighed|tested)|who knows|i think so|i believe so|not that sure|i wouldn't know|unsure)\b"
)
_PAST: Final = re.compile(
    r"^(?:(?:no|not|yes|yeah)?[\s,]*)?(?:not anymore|not any more|not any longer|no longer|i used to|used "
    r"to|i quit|i stopped|i gave up|i've quit|i've stopped|i've given up|"
    r"in the past|years ago|when i was (?:a kid|young|younger|little|a child)|as a (?:kid|child|teenager)|"
    r"(?:i )?(?:did|had) (?:it )?(?:years|a long time|ages) ago|"
    r"it(?:'s| has)? (?:gone|stopped|resolved|went)|(?:it's|they've|that's) gone (?:now|away)|i did but|i "
    r"was but|a long time ago|i'm an ex|former|previously|i have in the past|i did (?:when|at|in|last|a|"
    r"earlier|the other))\b"
)
_PARTIAL: Final = re.compile(
    r"^(?:not (?:always|all the time|every|only|much|a lot|lots|very (?:much|often)|often|so much|"
    r"that (?:much|often)|too (?:much|many|often|bad)|usually|super|regularly|as (?:much|often))|"
    r"hardly|rarely|barely|seldom|no more than)\b"
)
_NO: Final = re.compile(
    r"^(?:(?:yeah|yes)[\s,]+(?=no\b|not\b|nope\b))?(?:my \w+ (?:says|said|thinks) no|no|nope|nah|nay|"
    r"never|none|not|negative|neither|nothing|i (?:have not|haven't|don't|do not|"
    r"didn't|did not|can't say|never|wouldn't|would not|am not|couldn't|was not|wasn't|deny)|i'm not|"
    r"i've (?:not|never|had no|got no|no)|i have (?:no|never|none)|i had no|i got no|(?:it|that|he|she|"
    r"they|there) (?:isn't|is not|doesn't|"
    r"does not|hasn't|has not|wasn't|was not|haven't|don't|didn't|aren't|never)|it's (?:not|never)|"
    r"he's (?:not|never)|she's (?:not|never)|they're not|haven't|don't|didn't|doesn't|hasn't|certainly "
    r"not|"
    r"definitely not|absolutely not|of course not|we haven't|we don't|there's (?:no|nothing|been no|not)|"
    r"there (?:is|was|were|are) (?:no|nothing|not)|none of|zero)\b(?! (?:problem|worries|matter|wonder)\b)"
)
_NOT_THAT_ONE: Final = re.compile(
    r"^not (?:(?:the|my|in|on|in the|in my|on the|on my) )?(?!(?:really|that|as|so|too|at|any\w*|much|always|exactly|"
    r"particularly|specifically|now|recently|currently|lately|yet|known|sure|for|to|like|right|every\w*|the|a|an)\b)"
    r"\w+(?: \w+)?,? but\b"
)
"""An answer that takes one thing out and goes on about the rest ("not the throat, but …")."""
_NO_THEN_YES: Final = re.compile(
    r"^no[\s,]+(?:yeah|yes|(?:i do|i did|i have)"
    r"(?! (?:not|no|none|nothing|an?|some|the|my|this|just|more))|yep|actually i (?:do|have|did))\b"
)
_YES: Final = re.compile(
    r"^(?:yes|yeah|yep|yup|ya|yah|yea|aye|mhm|sure|correct|right|that's (?:right|correct|true|it)|exactly|"
    r"absolutely|definitely|certainly|"
    r"of course|indeed|true|i do|i have|i am|i did|i've|i'm|i would|i can|it does|it has|it did|(?:it is|"
    r"it was|it's)(?=$|,| (?:a (?:little|bit|lot)|quite|very|pretty|really|so|there|bad|worse|sometimes|"
    r"always|getting|been|still|usually|mostly|kind|constant|painful|sore|swollen|all))|they do|they "
    r"are|they have|he does|she does|he has|she has|he is|she is|there is|there are|there was|there's|you "
    r"bet|you got it|i was|we do|we have|we did|"
    r"a little|a bit|little bit|a lot|a few|a couple|some|sometimes|occasionally|quite|very|often|always|"
    r"every|all|constantly|lots|loads|both|"
    r"on and off|off and on|once|twice|here and there|from time to time|now and (?:then|again)|on "
    r"occasion|only|mostly|mainly|mild|slight|slightly|pretty|"
    r"kind of|sort of|unfortunately|most|frequently|usually|terribly|really|too|tons|plenty|at times|"
    r"somewhat|there have|there has|daily|nightly|"
    r"probably|my \w+ (?:says|said|thinks) (?:yes|so|i (?:do|did|am|have|snore))|my \w+ (?:did|does|has|"
    r"had|was|is|have)(?=$|,| it| that| too| when| at)|i think i|i believe i|\d+)\b"
)
_TELLS_OF_ANOTHER: Final = re.compile(
    r"^(?:i've|i have) (?:(?:got|had|been having|been getting) )?(?:some|an?|this|these|more|just)\b"
    r"(?! (?:little|bit|few|lot|while|couple|bunch|of (?:it|that|them|those))\b)(?! ?,)"
)
"""An answer that names what there is instead ("I've got some stiffness"), and says neither yes nor no."""
_ONLY: Final = re.compile(
    r"^(?:just|only|except|unless|apart from|other than|but only|but just)\s+(?:(?:for|maybe|"
    r"sometimes)\s+)?(?:a (?:little|bit)|when|if|at|after|in the|on|with|while|during|sometimes|"
    r"occasionally|before|from|the first|now and|once|mild|slightly|some|every|around|because|first thing|"
    r"really|a tiny|very|once|twice|coughing|moving|walking)\b"
)
_FINE: Final = re.compile(r"\b(?:normal|fine|good|ok|okay|alright|all right|lovely|nice|regular|healthy|usual|great)\b")
_EXISTENTIAL: Final = re.compile(
    r"^(?:(?:it|they|that)\s+(?:usually |only |really |just |mostly |sometimes |kind of |does |"
    r"can )*(?:comes?|goes|happens?|started|starts|hurts?|gets?|feels?|lasts?|burns?|itches|stings?|aches|"
    r"throbs|bleeds)\b|(?:about|around|for|since|at|during|after|when|until|up to|over|in the (?:morning|"
    r"evening|night))\b|"
    r"on the|in my|in the|especially|more|worse|comes? and|started|(?:it|they)(?:'s| is| are|"
    r"'re) (?:there|worse|mild|bad|mostly|mainly|only|more|like|in)\b|"
    r"i (?:get|feel|usually|sometimes|started|felt|smoke|drink|vape|had (?:one|some|a few|it|that)|"
    r"got (?:one|some)|wake|woke|threw|take (?:it|them|one|that|some)|use (?:it|them|that))\b)"
)


def read(text: str, *, confirming: bool = False) -> Answer:
    """The stance of ``text`` towards the question before it. ``rest`` is what follows the answer word.

    ``confirming``: the question supposed its own answer ("so no fever?"), which "right" accepts.
    """
    if confirming and re.fullmatch(r"(?:okay|right|correct|mhm|exactly|all right|alright|true|sure)", text):
        return Answer(Reply.YES, bare=True)
    partly = re.match(r"^(?:just|only|mostly|mainly|well just) (?=my|the|in|on|a|some)", text)
    if partly:
        return Answer(Reply.YES, text[partly.end() :])
    lead = _LEAD.match(text)
    body = text[lead.end() :] if lead and lead.end() < len(text) else text
    if _BACKCHANNEL.match(text) or (_REPEAT.match(body) and len(body.split()) < 9):
        return Answer(Reply.NONE)
    if re.match(r"^i can't say (?:that )?i (?:have|do|did|am)\b", body):
        return Answer(Reply.NO)
    for reply, pattern in (
        (Reply.HEDGE, _HEDGE),
        (Reply.PAST, _PAST),
        (Reply.YES, _PARTIAL),
        (Reply.YES, _NO_THEN_YES),
    ):
        match = pattern.match(body)
        if match:
            return Answer(reply, body[match.end() :].lstrip(" ,.-"))
    match = _NO.match(body)
    if match:
        return _no(body, match)
    match = None if _TELLS_OF_ANOTHER.match(body) else _YES.match(body)
    if match and re.match(r"(?:sometimes|usually|mostly|often|occasionally|most|frequently|always)\b", body):
        # "Sometimes I go for a run" tells something else; "sometimes" answers.
        match = None if re.match(r"[ ,]*i\b(?! (?:do|get|have|am|feel)\b)", body[match.end() :]) else match
    if match:
        rest = body[match.end() :].lstrip(" ,.-")
        deeper = read(rest) if re.match(r"^(?:yes|yeah|yep|well|actually|mhm)", match.group(0)) and rest else None
        if deeper and deeper.reply in {Reply.HEDGE, Reply.PAST}:
            return deeper
        return Answer(Reply.YES, rest, bare=not rest)
    if _EXISTENTIAL.match(body) and not _FINE.search(body):
        return Answer(Reply.OTHER, body, affirms=True)
    return Answer(Reply.NONE if len(body.split()) < 2 else Reply.OTHER, body)


def _no(body: str, match: re.Match[str]) -> Answer:
    if _NOT_THAT_ONE.match(body):
        return Answer(Reply.OTHER, body)
    rest = body[match.end() :].lstrip(" ,.-")
    hedge = re.match(r"^(?:i don't think so|not (?:that|really|as far)|i don't believe)", rest)
    after = re.sub(r"^(?:not really|really|no|but|well|it's|i'd say|at all|i don't|i haven't)[\s,]+", "", rest)
    if not hedge and _ONLY.match(after):
        return Answer(Reply.NO, after, limited=True)
    past = _PAST.match(rest)
    if past and not re.match(r"^(?:no|not)\b", past.group(0)):
        return Answer(Reply.PAST, rest)
    return Answer(Reply.NO, rest, bare=not rest)
