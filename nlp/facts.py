"""The findings of one visit: one entry a fact, revised as more is said, replaced when a later word corrects it."""

from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from typing import Final

from nlp.mentions import Mention
from visit.findings import Detail, Finding, FindingKind, Polarity, Subject, Timing
from visit.ids import FindingId
from visit.notes import Division

_FIELDS: Final = {item.name for item in fields(Detail)}
_MAX_TURNS: Final = 6
PAINS: Final = frozenset({"headache", "sore throat", "muscle cramps", "abdominal cramps", "dysuria", "migraine"})
_SAME: Final = {FindingKind.PROBLEM: FindingKind.SYMPTOM}
_VALUED: Final = frozenset({FindingKind.VITAL, FindingKind.RESULT})
Key = tuple[FindingKind, str, Subject, bool, str | None, bool]
"""Kind, concept, subject, whether it is only supposed, side, and whether it is a drug of the plan."""


def detail_of(values: dict[str, str]) -> Detail:
    """A detail from the values that are its fields; others are ignored."""
    return Detail(**{key: value for key, value in values.items() if key in _FIELDS and value})


def _merge_detail(old: Detail, new: dict[str, str], *, overwrite: bool) -> Detail:
    changed = {k: v for k, v in new.items() if k in _FIELDS and v and (overwrite or getattr(old, k) is None)}
    # "Take it as directed" after "increase it to 40" takes nothing back.
    if old.action in {"increase", "decrease", "stop"} and changed.get("action") in {"start", "continue", "order"}:
        del changed["action"]
    return replace(old, **changed) if changed else old


def _turns(old: tuple[int, ...], new: Iterable[int]) -> tuple[int, ...]:
    merged = sorted({*old, *new})
    return tuple(merged if len(merged) <= _MAX_TURNS else [*merged[: _MAX_TURNS - 2], *merged[-2:]])


class Facts:
    """The store. ``touched`` collects what the current turn added or revised.

    ``goes_on`` names, for a turn that goes on with a sentence that was cut, the turn it began in: both are cited.
    """

    def __init__(self) -> None:
        """Start empty."""
        self._findings: dict[FindingId, Finding] = {}
        self._current: dict[Key, FindingId] = {}
        self.touched: dict[FindingId, None] = {}
        self.goes_on: dict[int, int] = {}
        self.focus: FindingId | None = None
        self.pain: FindingId | None = None
        self.medication: FindingId | None = None

    def all(self) -> tuple[Finding, ...]:
        """Every finding in the order of its first turn."""
        return tuple(sorted(self._findings.values(), key=lambda finding: finding.turns[0]))

    def get(self, finding: FindingId) -> Finding:
        """One finding in its last state."""
        return self._findings[finding]

    def known(self, kind: FindingKind, concept: str) -> Finding | None:
        """The patient's current finding of that concept, whatever its side."""
        base = _SAME.get(kind, kind)
        found = [i for key, i in self._current.items() if key[:2] == (base, concept) and not key[3]]
        return self._findings[found[-1]] if found else None

    def add(
        self, mention: Mention, turns: Sequence[int], division: Division | None = None, *, echo: bool = False
    ) -> Finding:
        """Record a mention: a new finding, a revision of the same fact, or a correction of it.

        An ``echo`` (one side repeating the other) confirms or adds, and never corrects.
        """
        key = self._key(mention, planned=mention.kind is FindingKind.MEDICATION and division is Division.PLAN)
        old = self._findings.get(self._current.get(key, FindingId("")))
        turns = tuple(sorted({*turns, *(self.goes_on[t] for t in turns if t in self.goes_on)}))
        if old is None:
            return self._new(mention, turns, division, key, None)
        if old.polarity is not mention.polarity and old.timing is mention.timing:
            if echo or (mention.polarity is Polarity.UNCERTAIN and old.polarity is Polarity.PRESENT):
                return old
            return self._new(mention, turns, division, key, old)
        return self._revise(old, turns, mention.detail, kind=mention.kind, division=division, timing=mention.timing)

    def describe(self, finding: FindingId, detail: dict[str, str], turns: Iterable[int]) -> Finding:
        """Add details that were said later, with the turns that say them."""
        return self._revise(self._findings[finding], turns, detail)

    def _key(self, mention: Mention, *, planned: bool) -> Key:
        kind = _SAME.get(mention.kind, mention.kind)
        side = mention.detail.get("side")
        if kind in _VALUED:
            # Two readings of one measure are two facts.
            return (
                kind,
                mention.concept,
                mention.subject,
                False,
                mention.detail.get("value") or mention.detail.get("reason"),
                False,
            )
        hypothetical = mention.timing is Timing.HYPOTHETICAL
        key: Key = (kind, mention.concept, mention.subject, hypothetical, side, planned)
        if key in self._current:
            return key
        # A fact once said with a side is the same fact when it comes back without one, and the other way round.
        # What is done with a drug from now on is another fact than how it was taken.
        same = [k for k in reversed(self._current) if k[:4] == key[:4] and (side is None or k[4] is None)]
        same = [k for k in same if k[5] == planned] or ([] if planned else same)
        return same[0] if same else key

    def _new(
        self, mention: Mention, turns: tuple[int, ...], division: Division | None, key: Key, old: Finding | None
    ) -> Finding:
        finding = Finding(
            FindingId(f"f{len(self._findings) + 1}"),
            mention.kind,
            mention.concept,
            mention.text,
            turns,
            mention.polarity,
            mention.subject,
            mention.timing,
            detail_of(mention.detail),
            supersedes=old.id if old else None,
            division=division,
        )
        return self._store(finding, key)

    def _revise(
        self,
        old: Finding,
        turns: Iterable[int],
        detail: dict[str, str],
        *,
        kind: FindingKind | None = None,
        division: Division | None = None,
        timing: Timing | None = None,
    ) -> Finding:
        late = division in {Division.ASSESSMENT, Division.PLAN}
        finding = replace(
            old,
            kind=kind if kind is not None and late else old.kind,
            division=division if late or old.division is None else old.division,
            turns=_turns(old.turns, turns),
            timing=Timing.CURRENT if timing is Timing.CURRENT else old.timing,
            detail=_merge_detail(old.detail, detail, overwrite=late),
        )
        return self._store(finding, None) if finding != old else old

    def _store(self, finding: Finding, key: Key | None) -> Finding:
        self._findings[finding.id] = finding
        self.touched[finding.id] = None
        if key is not None:
            self._current[key] = finding.id
        if finding.polarity is Polarity.PRESENT and finding.subject is Subject.PATIENT:
            if finding.kind in {FindingKind.SYMPTOM, FindingKind.PROBLEM} and finding.timing is Timing.CURRENT:
                self.focus = finding.id
                if finding.concept in PAINS or finding.concept.endswith(" pain"):
                    self.pain = finding.id
            if finding.kind is FindingKind.MEDICATION:
                self.medication = finding.id
        return finding
