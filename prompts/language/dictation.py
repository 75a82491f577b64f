"""What clinicians say aloud, in the words of a note: plans, examination findings, results, assessments."""

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Final

from prompts.language.grammar import THEY, Person, expand, third_person
from prompts.language.impersonal import impersonal

_GO: Final = (
    r"(?:(?:just |also |probably |then |still )*(?:go ahead and |go on and |try to |try and |"
    r"continue to |start by |be able to )?)"
)
_PLAN: Final = re.compile(
    rf"^(?:what )?(?:i am|we are|i'm|we're|i|we)\s+(?:just |also |probably |then |still |now "
    rf")*(?:going to|want to|would (?:also |really |just )*like to|will|"
    rf"need to|have to|plan to|like to|can|could|should|"
    rf"would)\s+{_GO}"
    rf"(?P<act>(?!be\b|see (?:if|what|how)\b|talk\b|ask\b|take a (?:look|listen)\b|look\b|listen\b|do "
    rf"a (?:quick )?physical\b|feel\b|press\b|examine\b|let\b|tell\b|say\b|explain\b|come\b|grab\b|"
    rf"leave\b)\w+.*)$",
    re.I,
)
_LETS: Final = re.compile(
    rf"^(?:let's|let us)\s+{_GO}(?P<act>(?!see|talk|take a (?:look|listen)|look|go over|say|start with)\w+.*)$", re.I
)
_WANT: Final = re.compile(
    r"^(?:i|we)\s+(?:am |are )?(?:just |also |really |do |would |will |still )*(?:want|like|need|"
    r"would like|going to have|going to want|have|encourage|advise|recommend)\s+(?:for "
    r")?you\s+(?:to\s+)?(?:go ahead and )?(?P<act>.+)$",
    re.I,
)
_SHOULD: Final = re.compile(
    r"^you\s+(?:just |also |really |still |probably )*(?:should|need to|have to|must|want to|ought "
    r"to|will need to|are going to need to)\s+(?:just |also |still )*(?P<act>(?!be "
    r"able\b|see\b)\w+.*)$",
    re.I,
)
_MAY: Final = re.compile(
    r"^you\s+(?:just |also |still |probably )*(?:can|could|may)\s+(?:just |also |still |then |always )*"
    r"(?P<act>(?:take|use|try|apply|put|continue|keep|stop|start|drink|eat|return|go back|come back|resume|increase|"
    r"ice|elevate|wear|rest|walk|exercise|alternate|repeat|buy|book|call)\b.*)$",
    re.I,
)
_ADVICE: Final = re.compile(
    r"^(?:i|we)\s+(?:would |also |do |will )*(?P<verb>recommend|suggest|advise|encourage|"
    r"prescribe)\s+(?:that )?(?P<act>.+)$",
    re.I,
)
_EXAM_ON: Final = re.compile(
    r"^(?:on|for|with|in terms of|regarding)\s+(?:your |the |his |her |my "
    r")?(?P<part>[\w ]{3,28}?)\s*(?:exam(?:ination)?)\b(?:\s+(?:today|here))?\s*,?\s*(?P<rest>.*)$",
    re.I,
)
_APPRECIATE: Final = re.compile(
    r"\b(?:(?:and |so )?(?:i|we)\s+(?:do |can |could |also |just |still )*(?P<not>(?:do not|don't|"
    r"did not|cannot|can not|can't|didn't)\s+)?(?:really )?(?:appreciate|hear|heard|see|saw|note|"
    r"notice|noticed|noted|recogni[sz]e|feel|felt|find|found|detect|palpate|observe)(?!\s+(?:you|that you|"
    r"about))(?: that)?)\s+",
    re.I,
)
_THERE: Final = re.compile(
    r"^(?:there (?:is|are|was|were)|it (?:shows|showed|looks like|does look like|does show|appears|"
    r"demonstrates)|that shows|you (?:do )?have|you have got|you had|you do)\s+",
    re.I,
)
_THINK: Final = re.compile(
    r"^(?:(?:that means |so )?i (?:do |also )?(?:know|see|understand|think|believe|suspect|feel|"
    r"wonder)(?: that)?|it (?:sounds|seems|looks|feels) "
    r"(?:like|as if|as though)|this (?:sounds|looks|seems) like|my (?:impression|diagnosis|"
    r"assessment) is(?: that)?|what i think is)\s+(?:this (?:is|could be|may be|might be)|that (?:is|"
    r"could be|may be)|it is|it could be|it may be|it might be|you have got|you have|you do have|you "
    r"might have|you may have|you could have|whether this (?:is|could be))?\s*",
    re.I,
)
_MAY_BE: Final = re.compile(r"\b(?:could|may|might|wonder|whether)\b", re.I)
_PROBLEM: Final = re.compile(
    r"^(?:so |and |now |okay )*(?:for|as for|in terms of|regarding|with regards? to|as far as|when "
    r"it comes to|with)\s+(?:your|the|his|her)\s+(?P<ordinal>first |second |third |fourth |fifth |"
    r"next |last |final |other )?(?P<name>(?:problem|issue|diagnosis|"
    r"concern)?[\w' -]{0,60}?)(?:\s*,\s*|\s+(?=(?:i|we|you|it|let|lets|let's|so)\b))(?P<rest>.*)$",
    re.I,
)
_COMMAND: Final = re.compile(r"^(?:(?:hey|hi|okay|ok),? ?)?(?:dragon|dax|computer)\b.*$", re.I)
_RECAP: Final = re.compile(
    r"^(?:(?:and|so|but|now|okay)[\s,]+)*"
    r"(?:(?:i (?:understand|hear|gather|know)(?: that)? )?you(?: have|'ve| had| also)* (?:just )?"
    r"(?:mentioned|said|told (?:me|us)|were (?:saying|telling me|describing)|are (?:saying|telling me|describing)|"
    r"described)|(?:just )?to recap|(?:just )?to summari[sz]e)\b(?: to me| me)?(?: that| about)?[\s,]*",
    re.I,
)
_EXAMPLE: Final = re.compile(r"^(?:(?:so|and|like)[\s,]+)*(?:for (?:example|instance)|such as|e\.?g)\b", re.I)
_CHATTER: Final = re.compile(
    r"^let'?s (?:look|see|start)|^let us (?:look|see|start)|\b(?:let'?s|let us) (?:talk|chat|go over|move on|discuss)"
    r"\b|"
    r"\bdeep breath\b|\b(?:nice to "
    r"(?:meet|see)|good to see|how are you|how have you been|any questions|sound good|"
    r"sounds good|does that (?:sound|make sense)|okay with you|have a (?:good|great|nice)|take care|"
    r"see you (?:soon|then|later)|bear with me|can you hear|thank you|you're welcome|you are welcome|"
    r"let me (?:know if you have any questions)|talk (?:about|to you)|my name is|i am (?:dr|doctor)|"
    r"good (?:morning|afternoon|evening)|no problem|date of birth|confirm your|finalize|"
    r"makes? (?:some |perfect )?sense|"
    r"i'll be right|i will be right|be right back|i understand|sorry to hear|glad|that's great|good "
    r"job|"
    r"tell me (?:more|a little|about)|sit (?:up|down|back)|show me|let me (?:take|go|look|do|tell|"
    r"see)|how does that|lay down|lie down|look at (?:me|this)|hop "
    r"up|step out|check(?:-| )?out|front desk|take a look at you|quick (?:physical )?exam|ask you|"
    r"dax)\b|^(?:this is|it is|it's|i'm|i am|i'm just) (?:dr|doctor)\b|"
    r"\bhow (?:are|'re) (?:you|they) doing\b|^(?:i|we|they|doctors|people|some people) call (?:that|this|it)\b",
    re.I,
)
_GREETING: Final = re.compile(
    r"^(?:(?:good )?(?:morning|afternoon|evening|night|day)|hello|hi|hey|bye(?: now| bye)?|goodbye|"
    r"take care|all the best|cheers|welcome(?: to [\w ]+)?|congratulations)\b[\s,.!]*"
    r"(?:(?:mr|mrs|ms|miss|dr|doctor|mister)\b.*)?$|^(?:mr|mrs|ms|miss|dr)\.?(?: [\w'-]+){1,2}$",
    re.I,
)
_NUMBERED: Final = re.compile(
    r"^(?:the|your|his|her|their|my) (?:first |second |third |fourth |next |other |last |main )"
    r"(?:problem|issue|concern|diagnosis|thing)(?: today)? is (?:that )?(?:your |his |her |their |the )?(?P<rest>.+)$",
    re.I,
)
_WHICH: Final = re.compile(
    r"^(?P<name>[\w' -]{3,50}?)\s*,?\s+which (?:is|are|has been|seems|remains)\s+(?P<state>.+)$", re.I
)
_CHANGE: Final = re.compile(
    r"^(?P<verb>(?:patient to )?(?:increase|decrease|raise|lower|reduce|continue|stop|restart|start|hold|refill|switch|"
    r"taper|double)(?: taking| using)?) (?:your|his|her|their|the) (?=\w)",
    re.I,
)
_INSTRUCTS: Final = re.compile(
    r"^(?:please |just |also |then )*(?:take|drink|keep|use|continue|stop|avoid|start|try|call|come back|return|apply|"
    r"rest|follow up|monitor|check|write|increase|decrease|finish|make sure|do not)\b",
    re.I,
)


def chatter(text: str) -> bool:
    """Whether a clause is courtesy, stage direction, examination or talk of people in general rather than content."""
    idle = _rule("examines").match(text) or _rule("general").search(text)
    return bool(idle or _CHATTER.search(text) or _COMMAND.match(text) or _EXAMPLE.match(text))


def general(text: str) -> bool:
    """Whether a clause says how an illness shows itself in anybody ("that's not usually how it presents")."""
    return bool(_rule("presents").search(text))


@cache
def _rule(name: str) -> re.Pattern[str]:
    """A pattern of ``prompts/data/chatter.toml``."""
    path = Path(__file__).parents[1] / "data" / "chatter.toml"
    return re.compile(tomllib.loads(path.read_text(encoding="utf-8"))[name], re.I)


def recap(text: str) -> str:
    """What a clinician repeats of the patient's story ("you mentioned you feel weak"); empty if it does not."""
    match = _RECAP.match(text)
    return text[match.end() :] if match else ""


def greeting(text: str) -> bool:
    """Whether a clause only greets or names the one it speaks to."""
    return bool(_GREETING.match(text.strip(" ,.!?")))


def instructs(clause: str) -> bool:
    """Whether a clause says what will be done: an intention, a command, an advice."""
    text = expand(clause).strip(" ,.")
    match = _PROBLEM.match(text)
    rest = match["rest"] if match and match["rest"] else text
    return bool(_act(rest, THEY) or _INSTRUCTS.match(rest))


def noted(clause: str, person: Person) -> str:
    """A clinician's clause as a note writes it, in the third person; empty when nothing is left."""
    text = expand(clause).strip(" ,.")
    match = _PROBLEM.match(text)
    prefix = ""
    if match and match["rest"]:
        name = re.sub(r"^(?:problem|issue|diagnosis|concern)s?(?:\s+(?:of|is|the|with))*\s*", "", match["name"].strip())
        prefix, text = (f"{name}: " if len(name) > 3 else ""), match["rest"]
    text = _CHANGE.sub(r"\g<verb> ", _act(text, person)) or _seen(text, person)
    text = impersonal(text, person)
    return f"{prefix}{text}" if text else ""


def _act(text: str, person: Person) -> str:
    """A plan as an instruction: "i am going to order an mri" → "order an mri"."""
    match = _PLAN.match(text) or _LETS.match(text)
    if match:
        own = re.match(r"(?:have|want|need|like) you (?:to )?(?P<act>.+)$", match["act"], re.I)
        if own:
            return "patient to " + third_person(own["act"], person, "you")
        return third_person(match["act"], person, "you")
    match = _WANT.match(text) or _SHOULD.match(text)
    if match:
        return "patient to " + third_person(match["act"], person, "you")
    match = _MAY.match(text)
    if match:
        return "may " + third_person(match["act"], person, "you")
    match = _ADVICE.match(text)
    if match:
        return f"{match['verb'].lower()} {third_person(match['act'], person, 'you')}"
    return ""


def _seen(text: str, person: Person) -> str:
    """What was seen or thought: "on your lung exam i hear fine crackles" → "lung: fine crackles"."""
    prefix = ""
    match = _EXAM_ON.match(text)
    if match and match["rest"]:
        part = match["part"].strip()
        prefix = "" if part.lower() in ("physical", "your physical", "my", "your", "the", "this") else f"{part}: "
        text = match["rest"]
    numbered = _NUMBERED.match(text)
    if numbered:
        which = _WHICH.match(numbered["rest"])
        text = f"{which['name']}, {which['state']}" if which else numbered["rest"]
    text = _THINK.sub(lambda m: "possibly " if _MAY_BE.search(m[0]) else "", text)
    text = re.sub(
        r"^possibly (?:whether |if )?(?=(?:\w+ )?(?:may|might|could)\b)|(?<=^possibly )(?:whether|if) ", "", text
    )
    text = _APPRECIATE.sub(lambda m: "no " if m["not"] else "", text)
    text = re.sub(r"\bno any\b", "no", text, flags=re.I)
    text = _THERE.sub("", text).strip(" ,.")
    told = third_person(text, person, "you")
    return f"{prefix}{told}" if told else ""
