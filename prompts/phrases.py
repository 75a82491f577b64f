"""The deterministic phrases of a segment: the statements that matter, and the findings that none of them carries."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from prompts.candidates import Candidate, Source, candidates
from prompts.explaining import explains
from prompts.identity import sentence_id
from prompts.language import polarity
from prompts.language.impersonal import personal
from prompts.language.precautions import RETURN
from prompts.language.tidy import sentence_case
from prompts.language.words import content
from prompts.salience import Judge, Weights
from prompts.verify import CLINICIAN_ONLY
from prompts.wording import division_of, evidence_of, wording
from visit.findings import Finding, FindingKind, Polarity
from visit.notes import Division, NoteSentence, Origin, Segment, Verdict
from visit.turns import Speaker, Turn

KEEP: Final = 0.03
"""Salience under which a statement of the usual length is not written."""
_USUAL_WORDS: Final = 10
_CHEAPEST, _DEAREST = 0.35, 1.4
_TRUST: Final = 2.0
"""How much more likely a division is when the segment is said to be about it."""
_DIAGNOSIS_WORDS: Final = 12
"""A sentence that names an assessed problem in more words than this may say something else of it."""
_SHORT_DENIAL: Final = 7
"""A denial in more words than this may say something else as well; the finding is then denied by itself."""
_CHANGES: Final = frozenset({"start", "stop", "increase", "decrease"})
_SEEN: Final = frozenset({Division.EXAM, Division.VITALS, Division.RESULTS})
_OF_PATIENT: Final = re.compile(
    r"^(?:has|had|is|was|does|did|takes|took|feels|felt|denies|history|\w+s\b)|"
    r"\b(?:they|their|them|he|she|his|her|him|patient|year[- ]old|mr|mrs|ms)\b",
    re.I,
)
_MEASURED: Final = re.compile(
    r"\d|\b(?:vitals?|vital signs?|pressure|pulse|heart rate|temperature|fever|febrile|oxygen|satur\w+|sats?|"
    r"weigh\w*|height|bmi|breathing|respirat\w+)\b",
    re.I,
)
"""What a sentence of the vital signs holds."""
_ALWAYS: Final = frozenset({Division.ASSESSMENT, Division.ALLERGIES, Division.VITALS, Division.REVIEW_OF_SYSTEMS})
"""Divisions whose findings are always written, whatever their salience."""


def phrases(
    segment: Segment, turns: Sequence[Turn], findings: Sequence[Finding], weights: Weights | None = None
) -> list[NoteSentence]:
    """Sentences for a segment, by rule; each cites the turns it was made from. Verdicts are not given yet.

    ``weights`` are salience weights other than those that ship.
    """
    judge = Judge(turns, findings, weights)
    out = []
    for sentence in statements(segment, turns, findings):
        judgement = judge(sentence)
        by_finding = sentence.findings and sentence.division in _ALWAYS
        fixed = _fixed(sentence, findings)
        if fixed is Division.ASSESSMENT and judge.role(sentence) is Speaker.PATIENT:
            fixed = None  # what a patient calls a problem is no assessment
        open_to = _open_to(sentence, judge.role(sentence))
        if not _MEASURED.search(sentence.text):
            open_to -= {Division.VITALS}
        fits = 1.0 if fixed else sum(judgement.divisions[d] for d in open_to if d in judgement.divisions)
        if judgement.salience * fits < _price(sentence.text) and not by_finding and not _must(sentence, findings):
            continue
        if fixed is None:
            trusted = {
                d: s * (_TRUST if d in segment.divisions else 1.0)
                for d, s in judgement.divisions.items()
                if d in open_to
            }
            fixed = max(trusted, key=lambda d: trusted[d])
        out.append(replace(sentence, division=fixed, id=sentence_id(fixed, sentence.text, sentence.evidence)))
    return out


def _open_to(sentence: NoteSentence, role: Speaker) -> frozenset[Division]:
    """The divisions a statement may stand in by who made it: a patient's in none that rest on the clinician, and a
    clinician's among what the patient told only when it speaks of the patient."""
    if role is Speaker.PATIENT:
        return frozenset(Division) - CLINICIAN_ONLY
    of_patient = len(sentence.evidence) > 1 or bool(_OF_PATIENT.search(sentence.text))
    return frozenset(Division) if of_patient else CLINICIAN_ONLY


def _must(sentence: NoteSentence, findings: Sequence[Finding]) -> bool:
    """Whether a sentence is always written: what was found on examination, return precautions, changes of drugs."""
    if sentence.division is Division.EXAM:
        return any(f.id in sentence.findings and f.polarity is Polarity.PRESENT for f in findings)
    if sentence.division is not Division.PLAN:
        return False
    changed = any(
        f.id in sentence.findings and f.kind is FindingKind.MEDICATION and f.detail.action in _CHANGES for f in findings
    )
    return changed or sentence.text.startswith(RETURN)


def _price(text: str) -> float:
    """The salience a statement must have: a long one takes more of the note and must matter more."""
    return KEEP * min(_DEAREST, max(_CHEAPEST, len(text.split()) / _USUAL_WORDS))


def statements(segment: Segment, turns: Sequence[Turn], findings: Sequence[Finding]) -> list[NoteSentence]:
    """Every statement of a segment in note words, whether it matters or not."""
    places = {turn.index: place for place, turn in enumerate(turns)}
    inside = [f for f in findings if any(segment.first <= t <= segment.last for t in f.turns)]
    inside = [f for f in inside if not explains(f, turns, inside)]
    made = [c for c in candidates(turns, places[segment.first], places[segment.last]) if not _understood(c, inside)]
    out = [_sentence(candidate, inside) for candidate in made]
    carried = {name: sentence for sentence in out for name in sentence.findings}
    for finding in inside:
        carrier = carried.get(finding.id)
        denied = finding.polarity is Polarity.ABSENT
        named = carrier is not None and not (denied and len(carrier.text.split()) > _SHORT_DENIAL)
        if not named or division_of(finding) is Division.ASSESSMENT:
            sentence = _of_finding(finding, segment, turns, places)
            if sentence:
                out.append(sentence)
    told = [(s.evidence, content(s.text)) for s in out[len(made) :]]
    return [s for c, s in zip(made, out, strict=False) if not _told_by_finding(c, told)] + out[len(made) :]


def _told_by_finding(candidate: Candidate, told: Sequence[tuple[tuple[int, ...], frozenset[str]]]) -> bool:
    """Whether a short answer says no more than a finding of the same turns does ("Duration: 3 weeks.")."""
    if candidate.source is not Source.ANSWER:
        return False
    answer = content(candidate.text.partition(": ")[2] or candidate.text)
    return any(set(candidate.evidence) <= set(turns) and answer <= words for turns, words in told)


def carries(text: str, evidence: Sequence[int], finding: Finding) -> bool:
    """Whether a sentence with this evidence states a finding, with its polarity."""
    if not set(evidence) & set(finding.turns):
        return False
    words = content(text)
    if finding.detail.status:  # "not well controlled" denies control, not the problem
        text = text.replace(finding.detail.status, "")
    for name in (content(finding.concept), content(finding.text)):
        if name and name <= words:
            return polarity.denied(text, name) == (finding.polarity is Polarity.ABSENT)
    return False


def _fixed(sentence: NoteSentence, findings: Sequence[Finding]) -> Division | None:
    """The division that the findings of a sentence settle, if they do."""
    if sentence.division is Division.PLAN:
        return Division.PLAN
    settled = {division_of(f) for f in findings if f.id in sentence.findings}
    if sentence.division not in settled or len(settled) > 1:
        return None
    diagnosis = sentence.division is Division.ASSESSMENT and len(sentence.text.split()) > _DIAGNOSIS_WORDS
    return None if diagnosis else sentence.division


def _understood(candidate: Candidate, findings: Sequence[Finding]) -> bool:
    """Whether a denial says nothing that the findings of its turns do not say in clinical words, or denies one."""
    if candidate.source is not Source.DENIED or not candidate.items:
        return False
    own = [f for f in findings if set(f.turns) & set(candidate.evidence)]
    if any(f.polarity is not Polarity.ABSENT and carries_words(candidate.text, f) for f in own):
        return True
    known = frozenset[str]().union(
        *(content(f.text) | content(f.concept) for f in own if f.polarity is Polarity.ABSENT)
    )
    return all(content(item) <= known for item in candidate.items)


def carries_words(text: str, finding: Finding) -> bool:
    """Whether a text names a finding, whatever its polarity."""
    words = content(text)
    return any(name and name <= words for name in (content(finding.concept), content(finding.text)))


def _sentence(candidate: Candidate, findings: Sequence[Finding]) -> NoteSentence:
    carried = [f for f in findings if carries(candidate.text, candidate.evidence, f)]
    places = [division_of(f) for f in carried]
    division = max(places, key=places.count) if places else Division.HISTORY
    if candidate.source is Source.PLANNED and not set(places) & _SEEN:
        division = Division.PLAN
    return NoteSentence(
        sentence_id(division, candidate.text, candidate.evidence),
        division,
        candidate.text,
        candidate.evidence,
        Verdict.NEEDS_REVIEW,
        Origin.RULES,
        tuple(f.id for f in carried),
    )


def _of_finding(
    finding: Finding, segment: Segment, turns: Sequence[Turn], places: dict[int, int]
) -> NoteSentence | None:
    """The sentence that a finding makes by itself, in the segment of its first cited turn."""
    evidence = evidence_of(finding)
    if not segment.first <= evidence[0] <= segment.last:
        return None
    said = re.sub(r"\byour ", "", wording(finding, [turns[places[i]] for i in evidence]))
    text = sentence_case(said)
    if not text or personal(text) or (finding.kind is FindingKind.PROCEDURE and finding.polarity is Polarity.ABSENT):
        return None
    division = division_of(finding)
    return NoteSentence(
        sentence_id(division, text, evidence),
        division,
        text,
        evidence,
        Verdict.NEEDS_REVIEW,
        Origin.RULES,
        (finding.id,),
    )
