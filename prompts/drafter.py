"""The drafter: segments in, verified note sentences out; one note from all of them in the end."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from prompts import assembly, templates
from prompts.engines import Engine
from prompts.language.roles import roles
from prompts.phrases import phrases
from prompts.rewording import Rewording
from prompts.salience import Judge, Weights
from prompts.verify import verify
from visit.findings import Finding
from visit.notes import Note, NoteSentence, Origin, Segment, Verdict
from visit.turns import Turn


class SegmentDrafter:
    """Drafts by rule, and lets a language model reword what the gate then accepts.

    ``engine`` is ``None`` for rules only. An engine that fails or runs out of time costs nothing but its wording.
    """

    def __init__(self, engine: Engine | None = None, weights: Weights | None = None) -> None:
        """Nothing is loaded until the engine is first asked. ``weights`` are salience weights other than those that
        ship."""
        self._weights = weights
        self._rewording = Rewording(engine) if engine else None

    def draft(self, segment: Segment, turns: Sequence[Turn], findings: Sequence[Finding]) -> tuple[NoteSentence, ...]:
        """Sentences for one segment, each with its verdict. What the gate refuses is not written."""
        who = roles(turns)
        checked = [
            verify(sentence, turns, findings, who) for sentence in phrases(segment, turns, findings, self._weights)
        ]
        sentences = [s for s in checked if s.verdict is not Verdict.UNSUPPORTED]
        if self._rewording:
            sentences = self._rewording.reword(segment, sentences, turns, findings)
        return tuple({s.id: s for s in sentences}.values())

    def assemble(
        self,
        sentences: Sequence[NoteSentence],
        turns: Sequence[Turn],
        findings: Sequence[Finding],
        template: str = "soap",
    ) -> Note:
        """One note in the format called ``template``, every sentence verified again as it finally stands."""
        who = roles(turns)
        judge = Judge(turns, findings, self._weights)

        @cache
        def score(sentence: NoteSentence) -> float:
            return judge(sentence).salience

        note = assembly.assemble(sentences, findings, templates.load(template), score)

        def stands(sentence: NoteSentence) -> bool:
            return sentence.origin is Origin.CLINICIAN or sentence.verdict is not Verdict.UNSUPPORTED

        kept, aside = (
            tuple(filter(stands, (verify(s, turns, findings, who) for s in part)))
            for part in (note.sentences, note.aside)
        )
        return replace(note, sentences=kept, aside=aside)

    def verify(self, sentence: NoteSentence, turns: Sequence[Turn], findings: Sequence[Finding]) -> NoteSentence:
        """The same sentence with a fresh verdict."""
        return verify(sentence, turns, findings, roles(turns))
