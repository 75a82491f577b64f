"""First and second person to third, by rule: "I've had my cough for 2 weeks" → "has had their cough for 2 weeks".

The main subject is left out where it opens the clause, as notes do; elsewhere it becomes a pronoun. ``Person`` holds
the pronouns; with none said in the visit they are "they/their", whose verbs keep the base form.
"""

import re
from dataclasses import dataclass
from typing import Final

from prompts.language.lists import word_list


@dataclass(frozen=True, slots=True)
class Person:
    """The pronouns of the patient."""

    subject: str = "they"
    object: str = "them"
    possessive: str = "their"
    reflexive: str = "themselves"

    @property
    def singular(self) -> bool:
        """Whether the subject takes a singular verb."""
        return self.subject != "they"


THEY: Final = Person()
HE: Final = Person("he", "him", "his", "himself")
SHE: Final = Person("she", "her", "her", "herself")

_CONTRACTED: Final = (
    (re.compile(r"\b(can)'t\b|\bcannot\b", re.I), "cannot"),
    (re.compile(r"\bwon't\b", re.I), "will not"),
    (re.compile(r"\b(\w+)n't\b", re.I), r"\1 not"),
    (re.compile(r"\b(i|you|we)'m\b", re.I), r"\1 am"),
    (re.compile(r"\b(i|you|we|they)'ve\b", re.I), r"\1 have"),
    (re.compile(r"\b(i|you|we|they)'re\b", re.I), r"\1 are"),
    (re.compile(r"\b(\w+)'ll\b", re.I), r"\1 will"),
    (re.compile(r"\b(i|you|we|they|he|she)'d (been|had|gone|taken|done|seen|felt|\w+ed)\b", re.I), r"\1 had \2"),
    (re.compile(r"\b(i|you|we|they|he|she)'d\b", re.I), r"\1 would"),
    (
        re.compile(
            r"\b(it|he|she|that|there|what|this)'s (been|got|gotten|had|gone|come|taken|done|grown|started|"
            r"become|\w+ed)\b",
            re.I,
        ),
        r"\1 has \2",
    ),
    (re.compile(r"\b(it|he|she|that|there|what|this|where|here|pain|everything|nothing)'s\b", re.I), r"\1 is"),
)
_ADVERBS: Final = frozenset(
    word_list(
        "also still usually always never sometimes only even probably occasionally often recently normally "
        "generally currently already mostly rarely hardly barely slightly previously then now not ever first "
        "especially maybe definitely almost suddenly started"
    )
) - {"started"}
_FIXED: Final = frozenset(
    word_list(
        "can could will would should may might must cannot did had used ought was were been went took felt "
        "saw got came said told thought knew gave found left lost kept held stood ran began broke brought "
        "bought caught chose drank drove ate fell fought flew forgot grew heard hid hit hurt led made meant "
        "met paid put quit read rode rose sent shook slept sold spent spoke stuck swam threw understood woke "
        "wore won wrote cut let set bent bit bled blew dug laid lay slid shot spread stole taught tore threw "
        "twisted going having being bumped"
    )
)
_LY_VERBS: Final = frozenset(word_list("rely apply supply comply fly multiply reply"))
_AUXILIARY: Final = {"am": "is", "are": "is", "have": "has", "do": "does", "was": "was", "were": "was", "go": "goes"}
_PLURAL_AUX: Final = {"am": "are", "was": "were", "is": "are", "has": "have", "does": "do"}
_VERBS: Final = frozenset(
    word_list(
        "take feel have get go eat drink smoke work live use walk sleep wake need want try check see play run "
        "do wear notice come sit stand lie start stop cough vomit throw breathe hear think keep make give "
        "find put watch exercise rest lift drive travel hike swim lose gain struggle experience suffer worry "
        "know help avoid follow monitor"
    )
)


def expand(text: str) -> str:
    """``text`` with contractions of subject and verb written out."""
    for pattern, replacement in _CONTRACTED:
        text = pattern.sub(replacement, text)
    return text


def inflect(verb: str) -> str:
    """The third person singular of a verb in the base form; past forms and modals stay."""
    low = verb.lower()
    if low in _AUXILIARY:
        return _AUXILIARY[low]
    if (
        low in _FIXED
        or (low.endswith("ly") and low not in _LY_VERBS)
        or (low.endswith("ed") and low not in ("need", "feed", "bleed"))
    ):
        return low
    if low.endswith("y") and low[-2:-1] not in "aeiou":
        return low[:-1] + "ies"
    return low + ("es" if low.endswith(("s", "sh", "ch", "x", "z", "o")) else "s")


def third_person(text: str, person: Person, speaker: str = "i") -> str:
    """``text`` told of the patient; ``speaker`` is the word that means them: "i" in their speech, "you" in others'.

    The clause's opening subject is dropped; a later one becomes a pronoun. Words about anyone else stay.
    """
    words = expand(text).split()
    out: list[str] = []
    index, main = 0, False
    while index < len(words):
        word = words[index]
        bare = word.lower().strip(",.?!")
        if bare == speaker and speaker == "you" and out and _object_place(out, words, index):
            out.append(word.lower().replace("you", person.object))
        elif bare == speaker and index + 1 < len(words) and words[index + 1].lower() in _PREPOSITIONS:
            out.append(person.object)
        elif bare == speaker:
            opening = not any(w.lower().strip(",") not in _ADVERBS for w in out)
            main = main or opening
            index = _subject(words, index, out, person, opening)
        elif main and out and out[-1].lower() in ("and", "or") and bare in _VERBS:
            out.append(inflect(bare) + word[len(bare) :])
        else:
            out.append(_other(word, bare, person, speaker))
        index += 1
    return re.sub(r"\b(they|he|she)(?: \1)+\b", r"\1", " ".join(out))


def _object_place(out: list[str], words: list[str], index: int) -> bool:
    """Whether "you" at ``index`` is an object: a preposition or verb before it and no verb after it."""
    before = out[-1].lower().strip(",")
    follows = words[index + 1].lower().strip(",.") if index + 1 < len(words) else ""
    return (
        before in _TAKES_OBJECT
        or not follows
        or follows in ("to", "a", "an", "some", "the", "with", "back", "for", "on")
    )


def _subject(words: list[str], index: int, out: list[str], person: Person, opening: bool) -> int:
    """Write the patient as subject at ``index`` with its verb; return the index of the last word used."""
    if not opening:
        out.append(person.subject)
    follow = index + 1
    while follow < len(words) and _adverb(words[follow].lower().strip(",")):
        out.append(words[follow])
        follow += 1
    if follow >= len(words):
        return follow
    verb = words[follow].strip(",.?!")
    tail = words[follow][len(verb) :]
    if opening or person.singular:
        out.append(inflect(verb) + tail)
    else:
        out.append(_PLURAL_AUX.get(verb.lower(), verb.lower()) + tail)
    return follow


def _adverb(word: str) -> bool:
    return word in _ADVERBS or (word.endswith("ly") and word not in _LY_VERBS)


_TAKES_OBJECT: Final = frozenset(
    word_list(
        "for to with of on about from give gives gave want see get refer send put make makes made let help bring tell "
        "told keep start show ask call have allow remind encourage advise recommend examine scheduled prescribe"
    )
)
"""Words after which "you" is the object."""
_PREPOSITIONS: Final = frozenset(
    word_list("during before after when while on to in at with for into from about of an a the some any pain")
)
_OURS: Final = {"we": "they", "our": "their", "us": "them", "ourselves": "themselves", "ours": "theirs"}


def _other(word: str, bare: str, person: Person, speaker: str) -> str:
    """A word that is not the subject, in the third person."""
    mine = {"my": person.possessive, "me": person.object, "myself": person.reflexive, "mine": person.possessive}
    yours = {"your": person.possessive, "yourself": person.reflexive, "yours": person.possessive}
    table = mine | _OURS if speaker == "i" else yours
    if bare in table:
        return word.lower().replace(bare, table[bare])
    return word
