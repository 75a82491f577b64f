"""What the model learns from: prompts as the product asks them, answered with clinicians' own sentences.

Every visit is read and phrased by the product. The sentences of the reference note stand in as proposals, and the
product's own gate decides which of them may take the place of which phrases. So a target never holds a number, a drug,
a denial or a word that was not said.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from prompts.candidates import person_of
from prompts.engines import Proposal
from prompts.engines.asking import chat
from prompts.language.grammar import THEY
from prompts.language.roles import roles
from prompts.phrases import statements
from prompts.rewording import Gate, passages
from prompts.verify import verify
from train import dialogues
from train.dialogues import turns_of, understood
from visit.notes import NoteSentence, Origin, Verdict
from visit.turns import Turn

WINDOWS = (1, 2, 3)
"""How many neighbouring phrases a prompt holds; drafting asks for up to three."""
KEPT = 0.67
"""Share of a phrase's words that a clinician's sentence must hold; less than of a model's, as clinicians choose."""
_PIECE = re.compile(r"\s*(?:;|,? but\b|,? and\b)\s+(?=(?:he|she|they|the patient|has|had|is|denies|denied|reports?)\b)")
_UNSEXED = re.compile(r"^(?:he|she)\b", re.I)


@dataclass(frozen=True)
class Pair:
    """A prompt as text, ready for the tokenizer, and the sentences that answer it."""

    dialogue: str
    prompt: str
    target: str


def note_sentences(note: str) -> list[str]:
    """The sentences of a reference note, whole ones before their parts, headings left out."""
    whole = [s.strip(" \t-•*") for s in re.split(r"(?<=[.!?])\s+|\n+", note)]
    whole = [s for s in whole if len(s.split()) > 1 and not s.endswith(":") and not s.isupper()]
    parts = [piece for s in whole for piece in _PIECE.split(s) if piece != s and len(piece.split()) > 1]
    return list(dict.fromkeys((*whole, *parts)))


def pairs_of(row: dict, tokenizer: Any) -> Iterator[Pair]:
    """The pairs of one visit: every window of neighbouring phrases of which a clinician's words replace half."""
    turns = turns_of(row)
    findings, segments = understood(turns)
    gate, proposals = Gate(turns, findings, KEPT), _proposals(row["note"], turns)
    speakers, seen = roles(turns), set[tuple[str, str]]()
    for segment in segments:
        phrases = [verify(s, turns, findings, speakers) for s in statements(segment, turns, findings)]
        phrases = [s for s in phrases if s.verdict is not Verdict.UNSUPPORTED]
        for size in WINDOWS:
            for start in range(len(phrases) - size + 1):
                window = phrases[start : start + size]
                if len({s.division for s in window}) > 1:
                    continue
                target = _target(gate.accept(proposals, window), size)
                [passage] = passages(segment, window, turns, findings, size)
                pair = Pair(row["id"], chat(tokenizer, passage.prompt), target)
                if target and (pair.prompt, target) not in seen:
                    seen.add((pair.prompt, target))
                    yield pair


def _proposals(note: str, turns: Sequence[Turn]) -> list[Proposal]:
    """A note's sentences; where the visit does not tell the patient's sex, "he" and "she" are "the patient"."""
    sentences = note_sentences(note)
    if person_of(turns) is THEY:
        sentences = [_UNSEXED.sub("The patient", s) for s in sentences]
    return [Proposal(s) for s in sentences]


def _target(standing: Sequence[NoteSentence], size: int) -> str:
    """The sentences, one a line, where at most half of the phrases are left as they were."""
    left = sum(s.origin is Origin.RULES for s in standing)
    return "\n".join(s.text for s in standing) if left * 2 <= size and left < len(standing) else ""


def write(folder: Path, sources: Sequence[str], tokenizer: Any, out: Path) -> None:
    """Every pair of the data, a JSON line each, with the split of its dialogue."""
    with out.open("w", encoding="utf-8") as lines:
        for source in sources:
            for row in dialogues.read(folder / f"{source}.jsonl"):
                for pair in pairs_of(row, tokenizer):
                    lines.write(json.dumps({"split": row.get("split"), **asdict(pair)}, ensure_ascii=False) + "\n")


def read(path: Path, held_out: Sequence[str]) -> tuple[list[Pair], list[Pair]]:
    """The pairs to train on, and those of the held-out splits."""
    kept: list[Pair] = []
    held: list[Pair] = []
    for row in dialogues.read(path):
        (held if row.pop("split") in held_out else kept).append(Pair(**row))
    return kept, held
