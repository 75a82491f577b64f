"""The reader: turns in, findings and segments out. Implements the service's ``Reader`` port."""

import re
from dataclasses import replace
from typing import Final

from nlp import acts, answers, measures, mentions, plans, quantities, questions, topics
from nlp.acts import Act
from nlp.answers import Answer, Reply
from nlp.facts import Facts
from nlp.ledger import Asked, Ledger, is_topic
from nlp.mentions import Mention, Said
from nlp.pipeline import build
from nlp.questions import Form, Question
from nlp.segments import Segmenter
from nlp.text import Sentence, sentences
from visit.charts import Chart
from visit.findings import Finding, FindingKind, Polarity, Subject, Timing
from visit.notes import Division, Segment
from visit.turns import Speaker, Turn

_HOME: Final = {
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
_EXAM_OBSERVES: Final = {FindingKind.SYMPTOM, FindingKind.PROBLEM, FindingKind.EXAM}
_SITUATIONS: Final = re.compile(r"\b(?:medical (?:problems?|conditions?|history)|health (?:problems?|conditions?))\b")
_STATUS: Final = re.compile(
    r"\b(?P<status>(?:(?:very |pretty |quite |fairly |really |relatively |reasonably |now |under |not |well |poorly |nicely |out of |good |better |un)*(?:controlled|control|well-controlled|uncontrolled))|stable|worsening|improving|resolved|"
    r"(?:getting |doing )(?:much |a lot |a little |really |very )?(?:better|worse|well|great|good)|at goal|not at goal|in remission)\b"
)
_NORMAL_SYSTEM: Final = re.compile(
    r"\b(?:your |the )?(?P<system>(?:left |right |both )?(?:heart|lungs?|chest|abdomen|belly|tummy|throat|ears?|eyes?|eardrums?|nose|neck|skin|thyroid|lymph nodes|knees?|shoulders?|back|ankles?|hips?|wrists?|elbows?|feet|foot|legs?|hands?|spine|pupils|reflexes|strength|gait|incision|mouth|heart and lungs|lungs and heart|heart exam|lung exam|neurological exam|physical exam(?:ination)?|tonsils|sinuses))\s+"
    r"(?:exam\s+)?(?:is|are|looks?|sounds?|feels?|appears?|seems?)\s+(?P<state>(?:all |very |really |pretty |nice and |nice |quite |completely |totally |relatively |just )*(?:good|fine|normal|clear|great|okay|unremarkable|soft|intact|perfect|symmetrical|excellent|equal|reactive|regular|supple|stable))\b"
)


_ABOUT_IT: Final = re.compile(
    r"\b(?:it|they|them|the (?:pain|\w*ache|cough|rash|swelling|itching|symptoms|feeling|discharge|bleeding|dizziness|numbness|phlegm|stools?))\b"
)


class ClinicalReader:
    """Understands turns. One instance serves every visit of a process; building it loads the pipeline."""

    def __init__(self) -> None:
        """Build the pipeline (about a second the first time in a process)."""
        build()

    def open(self, chart: Chart) -> "VisitReading":
        """Start a new visit. The chart never becomes a finding; it is not something that was said."""
        del chart
        return VisitReading()


class VisitReading:
    """One visit being understood, turn by turn."""

    def __init__(self) -> None:
        """Start before the first turn."""
        self._facts = Facts()
        self._ledger = Ledger()
        self._segmenter = Segmenter()
        self._examining = False
        self._planning = False
        self._planned = 0
        self._problem: str | None = None

    def read(self, turn: Turn) -> tuple[Finding, ...]:
        """Take the next turn; return the findings it adds or revises."""
        self._facts.touched.clear()
        said = sentences(turn.text)
        clinician = self._is_clinician(turn, said)
        replied = False
        turn_acts: list[Act] = []
        for sentence in said:
            if acts.device(sentence.text):
                turn_acts.append(Act.DEVICE)
                continue
            question = self._read_form(sentence, turn, replied)
            if question.form in {Form.STATEMENT, Form.OFFER} or self._answers_back(sentence, turn):
                replied = self._statement(sentence, question, turn, clinician, replied, turn_acts) or replied
            else:
                self._question(question, turn)
        findings = tuple(self._facts.get(finding) for finding in self._facts.touched)
        self._segmenter.add(turn, clinician, findings, frozenset(turn_acts), self._ledger.last)
        return findings

    def findings(self) -> tuple[Finding, ...]:
        """Every finding so far, in the order of their first turn."""
        return self._facts.all()

    def segments(self) -> tuple[Segment, ...]:
        """The closed topic segments so far."""
        return self._segmenter.closed

    def finish(self) -> None:
        """Close the last segment."""
        self._segmenter.finish()

    def _is_clinician(self, turn: Turn, said: tuple[Sentence, ...]) -> bool:
        """Who most likely speaks, by the words first and the tag second."""
        text = " . ".join(sentence.text for sentence in said)
        score = acts.clinician_voice(text)
        score += {Speaker.CLINICIAN: 5, Speaker.PATIENT: -5}.get(turn.speaker, 0)
        return score > 0

    def _read_form(self, sentence: Sentence, turn: Turn, replied: bool) -> Question:
        question = questions.read(sentence)
        if question.form in {Form.POLAR, Form.NEGATIVE, Form.DECLARATIVE} and (
            replied or self._ledger.expects(turn.index, turn.speaker)
        ):
            # "Like six or seven times a day?": an answer with a rising tone.
            inverted = re.match(
                r"^(?:do|does|did|have|has|had|are|is|was|were|can|could|any|what|how)\b", question.body
            )
            if (
                not inverted
                and not re.search(r"\byou(?:r|'re|'ve)?\b", question.body)
                and self._ledger.open
                and self._ledger.open[-1].turn != turn.index
            ):
                return replace(question, form=Form.STATEMENT)
        return question

    def _answers_back(self, sentence: Sentence, turn: Turn) -> bool:
        """ "No?" from the one who asked repeats an answer that was heard but not written down."""
        return bool(
            sentence.asks
            and re.fullmatch(r"(?:okay )?(?:no|nope|none|yes|yeah)(?: okay)?", sentence.text)
            and self._ledger.open
            and turn.index >= 0
        )

    def _question(self, question: Question, turn: Turn) -> None:
        body = question.body
        extracted = mentions.extract(re.sub(r"(?<=\w )any ", "", body))
        topic = topics.topic_of(body)
        asked = Asked(turn.index, turn.speaker, question.form, body, [], topic)
        if topics.COMPLAINT.search(body):
            asked.topic = asked.topic or "complaint"
        if topics.ALLERGY.search(body) and not re.search(r"allergy (?:pill|med|tablet)|seasonal|hay", body):
            asked.topic = "allergy"
            asked.mentions = [_allergy("known allergies", body)]
        else:
            if topics.FAMILY.search(body):
                asked.topic = asked.topic or "family"
            for mention in extracted.mentions:
                self._ask_mention(mention, asked, turn)
        if question.form is not Form.OPEN and not asked.mentions and not asked.detail and _ABOUT_IT.search(body):
            asked.detail = (
                {k: v for k, v in (quantities.times(body) | quantities.character(body)).items() if k != "severity"}
                if " or " not in body
                else {}
            )
        self._ledger.ask(asked)

    def _ask_mention(self, mention: Mention, asked: Asked, turn: Turn) -> None:
        if mention.concept == "symptoms" or mention.kind is FindingKind.VITAL:
            return
        if asked.topic == "family":
            mention.subject = Subject.FAMILY
        known = self._facts.known(mention.kind, mention.concept)
        presupposed = mention.excluded or is_topic(mention, asked.body) or asked.form is Form.OPEN
        if presupposed:
            if (
                known is not None
                and known.polarity is Polarity.PRESENT
                and mention.kind in {FindingKind.SYMPTOM, FindingKind.PROBLEM}
            ):
                self._facts.focus = known.id
                status = _STATUS.search(asked.body)
                asked.detail = {"status": status.group("status")} if status and asked.form is Form.POLAR else {}
                return
            if (
                (mention.definite or mention.excluded)
                and not mention.vague
                and mention.kind in {FindingKind.SYMPTOM, FindingKind.PROBLEM, FindingKind.MEDICATION}
                and mention.concept != "pain"
            ):
                mention.polarity = Polarity.PRESENT
                mention.timing = Timing.CURRENT if mention.timing is Timing.HYPOTHETICAL else mention.timing
                self._facts.add(mention, [turn.index], self._home(mention, asked))
            return
        if mention.kind is FindingKind.RESULT or (mention.vague and mention.kind is FindingKind.RESULT):
            return
        if mention.concept in {"medications", "medical conditions"}:
            self._name_group(mention, asked.body)
        asked.mentions.append(mention)

    def _home(self, mention: Mention, asked: Asked | None) -> Division:
        if mention.subject is Subject.FAMILY:
            return Division.FAMILY
        home = _HOME[mention.kind]
        if home is Division.HISTORY and asked is not None and len(asked.mentions) > 1:
            return Division.REVIEW_OF_SYSTEMS
        return home

    def _statement(
        self, sentence: Sentence, question: Question, turn: Turn, clinician: bool, replied: bool, turn_acts: list[Act]
    ) -> bool:
        expected = not replied and self._ledger.expects(turn.index, turn.speaker)
        confirming = bool(self._ledger.open) and self._ledger.open[-1].form in {Form.NEGATIVE, Form.DECLARATIVE}
        answer = answers.read(sentence.text, confirming=confirming) if expected else Answer(Reply.NONE)
        same_turn = bool(self._ledger.open) and self._ledger.open[-1].turn == turn.index
        if same_turn and not (
            answer.reply in {Reply.NO, Reply.YES} and (answer.bare or len(sentence.text.split()) < 6)
        ):
            answer = Answer(Reply.NONE)
        asked = self._ledger.open[-1] if self._ledger.open else None
        answering = answer.reply is not Reply.NONE and asked is not None
        act = acts.read(
            question.body, clinician=clinician and not answering, planning=self._planning, examining=self._examining
        )
        turn_acts.append(act)
        self._track(act, question.body)
        said = self._extract(sentence.text if answering else question.body, act)
        context = asked if answering else (self._ledger.last if replied else None)
        turns = (
            [context.turn, turn.index]
            if context is not None and context.turn != turn.index and turn.index - context.turn < 6
            else [turn.index]
        )
        if answering and asked is not None:
            _adopt(said, asked)
            self._resolve(answer, said, asked, turn)
        elif expected:
            self._ledger.note_unanswered()
        self._record(said, act, turns, context)
        self._attach(said, context, answer, turns, clinician)
        return answering

    def _resolve(self, answer: Answer, said: Said, asked: Asked, turn: Turn) -> None:
        if (
            answer.reply is Reply.YES
            and asked.detail
            and self._facts.focus
            and not said.mentions
            and not self._planning
        ):
            self._facts.describe(self._facts.focus, asked.detail, [asked.turn, turn.index])
        if asked.topic == "allergy" and (
            answer.reply is not Reply.NO
            or answer.limited
            or re.match(r"^(?:just|only|except|apart from|but)\b", answer.rest)
        ):
            asked.mentions = []
        for settled in self._ledger.settle(answer, said.mentions):
            mention = settled.mention
            if (
                mention.vague
                and mention.polarity is not Polarity.ABSENT
                and mention.concept.endswith(("medications", "problems"))
            ):
                continue
            self._facts.add(mention, [settled.turn, turn.index], self._home(mention, asked))

    def _track(self, act: Act, text: str) -> None:
        if act in {Act.EXAM, Act.VITALS} or re.search(
            r"\b(?:physical exam|examine you|listen to your|quick exam)\b", text
        ):
            self._examining = True
        elif act in {Act.PLAN, Act.ASSESSMENT, Act.RESULT}:
            self._examining = False
        if act is Act.PLAN:
            self._planned += 1
        if self._planned >= 3 or re.search(
            r"\b(?:assessment and (?:my |the )?plan|my assessment|my plan|for your (?:first|second|next|last))\b", text
        ):
            self._planning = True

    def _extract(self, text: str, act: Act) -> Said:
        return mentions.extract(text, examining=act is Act.EXAM)

    def _record(self, said: Said, act: Act, turns: list[int], asked: Asked | None) -> None:
        if act in {Act.CHAT, Act.DEVICE}:
            return
        if act is Act.VITALS or re.search(r"\d", said.text):
            self._record_vitals(said, act, turns)
        if act is Act.EXAM:
            self._record_exam(said, turns)
        if act is Act.PLAN or act is Act.ASSESSMENT:
            for order in plans.orders(said.text):
                self._facts.add(order, turns[-1:], Division.PLAN)
        for mention in topics.demographics(said.text):
            self._facts.add(mention, turns, Division.SOCIAL)
        allergens = self._record_allergies(said, turns, asked)
        for mention in said.mentions:
            if any(mention.text in allergen for allergen in allergens):
                continue
            self._record_mention(mention, said, act, turns, asked)

    def _record_vitals(self, said: Said, act: Act, turns: list[int]) -> None:
        for vital in measures.vitals(said.text):
            if act is Act.PLAN:
                continue
            self._facts.add(vital, turns[-1:], Division.VITALS)

    def _record_exam(self, said: Said, turns: list[int]) -> None:
        if any(m.kind in _EXAM_OBSERVES for m in said.mentions):
            return
        for match in _NORMAL_SYSTEM.finditer(said.text):
            normal = Mention(
                FindingKind.EXAM, f"{match.group('system')} {match.group('state')}", match.group(0), 0, 0, 0
            )
            self._facts.add(normal, turns[-1:], Division.EXAM)

    def _record_allergies(self, said: Said, turns: list[int], asked: Asked | None) -> set[str]:
        found = topics.allergies(said.text)
        negated = bool(re.search(r"\b(?:no|not|n't|never)\b[^,;]*\ballerg", said.text))
        out = set()
        for name, reaction in found:
            mention = _allergy(name, said.text)
            mention.polarity = Polarity.ABSENT if negated else Polarity.PRESENT
            if reaction:
                mention.detail["reaction"] = reaction
            self._facts.add(mention, turns, Division.ALLERGIES)
            out.add(name)
        if (
            not found
            and re.search(r"\b(?:no|not|don't have any|any) (?:known )?(?:drug |medication |food )?allerg", said.text)
            and negated
        ):
            none = _allergy("known allergies", said.text)
            none.polarity = Polarity.ABSENT
            self._facts.add(none, turns, Division.ALLERGIES)
        if asked is not None and asked.topic == "allergy":
            for allergen in mentions.allergens(said.text):
                if not re.search(r"\b(?:no|not|n't)\b[^,;]*\b" + re.escape(allergen[:4]), said.text):
                    self._facts.add(_allergy(allergen, said.text), turns, Division.ALLERGIES)
            for mention in said.mentions:
                if (
                    mention.kind is FindingKind.MEDICATION
                    and not mention.vague
                    and mention.polarity is Polarity.PRESENT
                    and mention.text not in out
                ):
                    allergy = _allergy(mention.concept, mention.text)
                    reaction = topics.quantities_reaction(said.text)
                    if reaction:
                        allergy.detail["reaction"] = reaction
                    self._facts.add(allergy, turns, Division.ALLERGIES)
                    out.add(mention.text)
        return out

    def _record_mention(self, mention: Mention, said: Said, act: Act, turns: list[int], asked: Asked | None) -> None:
        if mention.kind is FindingKind.VITAL or (mention.vague and mention.concept in {"symptoms", "tests"}):
            return
        if act is Act.EXPLANATION and mention.kind is not FindingKind.RESULT:
            return
        if asked is not None and asked.topic == "family" and mention.kind in {FindingKind.PROBLEM, FindingKind.SYMPTOM}:
            mention.subject = Subject.FAMILY
        if mention.vague and mention.concept in {"medications", "medical conditions"}:
            if mention.polarity is not Polarity.ABSENT:
                return
            self._name_group(mention, said.text)
        if mention.subject is Subject.OTHER and mention.kind not in {
            FindingKind.SOCIAL,
            FindingKind.PROBLEM,
            FindingKind.SYMPTOM,
        }:
            return
        division = self._divide(mention, said, act, asked)
        if division is None:
            return
        turns = (
            turns
            if division not in {Division.EXAM, Division.RESULTS, Division.PLAN, Division.ASSESSMENT}
            else turns[-1:]
        )
        self._facts.add(self._resolve_site(mention), turns, division, echo=act is Act.RECAP)

    def _name_group(self, mention: Mention, text: str) -> None:
        """ "Any other medication" and "any medical problems" by the name a note gives them."""
        other = "other " if re.search(r"\b(?:other|else|apart from)\b", text) else ""
        if mention.concept == "medications":
            mention.concept = f"{other}medications" if other else "regular medications"
        else:
            mention.concept = f"{other}medical problems"

    def _resolve_site(self, mention: Mention) -> Mention:
        """ "The pain" is the pain that was spoken of."""
        if mention.concept != "pain" or mention.kind is not FindingKind.SYMPTOM or self._facts.pain is None:
            return mention
        pain = self._facts.get(self._facts.pain)
        if mention.polarity is not Polarity.ABSENT:
            return replace(mention, concept=pain.concept, kind=pain.kind)
        return mention

    def _divide(self, mention: Mention, said: Said, act: Act, asked: Asked | None) -> Division | None:
        """Where a stated mention goes, adjusting its kind and action on the way; ``None`` drops it."""
        kind = mention.kind
        if mention.subject is Subject.FAMILY:
            return Division.FAMILY if kind in {FindingKind.PROBLEM, FindingKind.SYMPTOM} else None
        if act is Act.EXAM and kind in _EXAM_OBSERVES:
            mention.kind = FindingKind.EXAM
            mention.timing = Timing.CURRENT
            return Division.EXAM
        if act is Act.RESULT:
            return self._divide_result(mention, said)
        if act in {Act.PLAN, Act.ASSESSMENT}:
            return self._divide_plan(mention, said, act)
        if kind is FindingKind.ORDER or (kind is FindingKind.RESULT and act is not Act.VITALS):
            return self._divide_history_test(mention, said)
        status = _STATUS.search(said.clauses[mention.clause]) if kind is FindingKind.PROBLEM else None
        if status:
            mention.detail.setdefault("status", status.group("status"))
        if (
            asked is not None
            and asked.topic == "complaint"
            and mention.polarity is Polarity.PRESENT
            and kind in {FindingKind.SYMPTOM, FindingKind.PROBLEM}
        ):
            return Division.CHIEF_COMPLAINT if mention.timing is Timing.CURRENT else Division.HISTORY
        return self._home(mention, None)

    def _divide_result(self, mention: Mention, said: Said) -> Division | None:
        if mention.kind is FindingKind.RESULT:
            position = said.text.find(mention.text) + len(mention.text)
            value = measures.result_value(said.text, position)
            if value is None:
                return None
            mention.detail["value"] = value
            mention.polarity, mention.timing = Polarity.PRESENT, Timing.CURRENT
            return Division.RESULTS
        if mention.kind in _EXAM_OBSERVES:
            test = next((m.concept for m in said.mentions if m.kind is FindingKind.RESULT), None)
            mention.kind = FindingKind.RESULT
            if test:
                mention.detail["source"] = test
            return Division.RESULTS
        return _HOME[mention.kind] if mention.kind in {FindingKind.MEDICATION, FindingKind.SOCIAL} else None

    def _divide_history_test(self, mention: Mention, said: Said) -> Division | None:
        if mention.kind is FindingKind.ORDER:
            return None
        value = measures.result_value(said.text, said.text.find(mention.text) + len(mention.text))
        if value is None or mention.polarity is Polarity.ABSENT:
            return None
        mention.detail["value"] = value
        return Division.RESULTS

    def _divide_plan(self, mention: Mention, said: Said, act: Act) -> Division | None:
        kind = mention.kind
        position = said.text.find(mention.text)
        if kind in {FindingKind.SYMPTOM, FindingKind.PROBLEM}:
            if mention.timing is Timing.HYPOTHETICAL:
                return Division.PLAN if act is Act.PLAN else None
            listed = (
                act is Act.ASSESSMENT
                or bool(re.search(r"\b(?:your|the|this) (?:[\w-]+ ){0,5}$", said.text[:position]))
                or mention.definite
            )
            if not listed:
                return None
            status = _STATUS.search(said.text)
            if status:
                mention.detail["status"] = status.group("status")
            if kind is FindingKind.PROBLEM or mention.definite or act is Act.ASSESSMENT:
                mention.kind = FindingKind.PROBLEM
                self._problem = mention.concept
                return Division.ASSESSMENT
            return Division.HISTORY
        if act is Act.ASSESSMENT and kind not in {FindingKind.MEDICATION, FindingKind.ORDER}:
            return None if kind is FindingKind.RESULT else self._home(mention, None)
        if mention.timing is Timing.HYPOTHETICAL and kind is not FindingKind.MEDICATION:
            return None
        doing = plans.action_before(said.text, position)
        if kind is FindingKind.SOCIAL or doing is None:
            return None
        if mention.polarity is Polarity.ABSENT and doing in {"stop"}:
            mention.polarity = Polarity.PRESENT
        mention.detail["action"] = {FindingKind.ORDER: "refer", FindingKind.RESULT: "order"}.get(kind, doing)
        if self._problem:
            mention.detail.setdefault("reason", self._problem)
        if kind in {FindingKind.RESULT, FindingKind.PROCEDURE}:
            mention.kind = FindingKind.ORDER
        mention.timing = Timing.CURRENT if mention.timing is Timing.PAST else mention.timing
        return Division.PLAN

    def _attach(self, said: Said, asked: Asked | None, answer: Answer, turns: list[int], clinician: bool) -> None:
        """Give details that stand alone ("about three days") to the finding that is being talked about."""
        if asked is None or clinician or self._planning:
            return
        if (
            asked.topic
            and asked.topic not in {"complaint", "allergy", "family"}
            and asked.form in {Form.OPEN, Form.POLAR}
            and answer.reply not in {Reply.NONE, Reply.NO}
        ):
            fact = topics.answer(asked.topic, said.text)
            if fact is not None and (asked.form is Form.OPEN or answer.rest):
                self._facts.add(fact, turns, Division.SOCIAL)
            return
        if any(
            m.kind in {FindingKind.SYMPTOM, FindingKind.PROBLEM, FindingKind.SOCIAL, FindingKind.PROCEDURE}
            for m in said.mentions
        ):
            return
        medical = re.search(
            r"\b(?:dose|dosage|milligrams|strength|how (?:much|many) (?:do you|are you|of it)|take it|taking it|how often do you take|tablets?)\b",
            asked.body,
        )
        if medical and self._facts.medication:
            self._facts.describe(self._facts.medication, quantities.dose(said.text), turns)
            return
        if self._facts.focus is None or any(m.kind is FindingKind.MEDICATION for m in said.mentions):
            return
        detail = quantities.times(said.text, answering=True) | quantities.character(said.text, answering=True)
        score = detail.pop("score", None)
        if score and re.search(r"\b(?:scale|out of 10|rate|1 to 10|how bad|severe)\b", asked.body):
            detail["severity"] = f"{score}/10"
        side = quantities.side(said.text)
        if side and re.search(r"\b(?:side|which|where|whereabouts)\b", asked.body):
            detail["side"] = side
        if detail and asked.topic not in {"allergy", "family"}:
            self._facts.describe(self._facts.focus, detail, turns)


def _adopt(said: Said, asked: Asked) -> None:
    """ "Some numbness" in answer to numbness of the arm is numbness of the arm."""
    for mention in said.mentions:
        for other in asked.mentions:
            if other.concept.endswith(f" {mention.concept}") and mention.concept in mentions.SITED:
                mention.concept = other.concept
                mention.detail = {**{k: v for k, v in other.detail.items() if k in {"site", "side"}}, **mention.detail}


def _allergy(name: str, text: str) -> Mention:
    return Mention(FindingKind.ALLERGY, name, text, 0, 0, 0)
