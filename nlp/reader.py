"""The reader: turns in, findings and segments out. Implements the service's ``Reader`` port."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from nlp import acts, answers, quantities, questions, topics
from nlp.acts import Act
from nlp.answers import Answer, Reply
from nlp.extract import KIN, extract
from nlp.facts import Facts
from nlp.ledger import Asked, Ledger, is_topic
from nlp.mentions import Mention, Said, relation_in
from nlp.pipeline import build
from nlp.questions import Form, Question
from nlp.record import COMPLAINTS, HOME, STATUS, Recorder, Telling, name_group
from nlp.segments import Heard, Segmenter
from nlp.sites import SITED
from nlp.text import Sentence, hangs, left_open, plain, sentences
from visit.charts import Chart
from visit.findings import Finding, FindingKind, Polarity, Subject, Timing
from visit.notes import Division, Segment
from visit.turns import Speaker, Turn

_QUESTION_REACH: Final = 5
_ABOUT_IT: Final = re.compile(
    r"\b(?:it|they|them|the (?:pain|\w*ache|cough|rash|swelling|itching|symptoms|feeling|discharge|bleeding|dizziness|"
    r"numbness|phlegm|stools?))\b"
)
_JUDGES: Final = re.compile(r"^(?:(?:no|yes|well|actually|probably)\b[\s,]*)*(?:it|this|that)(?:'s| is)\b")
_INVERTED: Final = re.compile(r"^(?:do|does|did|have|has|had|are|is|was|were|can|could|any|what|how)\b")
_ECHOED_ANSWER: Final = re.compile(r"(?:okay )?(?:no|nope|none|yes|yeah)(?: okay)?")
_ELSEWHERE: Final = re.compile(
    r"\b(?:anywhere else|elsewhere|other|another|before|in the past|rest of|previous\w*|else|similar)\b"
)
# Which details an answer may give, by what the question asks; an answer to anything else describes something else.
_WANTED: Final = (
    (
        re.compile(
            r"\b(?:how long|when|since|start\w*|began|begin|last(?:s|ed|ing)?|ongoing|going on|first notice|onset|"
            r"come on)\b"
        ),
        ("duration", "onset", "course"),
    ),
    (re.compile(r"\b(?:how bad|severe|severity|scale|rate|intens\w+|out of 10|painful)\b"), ("severity", "score")),
    (re.compile(r"\b(?:how often|how many times|how frequent\w*|every|frequency)\b"), ("frequency",)),
    (
        re.compile(
            r"\b(?:constant|all the time|come and go|comes? and goes?|on and off|there all|better or worse|"
            r"getting (?:worse|better)|changed|intermittent)\b"
        ),
        ("course", "frequency"),
    ),
    (
        re.compile(
            r"\b(?:worse|better|help\w*|trigger\w*|brings? it on|relie\w+|aggravat\w+|ease\w*|done for|tried|"
            r"try)\b"
        ),
        ("aggravating", "relieving"),
    ),
    (
        re.compile(
            r"\b(?:describe|feel like|what (?:kind|type|sort)|look like|colou?r|sharp|dull|character|more about|"
            r"what's it like|what is it like|tell me)\b"
        ),
        ("quality", "severity", "course", "aggravating", "duration", "onset"),
    ),
)
_DESCRIBES: Final = frozenset({"course", "frequency", "quality", "severity", "duration", "onset", "score"})
_SCALE: Final = re.compile(r"\b(?:scale|out of 10|rate|1 to 10|how bad|severe)\b")
_DOSING: Final = re.compile(
    r"\b(?:dose|dosage|milligrams|strength|how (?:much|many) (?:do you|are you|of it)|take it|taking it|"
    r"how often do you (?:take|use)|tablets?)\b"
)
_TOLD_BEFORE: Final = re.compile(rf"{_INVERTED.pattern}.*\byou(?:'ve)? (?:just |also )?(?:mentioned|said|told me)\b")
"""What a question adds of what it was told ("is it weeping and you mentioned it's sore")."""
_OTHERS_ASKED: Final = re.compile(r"(?<!you or )\b(?:any|some|every)(?:one|body)\b(?!.*\byou\b)")
"""What comes before a complaint that a question asks of other people ("around anyone with a cough")."""
_HEARD: Final = re.compile(r"(?:okay|ok|right|alright|all right|fine|good|great|perfect|lovely)\b")
_REACTION: Final = re.compile(
    r"\bwhat (?:happen\w*|kind of (?:a )?reaction|reaction|sort of reaction)\b.*\b(?:take|took|eat|ate|have|had|it)\b"
)
_SAY_AGAIN: Final = re.compile(r"(?:any|do i|have i|am i|is there)(?: \w+){0,3} what|what|sorry|pardon|excuse me")
_REPEATED_WORDS: Final = 3
"""Words of a turn that only says again what was asked about."""
_OF_THEM: Final = re.compile(
    r"(?:(?:and|so|but|well|then|like)[\s,]+)*(?:she|he)(?:'s|'d| has| had| is| was| got| also)\b"
)
_RELATIVE_REACH: Final = 2
_EXAM_NEAR: Final = 4
_UNDER_HAND: Final = re.compile(r"\b(?:when|where|as|while) i\b")
_PLAN_ANNOUNCED: Final = re.compile(
    r"\b(?:assessment and (?:my |the |our )?plan|my assessment|my plan|for your (?:first|second|next|last|"
    r"1st|2nd|3rd))\b"
)


class ClinicalReader:
    """Understands turns. One instance serves every visit of a process; building it loads the pipeline."""

    def __init__(self) -> None:
        """Build the pipeline (about a second the first time in a process)."""
        build()

    def open(self, chart: Chart) -> "VisitReading":
        """Start a new visit. The chart never becomes a finding: it is not something that was said."""
        del chart
        return VisitReading()


class VisitReading:
    """One visit being understood, turn by turn."""

    def __init__(self) -> None:
        """Start before the first turn."""
        self._facts = Facts()
        self._ledger = Ledger()
        self._record = Recorder(self._facts)
        self._segmenter = Segmenter()
        self._examined: int | None = None
        self._planned = 0
        self._denied_in: int | None = None
        self._cut: tuple[Turn, Sentence] | None = None
        self._asked_again = -1
        self._relative: tuple[int, str] | None = None

    def read(self, turn: Turn) -> tuple[Finding, ...]:
        """Take the next turn; return the findings it adds or revises."""
        self._facts.touched.clear()
        said = self._mended(turn)
        clinician = _is_clinician(turn, said)
        replied = False
        turn_acts: set[Act] = set()
        asked = self._ledger.last
        for spoken in said:
            order = acts.device_order(spoken.text)
            sentence = Sentence(order, asks=False) if order else spoken
            if acts.device(sentence.text):
                turn_acts.add(Act.DEVICE)
                continue
            if not clinician and acts.only_a_clinician(sentence.text):
                # The other voice, heard as one turn with the patient's: the rest is not the patient's story.
                clinician, replied = True, False
            act, answered = self._sentence(sentence, turn, clinician=clinician, replied=replied)
            turn_acts |= {act} if act else set()
            replied = replied or answered
        findings = tuple(self._facts.get(finding) for finding in self._facts.touched)
        asks = self._ledger.last is not asked or self._cut is not None
        heard = Heard(turn.index, clinician, asked, asks=asks)
        self._segmenter.add(heard, findings, frozenset(turn_acts))
        return findings

    def _mended(self, turn: Turn) -> tuple[Sentence, ...]:
        """The sentences of a turn: with the end of the same speaker's last turn where that was cut, and without its
        own end where it is cut itself. What was held back and does not go on is read as it stands."""
        said = sentences(turn.text)
        if self._cut and said:
            began, fragment = self._cut
            if began.speaker is turn.speaker:
                said = (Sentence(f"{fragment.text} {said[0].text}", said[0].asks), *said[1:])
                self._facts.goes_on[turn.index] = began.index
                self._cut = None
            elif not acts.hesitates(turn.text):
                self._read_cut()
        if said and left_open(turn.text):
            last = said[-1]
            if hangs(last.text) or questions.read(last).form is not Form.STATEMENT:
                self._cut = turn, last
                said = said[:-1]
        return said

    def _read_cut(self) -> None:
        """Read what was held back."""
        if self._cut:
            (turn, sentence), self._cut = self._cut, None
            self._sentence(sentence, turn, clinician=_is_clinician(turn, (sentence,)), replied=False)

    def _sentence(self, sentence: Sentence, turn: Turn, *, clinician: bool, replied: bool) -> tuple[Act | None, bool]:
        """Read one sentence: the act of a statement, and whether it answered."""
        if not clinician and self._ledger.last is not None and _SAY_AGAIN.fullmatch(sentence.text):
            self._asked_again = turn.index
            return None, False
        question = self._form(sentence, turn, replied=replied)
        if clinician and self._asked_again == turn.index - 1 and len(sentence.text.split()) <= _REPEATED_WORDS:
            question = replace(question, form=Form.POLAR)
        if questions.wonders(question.body, patient=not clinician) and question.form is not Form.STATEMENT:
            self._wonder(question, turn)
        elif question.form in {Form.STATEMENT, Form.OFFER} or self._repeats_answer(sentence):
            return self._statement(sentence, question, turn, clinician=clinician, replied=replied)
        else:
            self._question(question, turn)
        return None, False

    def findings(self) -> tuple[Finding, ...]:
        """Every finding so far, in the order of their first turn."""
        return self._facts.all()

    def segments(self) -> tuple[Segment, ...]:
        """The closed topic segments so far."""
        return self._segmenter.closed

    def finish(self) -> None:
        """Read what was held back, and close the last segment."""
        self._read_cut()
        self._segmenter.finish()

    @property
    def _planning(self) -> bool:
        return self._planned >= 2

    def _form(self, sentence: Sentence, turn: Turn, *, replied: bool) -> Question:
        """How a sentence asks. "Like six or seven times a day?" answers with a rising tone."""
        question = questions.read(sentence)
        if question.form not in {Form.POLAR, Form.NEGATIVE, Form.DECLARATIVE} or _INVERTED.match(question.body):
            return question
        waiting = self._ledger.open[-1].turn != turn.index if self._ledger.open else False
        rising = waiting and (replied or self._ledger.expects(turn.index, turn.speaker))
        if rising and not re.search(r"\byou(?:r|'re|'ve)?\b", question.body):
            return replace(question, form=Form.STATEMENT)
        return question

    def _repeats_answer(self, sentence: Sentence) -> bool:
        """Whether "no?" from the one who asked repeats an answer that was heard but not written down."""
        return bool(sentence.asks and self._ledger.open and _ECHOED_ANSWER.fullmatch(sentence.text))

    def _question(self, question: Question, turn: Turn) -> None:
        body = question.body
        waiting = self._ledger.open[-1] if self._ledger.open else None
        if waiting and waiting.turn < turn.index and waiting.speaker is turn.speaker and _HEARD.match(plain(turn.text)):
            self._ledger.open.clear()  # its answer was heard and is not in the transcript
        asked = Asked(turn.index, turn.speaker, question.form, body, [], topics.topic_of(body))
        if topics.COMPLAINT.search(body):
            asked.topic = asked.topic or "complaint"
        if questions.examines(body) and (self._examining(turn) or _UNDER_HAND.search(body)):
            asked.topic = "exam"
        if _REACTION.search(body):
            asked.topic = "reaction"
        if topics.about_allergy(body):
            asked.topic = "allergy"
            asked.mentions = [Mention(FindingKind.ALLERGY, "known allergies", body, 0, 0, 0)]
        else:
            if topics.FAMILY.search(body):
                asked.topic = asked.topic or "family"
            for mention in extract(re.sub(r"(?<=\w )any ", "", body)).mentions:
                if " or " in body:  # "constant, or does it come and go?" describes nothing yet
                    mention.detail = {k: v for k, v in mention.detail.items() if k not in _DESCRIBES}
                self._ask(mention, asked)
        if question.form is not Form.OPEN and not asked.mentions and not asked.detail and _ABOUT_IT.search(body):
            described = quantities.times(body) | quantities.character(body)
            asked.detail = {} if " or " in body else {k: v for k, v in described.items() if k != "severity"}
        self._ledger.ask(asked)

    def _wonder(self, question: Question, turn: Turn) -> None:
        """A patient asks about the own case ("could this be gout?"): nothing in it is reported by anyone."""
        asked = Asked(turn.index, turn.speaker, Form.POLAR, question.body, [], wonders=True)
        for mention in extract(question.body).mentions:
            own = mention.kind is FindingKind.PROBLEM and mention.subject is Subject.PATIENT and not mention.vague
            if own and self._facts.known(mention.kind, mention.concept) is None:
                asked.mentions.append(mention)
        self._ledger.ask(asked)

    def _ask(self, mention: Mention, asked: Asked) -> None:
        """Let a mention wait for the answer, or take it for granted where the question does."""
        if mention.concept == "occupation" and not re.search(r"\b(?:work|job|living|retired|employed)\b", asked.body):
            return
        if mention.concept == "symptoms" or mention.kind in {FindingKind.VITAL, FindingKind.RESULT}:
            return
        if asked.topic == "family":
            mention.subject = Subject.FAMILY
        elif mention.kind in COMPLAINTS and _OTHERS_ASKED.search(asked.body[: asked.body.find(mention.text)]):
            return
        if mention.kind is FindingKind.SOCIAL and re.search(r"\b(?:worse|better|trigger\w*|bring)\b", asked.body):
            return
        if mention.timing is Timing.HYPOTHETICAL and mention.kind is not FindingKind.SYMPTOM:
            return
        if asked.topic == "exam" and mention.kind is FindingKind.SYMPTOM:
            if mention.concept == "pain" or mention.concept.endswith(" pain"):
                mention.kind, mention.concept = FindingKind.EXAM, "tenderness"
                asked.mentions.append(mention)
            return
        known = self._facts.known(mention.kind, mention.concept)
        present = known is not None and known.polarity is Polarity.PRESENT and mention.subject is Subject.PATIENT
        told = mention.kind in COMPLAINTS and _TOLD_BEFORE.match(asked.body[: asked.body.find(mention.text)])
        if is_topic(mention, asked.body) or asked.form is Form.OPEN or told:
            self._take_for_granted(mention, asked, known if present else None)
            return
        if present and _ELSEWHERE.search(asked.body):
            return
        name_group(mention, asked.body)
        asked.mentions.append(mention)

    def _take_for_granted(self, mention: Mention, asked: Asked, known: Finding | None) -> None:
        if mention.kind not in COMPLAINTS | {FindingKind.MEDICATION} or re.search(r"\ballerg", asked.body):
            return
        if known is not None and mention.kind in COMPLAINTS:
            self._facts.focus = known.id
            status = STATUS.search(asked.body)
            if status and asked.form is Form.POLAR:
                asked.detail = {"status": status.group("status")}
        elif (mention.definite or mention.excluded) and not mention.vague and mention.concept != "pain":
            timing = Timing.CURRENT if mention.timing is Timing.HYPOTHETICAL else mention.timing
            self._facts.add(
                replace(mention, polarity=Polarity.PRESENT, timing=timing),
                [asked.turn],
                _home(mention, asked),
                echo=True,
            )

    def _statement(
        self, sentence: Sentence, question: Question, turn: Turn, *, clinician: bool, replied: bool
    ) -> tuple[Act, bool]:
        """Take a statement: settle what was asked if it answers, then record what it says itself."""
        asked = self._ledger.open[-1] if self._ledger.open else None
        expected = not replied and self._ledger.expects(turn.index, turn.speaker)
        answer = self._answer(sentence.text, asked, turn) if expected else Answer(Reply.NONE)
        answering = answer.reply is not Reply.NONE and asked is not None
        context = asked if answering else (self._ledger.last if replied else None)
        wondered = context is not None and context.wonders
        act = self._act(question.body, turn, clinician=clinician and (wondered or not answering))
        if wondered and clinician and act is Act.REPORT and _JUDGES.match(question.body):
            act = Act.ASSESSMENT
        said = extract(sentence.text if answering else question.body, examining=act is Act.EXAM)
        turns = [turn.index] if clinician else self._follow_relative(said, turn)
        if context is not None and 0 < turn.index - context.turn <= _QUESTION_REACH:
            turns = sorted({context.turn, *turns})
        if answering and asked is not None:
            _adopt(said, asked)
            self._settle(answer, said, asked, turn)
        elif expected:
            self._ledger.note_unanswered()
        if wondered:
            # What a clinician says after a patient's question is no answer about oneself.
            context, turns = None, [turn.index]
        own_story = not clinician or (not wondered and (answering or replied))
        if answering and answer.reply is Reply.NO and not _names_exception(answer):
            self._denied_in = turn.index
        denied = self._denied_in == turn.index
        self._record.statement(said, Telling(act, tuple(turns), context, own_story, self._planning, denied))
        if context is not None and not clinician and not self._planning:
            self._attach(said, context, answer, turns)
        return act, answering

    def _follow_relative(self, said: Said, turn: Turn) -> list[int]:
        """Give "she's got gout" to the mother whom the patient spoke of just before; return the turns that say so."""
        relation = relation_in(said.text)
        if relation in KIN:
            self._relative = turn.index, relation
        elif self._relative and turn.index - self._relative[0] <= _RELATIVE_REACH and _OF_THEM.match(said.text):
            for mention in said.mentions:
                if mention.kind in COMPLAINTS and mention.subject is Subject.PATIENT:
                    mention.subject, mention.detail["relation"] = Subject.FAMILY, self._relative[1]
            return sorted({self._relative[0], turn.index})
        return [turn.index]

    def _answer(self, text: str, asked: Asked | None, turn: Turn) -> Answer:
        confirming = asked is not None and asked.form in {Form.NEGATIVE, Form.DECLARATIVE}
        answer = answers.read(text, confirming=confirming)
        if asked is not None and asked.turn == turn.index:
            # In the asker's own turn only a bare yes or no can be the other voice.
            short = answer.reply in {Reply.NO, Reply.YES} and (answer.bare or len(text.split()) < 6)
            return answer if short else Answer(Reply.NONE)
        return answer

    def _act(self, text: str, turn: Turn, *, clinician: bool) -> Act:
        """The act of a statement, and what it tells about where the visit is."""
        near = self._examining(turn)
        just_asked = self._ledger.last is not None and turn.index - self._ledger.last.turn <= 2
        act = acts.read(text, clinician=clinician, planning=self._planning, examining=near and not just_asked)
        if act in {Act.EXAM, Act.VITALS} or acts.announces_exam(text):
            self._examined = turn.index
        elif act in {Act.PLAN, Act.ASSESSMENT, Act.RESULT}:
            self._examined = None
        self._planned += 3 if _PLAN_ANNOUNCED.search(text) else act is Act.PLAN
        return act

    def _examining(self, turn: Turn) -> bool:
        """Whether a physical examination goes on."""
        return self._examined is not None and turn.index - self._examined <= _EXAM_NEAR

    def _settle(self, answer: Answer, said: Said, asked: Asked, turn: Turn) -> None:
        if (
            answer.reply is Reply.YES
            and asked.detail
            and self._facts.focus
            and not said.mentions
            and not self._planning
        ):
            self._facts.describe(self._facts.focus, asked.detail, [asked.turn, turn.index])
        if asked.topic == "allergy" and _names_exception(answer):
            asked.mentions = []
        for settled in self._ledger.settle(answer, said.mentions):
            mention = settled.mention
            relation = relation_in(said.text) if mention.subject is Subject.FAMILY else None
            if relation and relation != "family" and mention.polarity is Polarity.PRESENT:
                mention.detail.setdefault("relation", relation)
            group = mention.concept.endswith(("medications", "medical problems", "known allergies"))
            if not (group and mention.polarity is not Polarity.ABSENT):
                home = Division.ASSESSMENT if settled.wondered else _home(mention, asked)
                self._facts.add(mention, [settled.turn, turn.index], home)

    def _attach(self, said: Said, asked: Asked, answer: Answer, turns: list[int]) -> None:
        """Give details that stand alone ("about three days") to the finding that is being talked about."""
        if asked.topic not in {None, "complaint", "allergy", "family", "exam", "reaction"}:
            if answer.reply not in {Reply.NONE, Reply.NO} and (asked.form is Form.OPEN or answer.rest):
                fact = topics.answer(asked.topic or "", said.text)
                if fact is not None:
                    known = self._facts.known(fact.kind, fact.concept)
                    if known is not None and known.timing is Timing.PAST:  # how much was smoked before it was given up
                        fact.timing = Timing.PAST
                    self._facts.add(fact, turns, Division.SOCIAL)
            return
        kinds = {m.kind for m in said.mentions}
        if kinds & COMPLAINTS or asked.topic in {"allergy", "family", "exam", "reaction"}:
            return
        if _DOSING.search(asked.body) and self._facts.medication:
            self._facts.describe(self._facts.medication, quantities.dose(said.text), turns)
        elif self._facts.focus is not None and FindingKind.MEDICATION not in kinds:
            detail = _free_detail(said, asked)
            if detail:
                self._facts.describe(self._facts.focus, detail, turns)


def _free_detail(said: Said, asked: Asked) -> dict[str, str]:
    """Details in an answer that names nothing."""
    said_of = quantities.times(said.text, answering=True) | quantities.character(said.text, answering=True)
    wanted = {key for pattern, keys in _WANTED for key in keys if pattern.search(asked.body)}
    detail = {key: value for key, value in said_of.items() if key in wanted}
    score = detail.pop("score", None)
    if score and _SCALE.search(asked.body):
        detail["severity"] = f"{score}/10"
    side = quantities.side(said.text)
    where = re.search(r"\b(?:side|which|where|whereabouts)\b", asked.body)
    if side and where:
        detail["side"] = side
    if said.sites and where:
        detail["site"] = said.sites[0]
    return detail


def _is_clinician(turn: Turn, said: Sequence[Sentence]) -> bool:
    """Who most likely speaks, by the words first and the tag second."""
    score = acts.clinician_voice(" . ".join(sentence.text for sentence in said))
    return score + {Speaker.CLINICIAN: 5, Speaker.PATIENT: -5}.get(turn.speaker, 0) > 0


def _home(mention: Mention, asked: Asked) -> Division:
    """The note division of something asked about; one of several asked together belongs to the review of systems."""
    if mention.subject is Subject.FAMILY:
        return Division.FAMILY
    home = HOME[mention.kind]
    return Division.REVIEW_OF_SYSTEMS if home is Division.HISTORY and len(asked.mentions) > 1 else home


def _names_exception(answer: Answer) -> bool:
    """Whether an answer about allergies names one instead of denying all ("no, just latex")."""
    return (
        answer.reply is not Reply.NO
        or answer.limited
        or bool(re.match(r"(?:just|only|except|apart from|but)\b", answer.rest))
    )


def _adopt(said: Said, asked: Asked) -> None:
    """Read "some numbness" in answer to numbness of the arm as numbness of the arm."""
    for mention in said.mentions:
        for other in asked.mentions:
            if other.concept.endswith(f" {mention.concept}") and mention.concept in SITED:
                mention.concept = other.concept
                mention.detail = {**{k: v for k, v in other.detail.items() if k in {"site", "side"}}, **mention.detail}
