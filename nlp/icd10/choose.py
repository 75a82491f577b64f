"""For each problem the code that the note documents, and the codes that come next."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from nlp.icd10.assertion import Assertion, assertion_of
from nlp.icd10.heard import about, details, stages
from nlp.icd10.patient import Patient, patient_of
from nlp.icd10.problems import Named, Problem
from nlp.icd10.retrieve import MODIFIERS, Candidate, Context, Retriever, best_of
from nlp.icd10.rules import SYMPTOM
from nlp.icd10.search import NEUTRAL_STEMS, Match, Term
from nlp.icd10.text import SIDES, sides
from visit.charts import Chart
from visit.findings import Finding
from visit.notes import Division, Note, NoteSentence

ENOUGH: Final = 0.62
"""Least score of a candidate that is suggested unasked. Below it the words of the note are too far from any title."""

_CUE: Final = re.compile(
    r"^\s*(?:\d+ \w+ )?(?:personal |past )?(?:history of|h/o|hx of|status[- ]post|s/p|prior|previous)\s+", re.I
)
_LONGEST: Final = 6
_WINDOW: Final = 7
_LONG_SENTENCE: Final = 80
_CAUSE: Final = re.compile(
    r"\s*\b(?:due to|secondary to|caused by|from|because of|associated with|in the setting of)\b\s*", re.I
)
_UNKNOWN: Final = re.compile(r"\s*\b(?:of|with) (?:uncertain|unknown|unclear) (?:etiology|cause|origin)\b", re.I)
_JOIN: Final = re.compile(r"\s*(?:,| and | & |/| plus | along with | as well as )\s*", re.I)
_AFTERCARE: Final = re.compile(r"\b(?:healing|healed|status post|s/p|follow[- ]?up|aftercare|subsequent)\b", re.I)
_OPERATION: Final = re.compile(
    r"\b(?:surgery|repair|removal|excision|reconstruction|replacement|procedure|operation|resection|fixation|orif|release|reduction|"
    r"arthroscopy|fusion|\w+(?:ectomy|plasty|otomy|oscopy|ostomy|pexy|desis))\b",
    re.I,
)
_TOLD: Final = frozenset({Division.CHIEF_COMPLAINT, Division.HISTORY, Division.ASSESSMENT, Division.PLAN})
_SILENT: Final = frozenset(
    {Division.FAMILY, Division.SOCIAL, Division.PAST_HISTORY, Division.REVIEW_OF_SYSTEMS, Division.MEDICATIONS}
)

Split = dict[str, tuple[list[str], list[frozenset[str]]]]
"""Sentences of one note, each as its words and their stems, so that it is split once for all its problems."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A problem and its candidates, best first; ``candidates[0]`` is what a coder would start with.

    ``heard`` are findings of the visit that made the best candidate more exact than the note does.
    """

    problem: Problem
    candidates: tuple[Candidate, ...]
    heard: tuple[Finding, ...] = ()

    @property
    def best(self) -> Candidate:
        """The first candidate."""
        return self.candidates[0]

    @property
    def certain(self) -> bool:
        """Whether the note states the problem of this patient, now, without doubt, and the code fits its words."""
        return (
            self.problem.assertion in (Assertion.PRESENT, Assertion.PAST, Assertion.FAMILY)
            and self.best.score >= ENOUGH
        )


class Chooser:
    """Looks problems up in the context of their note and of what else is known of the visit."""

    def __init__(self, retriever: Retriever, findings: Sequence[Finding] = (), chart: Chart | None = None) -> None:
        """``retriever`` finds candidates for words; ``findings`` say more than the note, ``chart`` whose it is."""
        self._retriever = retriever
        self._findings = findings
        self._chart = chart

    def choose(self, problems: Sequence[Problem], note: Note) -> list[Choice]:
        """Choices for ``problems``; a line that names several becomes several."""
        choices: list[Choice] = []
        patient = patient_of(note, self._chart)
        split: Split = {}
        for problem in problems:
            for part in self._parts(problem):
                context = self._context(part, note, patient, split)
                candidates = [c for c in self._candidates(part, context) if patient.admits(c.code)]
                if not candidates or part.named is Named.STATED and not self._whole(candidates[0], part.phrase):
                    continue
                candidates, context, heard = self._as_heard(part, candidates, context, patient)
                choices.extend(Choice(part, group, heard) for group in self._both_sides(candidates, part, context))
        return choices

    def _as_heard(
        self, problem: Problem, candidates: list[Candidate], context: Context, patient: Patient
    ) -> tuple[list[Candidate], Context, tuple[Finding, ...]]:
        """Candidates that are as exact as what was said in the visit, and the findings that made the first one so."""
        heard = about(self._retriever.words(problem.phrase), self._findings, self._retriever.words)
        if not heard:
            return candidates, context, ()
        more = self._with_heard(context, heard)
        found = [c for c in self._candidates(problem, more) if patient.admits(c.code)]
        said = self._more_exactly(problem, heard)
        exact = self._retriever.candidates(said[1], more, 1) if said else []
        if said and exact and exact[0].code[:3] == found[0].code[:3] and exact[0].code != found[0].code:
            return [*exact, *(c for c in found if c.code != exact[0].code)], more, said[:1]
        return found, more, self._used(found[0], context, heard)

    def _with_heard(self, context: Context, heard: Sequence[Finding]) -> Context:
        """The context of a problem, what the note leaves open filled from findings; two sides fill nothing."""
        said = frozenset[str]().union(*(details(f, self._retriever.words) for f in heard))
        side = said & SIDES
        found = context.sides or (side if len(side) == 1 else frozenset())
        return replace(context, near=context.near | (said - SIDES), sides=found)

    def _used(self, best: Candidate, context: Context, heard: Sequence[Finding]) -> tuple[Finding, ...]:
        """The findings without which ``best`` would claim more than the note says."""
        unsaid = frozenset(best.details) - context.near - context.sides
        return tuple(f for f in heard if unsaid & details(f, self._retriever.words))

    def _more_exactly(self, problem: Problem, heard: Sequence[Finding]) -> tuple[Finding, str] | None:
        """The problem as said in the visit, where the note is silent: with its stage, or with how it stands or how bad
        it is if that has a name of its own ("poorly controlled diabetes")."""
        noted = self._retriever.words(" ".join(s.text for s in problem.block))
        own = self._retriever.name_of(problem.phrase)
        for finding in heard:
            for stage in stages(finding):
                if not self._retriever.words(stage) & noted:
                    return finding, f"{problem.phrase} {stage}"
            for how in (finding.detail.status, finding.detail.severity):
                phrase = f"{how} {problem.phrase}"
                if (
                    how
                    and not self._retriever.words(how) & noted
                    and self._retriever.name_of(phrase) not in (None, own)
                ):
                    return finding, phrase
        return None

    def _candidates(self, problem: Problem, context: Context) -> list[Candidate]:
        if not self._retriever.words(problem.phrase) - MODIFIERS:
            return []
        found = self._retriever.candidates(problem.phrase, context, 12)
        if problem.assertion is Assertion.PAST:
            bare = _CUE.sub("", problem.phrase)
            found = best_of([found, self._retriever.candidates(f"history of {_OPERATION.sub('', bare)}", context, 12)])
        found = [c for c in found if _admissible(c, problem)]
        if (
            problem.assertion is Assertion.PAST
            and _OPERATION.search(problem.phrase)
            and (not found or found[0].score < ENOUGH)
        ):
            term = Term("Z98.890", "status post surgery", "synonym")
            found.insert(0, Candidate("Z98.890", ENOUGH + 0.05, term))
        return found

    def _both_sides(
        self, candidates: list[Candidate], problem: Problem, context: Context
    ) -> list[tuple[Candidate, ...]]:
        """A bilateral problem whose category has no bilateral code takes the code of each side (I.B.13)."""
        title = self._retriever.table.display(candidates[0].code).lower()
        said = sides(self._retriever.words(problem.span))
        if said != {"bilateral"} or "bilateral" in title or "unspecified" not in title:
            return [tuple(candidates)]
        pair = []
        for side in ("right", "left"):
            match = Match(candidates[0].term, 1, 1, 1)
            one = self._retriever.refine(
                match, candidates[0].score, frozenset({side}), Context(context.near, frozenset({side}))
            )
            if one is None or side not in self._retriever.table.display(one.code).lower():
                return [tuple(candidates)]
            pair.append((one, *candidates[1:]))
        return pair

    def _parts(self, problem: Problem) -> list[Problem]:
        problem = replace(problem, phrase=_UNKNOWN.sub("", problem.phrase))
        cause = _CAUSE.split(problem.phrase, maxsplit=1)
        if len(cause) == 2 and all(cause):
            whole, effect, origin = (self._top(p) for p in (problem.phrase, *cause))
            if whole is None or origin is not None and whole.score < 0.97 and origin.score >= 0.75:
                keep = cause[1:] if effect is None or SYMPTOM.match(effect.code) or effect.score < ENOUGH else cause
                return [part for phrase in keep for part in self._parts(replace(problem, phrase=phrase))]
            if whole.score < ENOUGH and effect is not None and effect.score >= 0.75:
                return [replace(problem, phrase=cause[0])]
        pieces = [p for p in _JOIN.split(problem.phrase) if p]
        if len(pieces) > 1:
            whole = self._top(problem.phrase)
            pieces = [p for p in pieces if self._retriever.words(p) - MODIFIERS]
            tops = [self._top(p) for p in pieces]
            good = [
                t for p, t in zip(pieces, tops, strict=True) if t is not None and t.score >= 0.8 and self._whole(t, p)
            ]
            if len(good) == len(pieces) and (whole is None or whole.score < 0.97):
                return [replace(problem, phrase=p) for p in pieces]
            if good and tops[0] in good and (whole is None or whole.score < ENOUGH):
                return [replace(problem, phrase=p) for p, t in zip(pieces, tops, strict=True) if t in good]
        return [problem]

    def _whole(self, candidate: Candidate, phrase: str) -> bool:
        """Whether ``phrase`` says all that the matched term says: "left foot" is no problem of its own."""
        return (
            not self._retriever.words(candidate.term.text) - self._retriever.words(phrase) - MODIFIERS - NEUTRAL_STEMS
        )

    def name_of(self, text: str) -> str:
        """The code whose curated name ``text`` is, or nothing."""
        return self._retriever.name_of(text) or ""

    def mentions(self, sentences: Sequence[NoteSentence]) -> list[Problem]:
        """Usual names of conditions in running text, longest first, each with what its sentence claims of it."""
        found: list[Problem] = []
        for sentence in sentences:
            spans = list(re.finditer(r"[A-Za-z0-9][A-Za-z0-9'’/-]*", sentence.text))
            bears = [bool(self._retriever.words(span[0])) for span in spans]
            nameable = [self._retriever.in_a_name(span[0]) for span in spans]
            taken = -1
            for i in range(len(spans)):
                if i <= taken or not bears[i]:
                    continue
                longest = next((n for n in range(_LONGEST) if not all(nameable[i + n : i + n + 1])), _LONGEST)
                for size in range(min(longest, len(spans) - i), 0, -1):
                    if not bears[i + size - 1]:
                        continue
                    start, end = spans[i].start(), spans[i + size - 1].end()
                    text = sentence.text[start:end]
                    if self._retriever.name_of(text) is not None:
                        assertion = assertion_of(sentence.text, start, end)
                        found.append(Problem(text, text, sentence, (sentence,), assertion, Named.STATED))
                        taken = i + size - 1
                        break
        return found

    def _top(self, phrase: str) -> Candidate | None:
        found = self._retriever.candidates(phrase, None, 1)
        return found[0] if found else None

    def _context(self, problem: Problem, note: Note, patient: Patient, split: Split) -> Context:
        core = self._retriever.words(problem.phrase) - MODIFIERS
        own = self._retriever.words(problem.span) | self._retriever.words(problem.sentence.text)
        near = set(own) if len(problem.sentence.text.split()) < 15 else set()
        found = sides(frozenset(self._retriever.words(problem.phrase)))
        for scope in (problem.block, [s for s in note.sentences if s.division not in _SILENT]):
            seen: set[str] = set()
            for sentence in scope:
                seen |= self._near(sentence, core, split)
            near |= seen - SIDES
            if not found and len(seen & SIDES) == 1:
                found = sides(frozenset(seen))
        if not found:
            found = self._only_side(note)
        if patient.trimester is not None:
            near |= self._retriever.words(f"{patient.trimester} trimester")
        return Context(frozenset(near), found, "D" if _AFTERCARE.search(problem.sentence.text) else "A")

    def _only_side(self, note: Note) -> frozenset[str]:
        """The side that the whole story is about, when it names only one."""
        told = (s.text for s in note.sentences if s.division in _TOLD)
        named = {w for text in told for w in re.findall(r"\b(?:right|left|bilateral|both)\b", text.lower())}
        return frozenset(named) if len(named) == 1 and named < {"right", "left"} else frozenset()

    def _near(self, sentence: NoteSentence, core: frozenset[str], split: Split) -> set[str]:
        """Stems within a few words of a word of ``core``, in a sentence that affirms it."""
        if sentence.text not in split:
            words = re.findall(r"\S+", sentence.text)
            split[sentence.text] = words, [self._retriever.words(w) for w in words]
        words, stems = split[sentence.text]
        if len(words) > _LONG_SENTENCE:
            return set()
        hits = [i for i, s in enumerate(stems) if not s.isdisjoint(core)]
        if not hits:
            return set()
        first = sentence.text.find(words[hits[0]])
        if assertion_of(sentence.text, first, first + len(words[hits[0]])) is not Assertion.PRESENT:
            return set()
        return {w for i in hits for s in stems[max(0, i - _WINDOW) : i + _WINDOW + 1] for w in s}


def _admissible(candidate: Candidate, problem: Problem) -> bool:
    code = candidate.code
    if problem.assertion is Assertion.PAST:
        return code.startswith(("Z8", "Z9", "Z79"))
    if problem.assertion is Assertion.FAMILY:
        return code.startswith(("Z80", "Z81", "Z82", "Z83", "Z84"))
    if problem.named is Named.COMPLAINT:
        return not code.startswith(("Z8", "P", "O", "Q"))
    said = problem.phrase.lower()
    if code.startswith(("Z80", "Z81", "Z82", "Z83", "Z84")):
        return "family" in said
    if code.startswith(("Z85", "Z86", "Z87")):
        return "history" in said or "former" in said
    if code.startswith("P"):
        return "newborn" in said or "neonat" in said
    if code.startswith("O"):
        return bool(
            re.search(
                r"pregnan|partum|gestation|eclampsia|miscarriage|abortion|labor|hyperemesis|maternal|prenatal", said
            )
        )
    return True
