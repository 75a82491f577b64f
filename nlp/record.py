"""From what a statement names to the visit's facts: where in the note each belongs, and what the plan does with it."""

import re
from dataclasses import dataclass, replace
from typing import Final

from nlp import acts, extract, measures, plans, topics
from nlp.acts import Act
from nlp.contingency import Contingency
from nlp.facts import Facts
from nlp.ledger import Asked
from nlp.mentions import Mention, Said
from visit.findings import FindingKind, Polarity, Subject, Timing
from visit.notes import Division

HOME: Final = {
    FindingKind.SYMPTOM: Division.HISTORY,
    FindingKind.PROBLEM: Division.PAST_HISTORY,
    FindingKind.MEDICATION: Division.MEDICATIONS,
    FindingKind.ALLERGY: Division.ALLERGIES,
    FindingKind.VITAL: Division.VITALS,
    FindingKind.EXAM: Division.EXAM,
    FindingKind.RESULT: Division.RESULTS,
    FindingKind.PROCEDURE: Division.PAST_HISTORY,
    FindingKind.ORDER: Division.PLAN,
    FindingKind.SOCIAL: Division.SOCIAL,
}
COMPLAINTS: Final = frozenset({FindingKind.SYMPTOM, FindingKind.PROBLEM})
_SPOKEN_FOR: Final = frozenset({Act.REPORT, Act.ASSESSMENT, Act.PLAN})
_ORDERED: Final = frozenset({FindingKind.RESULT, FindingKind.ORDER})
_OBSERVED: Final = COMPLAINTS | {FindingKind.EXAM}
STATUS: Final = re.compile(
    r"\b(?P<status>(?:(?:very |pretty |quite |fairly |really |relatively |reasonably |now |under |not |well |poorly |"
    r"nicely |out of |good |better |un)*(?:controlled|control|well-controlled|uncontrolled))|stable|"
    r"worsening|improving|"
    r"resolved|(?:getting |doing )(?:much |a lot |a little |really |very |pretty |quite )?(?:better|worse|"
    r"well|great|good)|"
    r"at goal|not at goal|in remission)\b"
)
_SYSTEM: Final = (
    r"(?:left |right |both )?(?:heart and lungs|lungs and heart|heart|lungs?|chest|abdomen|belly|tummy|"
    r"throat|ears?|eyes?|"
    r"eardrums?|nose|neck|skin|thyroid|lymph nodes|knees?|shoulders?|back|ankles?|hips?|wrists?|elbows?|"
    r"feet|foot|legs?|"
    r"hands?|spine|pupils|reflexes|strength|gait|incision|mouth|heart exam|lung exam|neurological exam|"
    r"physical exam(?:ination)?|tonsils|sinuses)"
)
_SYSTEM_STATE: Final = re.compile(
    rf"\b(?:your |the )?(?P<system>{_SYSTEM})(?:'s\s+|\s+(?:exam\s+)?(?:is|are|looks?|sounds?|feels?|"
    rf"appears?|seems?)\s+)"
    r"(?P<state>(?:all |very |really |pretty |nice and |nice |quite |completely |totally |relatively |just |a bit |"
    r"a little |slightly |mildly )*(?:enlarged|red|inflamed|swollen|tender|distended|irregular|pale|"
    r"congested|good|fine|normal|clear|great|okay|unremarkable|soft|intact|perfect|symmetrical|excellent|"
    r"equal|"
    r"reactive|regular|"
    r"supple|stable))\b"
)
_LISTED: Final = re.compile(
    r"\b(?:problem|issue|concern|complaint|diagnosis)s?\b|\b(?:for|regarding|as for|in terms of|about|with|from)\s+"
    r"(?:your|the|this|that|his|her)\s+(?:[\w-]+\s+){0,4}$"
)
_TELLS: Final = re.compile(
    r"\b(?:normal|negative|positive|high|low|fine|good|okay|elevated|clear|abnormal|stable|better|worse|"
    r"\d)"
)
_OWN_STORY: Final = re.compile(r"\b(?:i|i'm|i've|my|me|he|she|we|it's)\b")
_ABOUT_HEARER: Final = re.compile(
    r"\b(?:you|your|you've|you're|presents?|presenting|complain\w*|history of|history significant|comes? "
    r"in|came in|here for|male|female|he|she|"
    r"his|her|mr|mrs|ms)\b"
)


_NO_ALLERGIES: Final = re.compile(r"\b(?:no|not|don't have any|any) (?:known )?(?:drug |medication |food )?allerg")


_EXCEPTS: Final = re.compile(
    r"\b(?:just|only|except\w*|apart from|other than|but|allerg\w*|react\w*|rash|hives|swell\w*)\b"
)
_FAMILY_HISTORY: Final = re.compile(
    r"\b(?:for|as for|in terms of|regarding|in) (?:your |the |his |her )?family history\b"
)
_ALREADY: Final = re.compile(
    r"\b(?:looked at|reviewed|saw|seen|had|did|results? of|back from|according to|based on)\W+(?:[\w'-]+\W+){0,3}$"
)
_AS_ALLERGEN: Final = re.compile(r"\ballerg\w+(?: reaction)? (?:to|of|from)\b[^.;]*$")
_NO_SIGN: Final = re.compile(r"\bno (?:obvious |clear |real |other )?(?:signs?|evidence|suggestion) of\b[^.;]*$")
_TOLD_NOT_TO: Final = re.compile(
    r"\b(?:not to (?:take|use)|don't (?:take|use)|do not (?:take|use)|stay away from|avoid)\b"
)
_NO_USE: Final = re.compile(
    r"\b(?:would|will|could|does|do|is|are)(?:n't| not) (?:really |actually |necessarily |likely to |going to )*"
    r"(?:help|work|need|make|do|be|treat|cure|necessary|needed|indicated|useful|helpful|require)\b|"
    r"\bwon't (?:really |actually )*(?:help|work|need|make|do|be|treat|cure)\b|"
    r"\bno (?:need|point|role|reason|benefit|use) (?:for|in|to|of|from)\b|"
    r"\bnot (?:going to |gonna )(?:give|start|prescribe|put)\b"
)
"""What the clinician says of a drug that is not going to be taken."""
_WARNS: Final = re.compile(
    r"\b(?:watch (?:out )?for|look out for|on the lookout for|(?:warning|danger) signs?|red flags?|"
    r"if (?:you|it|there|that|this|things|the|your)\b)"
)
_PURPOSE: Final = re.compile(
    r"\bto (?:just )?(?:check|look at|see|monitor|evaluate|assess|measure|keep an eye on|make sure)\b[^.;]*$"
)
_NO_RECORD: Final = re.compile(r"\bi (?:don't|do not|haven't|have not|can't|cannot)\b.*\b(?:your|much|any|see)\b")
"""A clinician who has no record of the history ("I don't have your medical history"): that denies nothing."""
_UNNAMED: Final = frozenset({"procedure", "procedures"})
_GIVES: Final = re.compile(r"\b(?:replenish|contain|rich in|full of|replace)\w*\b")
_BECAUSE_OF: Final = re.compile(
    r"\b(?:because of|due to|given|ever since|history of|had|after)(?: (?:your|the|his|her|that|a|an))?(?: \w+)?\s*$"
)
"""What comes before a procedure that was done and is a reason now, no order."""
_ECHO_REACH: Final = 2
_TAKEN: Final = re.compile(r"\byou(?:'re| are)?(?: \w+){0,3} (?:on|take|taking|took|using|use|had|have)\b")
_GOES_ON: Final = re.compile(r"\b(?:continu\w*|keep|carry on|stay on|still|same|refill)\b")
_TRIES: Final = re.compile(r"\b(?:try|tak(?:e|ing)|use|using)\b")
_NEEDED: Final = re.compile(r"\b(?:as needed|when needed|prn|if needed|need it)\b")
_RELATIVE_HAD: Final = re.compile(
    r"\bmy (?P<relation>mother|mom|mum|father|dad|brother|sister|grandmother|grandfather|grandma|grandpa|"
    r"aunt|uncle|son|"
    r"daughter)(?:'s)? (?:also |has |have )*(?:had|has|have) (?:it|them|that|those|the same)\b"
)
_MINE: Final = re.compile(
    r"\b(?:i (?:have|had|got|get|do have|think i have|also have)|i've (?:got|had)|i was diagnosed)\b"
)
_SHOWS: Final = re.compile(
    r"\b(?:show\w*|reveal\w*|demonstrat\w+|found|find|there(?:'s| is| was| are)|looks?|came back|see)\b"
)
_IT_SHOWS: Final = re.compile(
    r"^(?:(?:and|so|but|now|okay|well|basically)\s+)*(?:it|this|that|which|they|those)\s+(?:(?:also|did|"
    r"does|do|basically|just|really|all)\s+)*"
    r"(?P<shows>shows?|showed|reveals?|revealed|demonstrates?|demonstrated)\b"
)


@dataclass(frozen=True, slots=True)
class Telling:
    """How a statement stands in the visit.

    ``turns`` are its evidence, question first when it answers one; ``asked`` is that question. ``own_story`` is true
    when the speaker tells of oneself, ``planning`` once the visit has come to its plan, ``denied`` when this turn
    has answered the question with no.
    """

    act: Act
    turns: tuple[int, ...]
    asked: Asked | None
    own_story: bool
    planning: bool
    denied: bool = False


class Recorder:
    """Writes what statements say into the facts. ``problem`` is the assessed problem that the plan speaks of."""

    def __init__(self, facts: Facts) -> None:
        """Write to ``facts``."""
        self._facts = facts
        self.problem: str | None = None
        self._spoke = -1
        self._problem_listed = False
        self._test: str | None = None
        self._contingency = Contingency()

    def statement(self, said: Said, telling: Telling) -> None:
        """Record one statement."""
        act, turns = telling.act, telling.turns
        if act in {Act.CHAT, Act.DEVICE}:
            return
        self._keep_problem(telling)
        self._contingency.hear(said.text, turns[-1])
        if act is not Act.PLAN and (act is Act.VITALS or re.search(r"\d", said.text)):
            for vital in measures.vitals(said.text):
                self._facts.add(vital, turns[-1:], Division.VITALS)
        if act is Act.EXAM:
            self._systems(said, turns)
        if act is Act.RESULT:
            self._shown(said, turns)
        self._test = next((m.concept for m in said.mentions if m.kind is FindingKind.RESULT), self._test)
        if act in {Act.PLAN, Act.ASSESSMENT}:
            for order in plans.orders(said.text):
                self._facts.add(order, turns[-1:], Division.PLAN)
        for mention in topics.demographics(said.text):
            self._facts.add(mention, turns, Division.SOCIAL)
        allergens = self._allergies(said, telling)
        if telling.planning and telling.own_story and not _OWN_STORY.search(said.text):
            return
        self._pronoun_family(said, telling)
        for mention in said.mentions:
            if not any(mention.text in allergen for allergen in allergens):
                self._mention(mention, said, telling)

    def _keep_problem(self, telling: Telling) -> None:
        """A plan serves the problem named in the same breath, not one that was spoken of before an exchange."""
        if not telling.own_story:
            self.problem = self.problem if telling.turns[-1] - self._spoke <= 1 else None
            self._spoke = telling.turns[-1]

    def _pronoun_family(self, said: Said, telling: Telling) -> None:
        """Record "my father had them too" as the father's share of what is being talked about."""
        match = _RELATIVE_HAD.search(said.text)
        if match and self._facts.focus is not None and telling.own_story:
            focus = self._facts.get(self._facts.focus)
            if focus.kind is FindingKind.PROBLEM:
                detail = {"relation": match.group("relation")}
                theirs = Mention(
                    focus.kind, focus.concept, match.group(0), 0, 0, 0, subject=Subject.FAMILY, detail=detail
                )
                self._facts.add(theirs, telling.turns, Division.FAMILY)

    def _systems(self, said: Said, turns: tuple[int, ...]) -> None:
        """Record a system and its state ("your heart sounds good") when the sentence names no observation."""
        if any(m.kind in _OBSERVED for m in said.mentions):
            return
        for match in _SYSTEM_STATE.finditer(said.text):
            if re.search(r"\b(?:if|whether|make sure|until)\s*$", said.text[: match.start()]):
                continue
            concept = f"{match.group('system')} {match.group('state')}"
            self._facts.add(Mention(FindingKind.EXAM, concept, match.group(0), 0, 0, 0), turns[-1:], Division.EXAM)

    def _allergies(self, said: Said, telling: Telling) -> set[str]:
        """Record allergens; return the words they were named by."""
        reaction = topics.reaction(said.text)
        names = {name: name for name in topics.allergens(said.text)}
        negated = bool(re.search(r"\b(?:no|not|n't|never)\b[^,;]*\ballerg", said.text))
        asked = telling.asked is not None and telling.asked.topic == "allergy"
        if asked and not negated and (not telling.denied or _EXCEPTS.search(said.text)):
            names |= {name: name for name in extract.allergens(said.text)}
            names |= {
                m.text: m.concept
                for m in said.mentions
                if m.kind is FindingKind.MEDICATION and not m.vague and m.polarity is Polarity.PRESENT
            }
        if not names and negated and _NO_ALLERGIES.search(said.text):
            names = {"known allergies": "known allergies"}
        for name in names.values():
            detail = {"reaction": reaction} if reaction and not negated else {}
            polarity = Polarity.ABSENT if negated else Polarity.PRESENT
            allergy = Mention(FindingKind.ALLERGY, name, said.text, 0, 0, 0, polarity, detail=detail)
            self._facts.add(allergy, telling.turns, Division.ALLERGIES)
        return set(names)

    def _mention(self, mention: Mention, said: Said, telling: Telling) -> None:
        act, asked = telling.act, telling.asked
        if not self._counts(mention, said, act):
            return
        if not telling.own_story and _of_no_use(mention, said):
            return
        if not telling.own_story and self._echoes_relative(mention, said, telling.turns[-1]):
            return
        if asked is not None and asked.topic == "reaction" and mention.kind in COMPLAINTS:
            return  # what a drug did once is no complaint of today
        if not telling.own_story and act is not Act.RECAP and _warned_of(mention, said):
            mention.timing = Timing.HYPOTHETICAL
        own = bool(_MINE.search(said.clauses[mention.clause]))
        of_family = (asked is not None and asked.topic == "family") or _FAMILY_HISTORY.search(said.text)
        if of_family and mention.kind in COMPLAINTS and not own:
            mention.subject = Subject.FAMILY
        new = self._facts.known(mention.kind, mention.concept) is None
        told = not telling.own_story and act in _SPOKEN_FOR and mention.kind is FindingKind.SYMPTOM
        division = self._divide(mention, said, telling)
        if division is None or (told and act is Act.REPORT and new and not _ABOUT_HEARER.search(said.text)):
            return
        if mention.kind is FindingKind.SOCIAL and not telling.own_story and new and not _of_hearer(mention, said):
            return
        late = division in {Division.EXAM, Division.RESULTS, Division.PLAN, Division.ASSESSMENT}
        turns = telling.turns[-1:] if late else telling.turns
        self._facts.add(self._resolve_pain(mention), turns, division, echo=told or act is Act.RECAP)

    def _echoes_relative(self, mention: Mention, said: Said, turn: int) -> bool:
        """Whether the clinician only says back what was just told of a relative ("Hay fever, okay.")."""
        if mention.kind not in COMPLAINTS or mention.subject is not Subject.PATIENT or re.search(r"\byou", said.text):
            return False
        return any(
            f.concept == mention.concept and f.subject is not Subject.PATIENT and turn - max(f.turns) <= _ECHO_REACH
            for f in self._facts.all()
        )

    def _counts(self, mention: Mention, said: Said, act: Act) -> bool:
        """Whether a mention is a fact at all; vague ones get the name a note gives them."""
        if mention.kind is FindingKind.VITAL or (mention.vague and mention.concept in {"symptoms", "tests"}):
            return False
        if mention.kind is FindingKind.PROCEDURE and mention.text in _UNNAMED:
            return False
        if mention.kind is FindingKind.MEDICATION and _GIVES.search(said.text[: said.text.find(mention.text)]):
            return False
        if mention.kind is FindingKind.MEDICATION and self._allergic(mention, said):
            return False
        if act is Act.EXPLANATION and mention.kind is not FindingKind.RESULT:
            return False
        if mention.concept in {"medications", "medical conditions"}:
            name_group(mention, said.text)
            return mention.polarity is Polarity.ABSENT and not _NO_RECORD.search(said.text)
        if mention.concept == "occupation" and not self._is_job(mention, said):
            return False
        return mention.subject is not Subject.OTHER or mention.kind in COMPLAINTS | {FindingKind.SOCIAL}

    def _allergic(self, mention: Mention, said: Said) -> bool:
        """Whether a drug is named as one the patient does not bear, not as one that is taken."""
        known = self._facts.known(FindingKind.ALLERGY, mention.concept)
        allergic = known is not None and known.polarity is Polarity.PRESENT
        return allergic or bool(_AS_ALLERGEN.search(said.text[: said.text.find(mention.text)]))

    def _is_job(self, mention: Mention, said: Said) -> bool:
        """Whether a job is the speaker's ("I'm a nurse") and not someone's in passing ("the nurse")."""
        before = said.text[: said.text.find(mention.text)]
        if not re.search(r"\b(?:a|an|as|retired|former|working)\s+(?:[\w-]+\s+)?$", before) and " " not in mention.text:
            return False
        mention.detail.setdefault("value", mention.text)
        return True

    def _resolve_pain(self, mention: Mention) -> Mention:
        """Read "the pain" as the pain that was spoken of."""
        if mention.concept != "pain" or mention.kind is not FindingKind.SYMPTOM or self._facts.pain is None:
            return mention
        pain = self._facts.get(self._facts.pain)
        return (
            mention if mention.polarity is Polarity.ABSENT else replace(mention, concept=pain.concept, kind=pain.kind)
        )

    def _divide(self, mention: Mention, said: Said, telling: Telling) -> Division | None:
        """Where a mention goes, adjusting its kind and action on the way; ``None`` drops it."""
        kind, act, asked = mention.kind, telling.act, telling.asked
        if mention.subject is Subject.FAMILY:
            return Division.FAMILY if kind in COMPLAINTS else None
        if act is Act.EXAM and kind in _OBSERVED:
            if mention.timing is Timing.HYPOTHETICAL or mention.concept == "stress":
                return None
            mention.kind, mention.timing = FindingKind.EXAM, Timing.CURRENT
            return Division.EXAM
        if not telling.own_story and _unseen(mention, said):
            mention.kind = FindingKind.RESULT if act is Act.RESULT else FindingKind.EXAM
            return HOME[mention.kind]
        if act is Act.RESULT:
            return self._result(mention, said)
        if act in {Act.PLAN, Act.ASSESSMENT}:
            return self._plan(mention, said, act)
        if kind is FindingKind.ORDER:
            return None
        if kind is FindingKind.RESULT and act is not Act.VITALS:
            return self._reported_test(mention, said)
        status = STATUS.search(said.clauses[mention.clause]) if kind is FindingKind.PROBLEM else None
        if status:
            mention.detail.setdefault("status", status.group("status"))
        opening = asked is not None and asked.topic == "complaint" and kind in COMPLAINTS
        if opening and mention.polarity is Polarity.PRESENT and mention.timing is Timing.CURRENT:
            return Division.CHIEF_COMPLAINT
        return HOME[kind]

    def _shown(self, said: Said, turns: tuple[int, ...]) -> None:
        """Record what "it shows" says of the test named just before."""
        match = _IT_SHOWS.match(said.text)
        if match and self._test and not any(m.kind is FindingKind.RESULT for m in said.mentions):
            value = measures.result_value(said.text, match.start("shows"))
            if value:
                detail = {"value": value}
                result = Mention(FindingKind.RESULT, self._test, said.text, 0, 0, 0, detail=detail)
                self._facts.add(result, turns[-1:], Division.RESULTS)

    def _result(self, mention: Mention, said: Said) -> Division | None:
        if mention.kind is FindingKind.RESULT:
            position = said.text.find(mention.text) + len(mention.text)
            value = measures.result_value(said.text, position)
            if value is None:
                return None
            mention.detail["value"] = value
            mention.polarity, mention.timing = Polarity.PRESENT, Timing.CURRENT
            return Division.RESULTS
        if mention.kind in _OBSERVED:
            if mention.timing is Timing.HYPOTHETICAL:
                return None
            if not (_SHOWS.search(said.text) or any(m.kind is FindingKind.RESULT for m in said.mentions)):
                return HOME[mention.kind]
            test = next(
                (m.concept for m in said.mentions if m.kind is FindingKind.RESULT and "value" in m.detail), None
            )
            mention.kind = FindingKind.RESULT
            if test:
                mention.detail["source"] = test
            return Division.RESULTS
        return HOME[mention.kind] if mention.kind in {FindingKind.MEDICATION, FindingKind.SOCIAL} else None

    def _reported_test(self, mention: Mention, said: Said) -> Division | None:
        value = measures.result_value(said.text, said.text.find(mention.text) + len(mention.text))
        if value is None or mention.polarity is Polarity.ABSENT or not _TELLS.search(value):
            return None
        mention.detail["value"] = value
        return Division.RESULTS

    def _plan(self, mention: Mention, said: Said, act: Act) -> Division | None:
        position = said.text.find(mention.text)
        if mention.kind in COMPLAINTS:
            return self._assessed(mention, said, act, position)
        if mention.kind is FindingKind.SOCIAL or (act is Act.ASSESSMENT and mention.kind is FindingKind.RESULT):
            return None
        if act is Act.ASSESSMENT and mention.kind is FindingKind.PROCEDURE:
            return Division.PAST_HISTORY
        if mention.timing is Timing.HYPOTHETICAL and mention.kind is not FindingKind.MEDICATION:
            return None
        if mention.kind is FindingKind.PROCEDURE and _BECAUSE_OF.search(said.text[:position]):
            return HOME[mention.kind]
        return self._ordered(mention, said, position)

    def _assessed(self, mention: Mention, said: Said, act: Act, position: int) -> Division | None:
        """A problem in an assessment or plan: assessed when it is named as one, else only a repeat."""
        if mention.timing is Timing.HYPOTHETICAL:
            return Division.PLAN if act is Act.PLAN else None
        if acts.identifies(said.text) and self.problem not in {None, mention.concept}:
            return None  # "that's a viral infection" explains the bronchitis named before; it is no second problem
        listed = bool(_LISTED.search(said.text[:position])) and not _NEEDED.search(said.text[:position])
        if mention.kind is FindingKind.SYMPTOM and not listed:
            known = self._facts.known(mention.kind, mention.concept)
            return HOME[mention.kind] if known is not None else None
        if act is Act.PLAN and not (listed or mention.definite):
            return None
        status = STATUS.search(said.text)
        if status:
            mention.detail["status"] = status.group("status")
        mention.kind = FindingKind.PROBLEM
        if mention.polarity is not Polarity.ABSENT and (listed or not self._problem_listed):
            self.problem, self._problem_listed = mention.concept, listed
        return Division.ASSESSMENT

    def _ordered(self, mention: Mention, said: Said, position: int) -> Division | None:
        """A drug, test, procedure or referral in the plan, with what is done with it and what for."""
        if mention.vague and re.search(r"\b(?:what we call|which is called|it's called|is called)\b", said.text):
            return None
        if mention.kind is not FindingKind.MEDICATION and plans.conditional(said.text, position):
            return None
        if self._contingency.governs(said.text[:position]):
            return None
        doing = plans.action_before(said.text, position)
        if mention.polarity is Polarity.ABSENT and _TOLD_NOT_TO.search(said.text[:position]):
            mention.polarity, doing = Polarity.PRESENT, "avoid"
        if doing is None:
            taken = mention.kind is FindingKind.MEDICATION and self._facts.known(mention.kind, mention.concept)
            return HOME[mention.kind] if taken or _TAKEN.search(said.text) else None
        if doing == "stop" and mention.polarity is Polarity.ABSENT:
            mention.polarity = Polarity.PRESENT
        if mention.kind is FindingKind.MEDICATION and doing == "order":
            known = self._facts.known(mention.kind, mention.concept)
            planned = known.detail.action if known is not None and known.division is Division.PLAN else None
            again = "continue" if _GOES_ON.search(said.text) or not _TRIES.search(said.text) else "advise"
            doing = planned or (again if known is not None else "start")
        if mention.kind is FindingKind.RESULT and _ALREADY.search(said.text[:position]):
            return None
        ordered = any(m.kind in _ORDERED and m.start < mention.start for m in said.mentions)
        if mention.kind is FindingKind.RESULT and ordered and _PURPOSE.search(said.text[:position]):
            return None
        mention.detail["action"] = {FindingKind.ORDER: "refer", FindingKind.RESULT: "order"}.get(mention.kind, doing)
        if self.problem:
            mention.detail.setdefault("reason", self.problem)
        if mention.kind in {FindingKind.RESULT, FindingKind.PROCEDURE}:
            mention.kind = FindingKind.ORDER
        mention.timing = Timing.CURRENT if mention.timing is Timing.PAST else mention.timing
        return Division.PLAN


_INTRODUCES: Final = re.compile(r"\b(?:year[- ]old|male|female|patient|he|she|his|her)\b")


def _of_no_use(mention: Mention, said: Said) -> bool:
    """Whether the clinician says that a drug will not be taken ("an antibiotic would not help")."""
    return mention.kind is FindingKind.MEDICATION and bool(_NO_USE.search(said.clauses[mention.clause]))


def _warned_of(mention: Mention, said: Said) -> bool:
    """Whether a complaint is what the patient should look out for."""
    before = said.text[: said.text.find(mention.text)]
    return mention.kind in COMPLAINTS and bool(_WARNS.search(before))


def _unseen(mention: Mention, said: Said) -> bool:
    """Whether nothing shows a complaint ("no signs of infection"), which is then observed and not denied."""
    absent = mention.kind in COMPLAINTS and mention.polarity is Polarity.ABSENT
    return absent and bool(_NO_SIGN.search(said.text[: said.text.find(mention.text)]))


def _of_hearer(mention: Mention, said: Said) -> bool:
    """Whether a circumstance that the clinician names is the patient's ("you're still smoking", "she is retired")."""
    before = said.text[: said.text.find(mention.text)]
    return bool(re.search(r"\byou(?:r|'re|'ve)?(?:\s+[\w']+){0,4}\s*$", before) or _INTRODUCES.search(before))


def name_group(mention: Mention, text: str) -> None:
    """Give "any other medication" and "any medical problems" the name that a note gives them."""
    other = bool(re.search(r"\b(?:other|else|apart from|besides)\b", text))
    if mention.concept == "medications":
        mention.concept = "other medications" if other else "regular medications"
    elif mention.concept == "medical conditions":
        mention.concept = "other medical problems" if other else "medical problems"
