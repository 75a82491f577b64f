"""The coder: suggestions for a note, and search for a person."""

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from nlp.icd10 import rules, treated
from nlp.icd10.assertion import Assertion
from nlp.icd10.audit import audit
from nlp.icd10.choose import ENOUGH, Choice, Chooser
from nlp.icd10.companions import companions_of
from nlp.icd10.data import digest
from nlp.icd10.hcc import hccs
from nlp.icd10.heard import not_present
from nlp.icd10.hints import hints_for
from nlp.icd10.level import level_of
from nlp.icd10.problems import Named, complaints_of, has_blocks, problems_of
from nlp.icd10.reasons import reason_for
from nlp.icd10.retrieve import Candidate, Retriever
from nlp.icd10.search import Term
from nlp.icd10.table import Table, load
from visit.charts import Chart
from visit.codes import CodeEvidence, CodeProblem, CodeSuggestion, Hint, RiskCategory, VisitLevel
from visit.findings import Finding
from visit.notes import Division, Note

_ALTERNATIVES: Final = 6
_MOST_STATED: Final = 4
"""Most codes accepted from running text, where a mention weighs less than a heading."""

_SETTLED: Final = 2
"""With so many diagnoses under headings of their own, running text adds none."""

_BESIDE: Final = 0.1
"""Score of a code that is asked for beside another: offered after every alternative."""

_NAMED: Final = 0.3
"""Least score of a condition that a note without headings names and that is not accepted."""

_CODE: Final = re.compile(r"^[A-Za-z]\d[\dA-Za-z](?:\.?[\dA-Za-z]{0,4})?$")


class IcdCoder:
    """Suggests ICD-10-CM codes for the assessed problems of a note. Implements the ``Coder`` port.

    Reads only after construction, so one instance serves every thread.
    """

    def __init__(self, cache_dir: Path, embedder_dir: Path | None = None) -> None:
        """Load the index from ``cache_dir`` (built there the first time: about half a minute, more with an embedder).

        ``embedder_dir`` holds all-MiniLM-L6-v2; without it search is lexical only.
        """
        table = load(cache_dir)
        embedder = None
        if embedder_dir is not None:
            from nlp.icd10.embed import open_nearest

            embedder = open_nearest(table, cache_dir, embedder_dir)
        self._compose(table, Retriever.open(table, cache_dir, embedder))

    @classmethod
    def of(cls, table: Table, retriever: Retriever) -> "IcdCoder":
        """A coder over parts that are there already, for benches that leave one out."""
        coder = cls.__new__(cls)
        coder._compose(table, retriever)
        return coder

    def _compose(self, table: Table, retriever: Retriever) -> None:
        self.table = table
        self._retriever = retriever

    @property
    def release(self) -> str:
        """The release of the official list in use ("April 2026")."""
        return self.table.release

    def suggest(
        self, note: Note, findings: Sequence[Finding] = (), chart: Chart | None = None
    ) -> tuple[CodeSuggestion, ...]:
        """Accepted codes first, in the order a claim would list them, then alternatives, then companion codes.

        ``findings`` bar what the visit denies and say what the note leaves open; age and sex are those of ``chart``.
        """
        barred = not_present(findings)
        chooser = Chooser(self._retriever, findings, chart)
        choices = [c for c in chooser.choose(problems_of(note), note) if c.problem.phrase.lower() not in barred]
        accepted = _unique([c for c in choices if c.certain])
        if not has_blocks(note):
            accepted, found = _without_headings(chooser, note, accepted, barred)
            choices = [*choices, *found]
        choices = [*choices, *_behind_symptoms(chooser, choices, note)]
        chosen, dropped, notes = self._apply_rules(accepted)
        first = [self._suggestion(c, accepted=True, why=notes.get(c.best.code)) for c in chosen]
        taken = {s.code for s in first}
        rest = self._alternatives(choices, dropped, taken)
        if not has_blocks(note):
            rest = self._named_too(chooser, note, barred, rest, taken)
        beside = [
            CodeSuggestion(
                code=c.code,
                display=self.table.display(c.code),
                score=_BESIDE,
                reason=f"“{c.words}”: {c.why}.",
                evidence=(CodeEvidence(c.words, c.sentence.id, c.sentence.evidence),),
                accepted_tier=False,
            )
            for c in companions_of(note, [s.code for s in first])
        ]
        listed = [s for s in rest if s.code not in {b.code for b in beside}]
        return (*first, *listed[:_ALTERNATIVES], *beside)

    @property
    def version(self) -> str:
        """What suggests, for statistics of agreement: the list's release, and a digest of all words, rules and code
        that choose here; it changes with any of them.
        """
        return f"{self.release}, coder {digest()}" + ("" if self._retriever.by_meaning else ", by words alone")

    def hints(self, note: Note, suggestions: Sequence[CodeSuggestion]) -> tuple[Hint, ...]:
        """What the note leaves open and its accepted codes depend on."""
        return hints_for(note, suggestions, self.table)

    def level(self, note: Note, suggestions: Sequence[CodeSuggestion]) -> VisitLevel:
        """The level of decision making that the note documents."""
        return level_of(note, [s for s in suggestions if s.accepted_tier])

    def audit(self, codes: Sequence[str], note: Note, chart: Chart | None = None) -> tuple[CodeProblem, ...]:
        """What is wrong with codes that a person entered; nothing when the claim is clean."""
        return audit(codes, note, self.suggest(note, (), chart), Chooser(self._retriever), self.table, chart)

    def risk_categories(self, codes: Sequence[str]) -> tuple[RiskCategory, ...]:
        """The risk-adjustment categories of codes, for information."""
        return hccs(codes)

    def named(self, note: Note) -> tuple[CodeSuggestion, ...]:
        """A code for every condition that the assessment names as present, in order, no rule applied."""
        assessed = [s for s in note.sentences if s.division is Division.ASSESSMENT]
        chooser = Chooser(self._retriever)
        mentions = [m for m in chooser.mentions(assessed) if m.assertion is Assertion.PRESENT]
        return tuple(self._suggestion(c, accepted=c.certain) for c in chooser.choose(mentions, note))

    def search(self, query: str, limit: int = 10) -> tuple[CodeSuggestion, ...]:
        """Billable codes for a description or the start of a code. They rest on no note, so they cite nothing."""
        typed = query.strip()
        by_code = self._by_code(typed.upper(), limit) if _CODE.match(typed) else ()
        if by_code:
            return by_code
        found = self._retriever.ranked(typed, limit)
        return tuple(
            CodeSuggestion(
                code=c.code,
                display=self.table.display(c.code),
                score=round(min(c.score, 1.0), 3),
                reason=f"listed under “{c.term.text}” ({c.term.source})",
                evidence=(),
                accepted_tier=c.score >= ENOUGH,
            )
            for c in found
        )

    def _by_code(self, typed: str, limit: int) -> tuple[CodeSuggestion, ...]:
        plain = typed.replace(".", "")
        found: list[str] = []
        for node in self.table.nodes.values():
            own = node.code.replace(".", "")
            if node.children or not (own.startswith(plain) or plain.startswith(own)):
                continue
            codes = [self.table.with_seventh(node, c) for c, _ in node.sevenths] or [node.code]
            found.extend(c for c in codes if c.replace(".", "").startswith(plain))
            if len(found) >= limit:
                break
        return tuple(
            CodeSuggestion(c, self.table.display(c), 1.0, "starts with what was typed", (), accepted_tier=True)
            for c in found[:limit]
        )

    def _apply_rules(self, accepted: list[Choice]) -> tuple[list[Choice], list[tuple[Choice, str]], dict[str, str]]:
        by_code = {c.best.code: c for c in accepted}
        dropped: list[tuple[Choice, str]] = []
        notes: dict[str, str] = {}
        for combination in rules.combinations(list(by_code)):
            if combination.replaces not in by_code or not self.table.is_billable(combination.code):
                continue
            old = by_code[combination.replaces]
            dropped.append((old, f"{combination.why}; {combination.code} says both"))
            term = Term(combination.code, self.table.display(combination.code), "combination")
            by_code = {
                (combination.code if k == combination.replaces else k): (
                    replace(v, candidates=(Candidate(combination.code, v.best.score, term), *v.candidates))
                    if v is old
                    else v
                )
                for k, v in by_code.items()
            }
            notes[combination.code] = combination.why
        for code in rules.absorbed(list(by_code)):
            dropped.append((by_code.pop(code), "the diabetes code already says it"))
        for drop in (*rules.drop_integral(list(by_code), self.table), *rules.drop_vague(list(by_code), self.table)):
            if drop.code in by_code:
                dropped.append((by_code.pop(drop.code), drop.why))
        for code, other in rules.excludes1_conflicts(list(by_code), self.table):
            if code in by_code and other in by_code:
                weaker = min(code, other, key=lambda c: by_code[c].best.score)
                stronger = other if weaker == code else code
                dropped.append(
                    (by_code.pop(weaker), f"an Excludes1 note forbids it beside {stronger}; ask which one is meant")
                )
        order = rules.code_first_order(list(by_code), self.table)
        return [by_code[c] for c in order], dropped, notes

    def _alternatives(
        self, choices: Sequence[Choice], dropped: Sequence[tuple[Choice, str]], taken: set[str]
    ) -> list[CodeSuggestion]:
        pool: dict[str, CodeSuggestion] = {}
        for choice, why in dropped:
            _keep(pool, self._suggestion(choice, accepted=False, why=why, skip=taken), taken)
        for choice in choices:
            if choice.problem.assertion in (Assertion.ABSENT, Assertion.FAMILY, Assertion.HYPOTHETICAL):
                continue
            for candidate in choice.candidates[:4]:
                if candidate.score < 0.35:
                    continue
                heard = choice.heard if candidate is choice.best else ()
                one = replace(choice, candidates=(candidate,), heard=heard)
                _keep(pool, self._suggestion(one, accepted=False), taken)
        return sorted(pool.values(), key=lambda s: -s.score)

    def _named_too(
        self, chooser: Chooser, note: Note, barred: set[str], rest: list[CodeSuggestion], taken: set[str]
    ) -> list[CodeSuggestion]:
        """Conditions that the note names elsewhere, before the neighbours of codes that are listed already."""
        pool: dict[str, CodeSuggestion] = {}
        for choice, weight in treated.weighed(chooser, note).values():
            if choice.problem.phrase.lower() not in barred and choice.best.score >= ENOUGH:
                one = self._suggestion(choice, accepted=False)
                _keep(pool, replace(one, score=round(_NAMED + (0.49 - _NAMED) * weight, 3)), taken)
        for one in rest:
            _keep(pool, replace(one, score=round(one.score * _NAMED / 0.49, 3)), taken)
        return sorted(pool.values(), key=lambda s: -s.score)

    def _suggestion(
        self, choice: Choice, *, accepted: bool, why: str | None = None, skip: set[str] | None = None
    ) -> CodeSuggestion:
        best = next((c for c in choice.candidates if c.code not in (skip or ())), choice.best)
        score = min(best.score, 1.0)
        return CodeSuggestion(
            code=best.code,
            display=self.table.display(best.code),
            score=round(0.5 + 0.5 * score if accepted else 0.49 * score, 3),
            reason=reason_for(choice, best, self.table.display(best.code), accepted=accepted, rule=why),
            evidence=_evidence(choice),
            accepted_tier=accepted,
        )


def _without_headings(
    chooser: Chooser, note: Note, headed: list[Choice], barred: set[str]
) -> tuple[list[Choice], list[Choice]]:
    """Accepted choices, and all that were looked at, when no heading names a diagnosis."""
    headed = [c for c in headed if treated.specific(c)]
    stated = [c for c in treated.stated_in_plan(chooser, note) if c.problem.phrase.lower() not in barred]
    if len(treated.diagnoses(headed)) >= _SETTLED:
        stated = []
    named = [c for c in treated.named_and_treated(chooser, note) if c.problem.phrase.lower() not in barred]
    found = [*treated.diagnoses(stated, treated.present), *treated.diagnoses(named)]
    categories = {c.best.code[:3] for c in headed}
    new = [c for c in found if c.best.code[:3] not in categories]
    complaints = chooser.choose(complaints_of(note), note)
    confirmed = treated.diagnoses([*headed, *(c for c in new if c not in named)])
    if not confirmed and not headed:
        new += [c for c in complaints if c.certain and rules.SYMPTOM.match(c.best.code)][:2]
    new += [c for c in treated.symptoms_treated(chooser, note) if c.best.code[:3] not in categories]
    return [*headed, *_unique(new)[: max(0, _MOST_STATED - len(headed))]], [*stated, *complaints]


def _behind_symptoms(chooser: Chooser, choices: Sequence[Choice], note: Note) -> list[Choice]:
    """Diagnoses that the reasoning under a symptom's heading names: never accepted, but next to look at."""
    blocks = [
        s
        for c in choices
        if c.problem.named is Named.HEADING and rules.SYMPTOM.match(c.best.code)
        for s in c.problem.block[1:]
    ]
    named = [p for p in chooser.mentions(blocks) if p.assertion in (Assertion.PRESENT, Assertion.UNCERTAIN)]
    return chooser.choose(named, note)


def _keep(pool: dict[str, CodeSuggestion], one: CodeSuggestion, taken: set[str]) -> None:
    if one.code not in taken and (one.code not in pool or pool[one.code].score < one.score):
        pool[one.code] = one


def _unique(choices: Sequence[Choice]) -> list[Choice]:
    seen: dict[str, Choice] = {}
    for choice in choices:
        seen.setdefault(choice.best.code, choice)
    return list(seen.values())


def _evidence(choice: Choice) -> tuple[CodeEvidence, ...]:
    """The words of the note, and what was said beside them in the visit."""
    problem = choice.problem
    own = CodeEvidence(problem.span, problem.sentence.id, problem.sentence.evidence)
    return (own, *(CodeEvidence(f.text, None, f.turns) for f in choice.heard))
