"""What the final pass changed, turn by turn, and what that does to a note that points at the old turns."""

import re
from collections.abc import Sequence
from dataclasses import replace

from visit.ids import SentenceId
from visit.notes import Note, NoteSentence
from visit.turns import Turn

_WORD = re.compile(r"\w+(?:['’]\w+)*")


def changed(old: Sequence[Turn], new: Sequence[Turn]) -> tuple[int, ...]:
    """Indices of new turns whose speaker or words no old turn had at that place. Case and punctuation do not count."""
    return tuple(turn.index for turn in new if not any(_same(turn, other) for other in old))


def move(note: Note, old: Sequence[Turn], new: Sequence[Turn]) -> tuple[Note, frozenset[SentenceId]]:
    """The note with its evidence pointing at the new turns, and the sentences that rest on changed words."""
    successors = {turn.index: _successors(turn, new) for turn in old}
    kept = {turn.index for turn in old if any(_same(turn, other) for other in new)}

    def moved(sentence: NoteSentence) -> NoteSentence:
        turns = {index for turn in sentence.evidence for index in successors.get(turn, ())}
        return replace(sentence, evidence=tuple(sorted(turns)))

    stale = frozenset(sentence.id for sentence in note.sentences if not kept.issuperset(sentence.evidence))
    # What no page shows cannot be marked as stale: of it only what rests on unchanged words is kept.
    aside = tuple(moved(sentence) for sentence in note.aside if kept.issuperset(sentence.evidence))
    return replace(note, sentences=tuple(map(moved, note.sentences)), aside=aside), stale


def _same(one: Turn, other: Turn) -> bool:
    return (
        one.speaker == other.speaker
        and _overlap(one, other) > 0
        and _WORD.findall(one.text.casefold()) == _WORD.findall(other.text.casefold())
    )


def _successors(turn: Turn, new: Sequence[Turn]) -> tuple[int, ...]:
    """The new turns that hold at least a third of the old one, else the one that holds most of it."""
    shares = [(_overlap(turn, other), other.index) for other in new]
    enough = tuple(index for share, index in shares if share * 3 >= turn.end - turn.start and share > 0)
    most = max(shares, default=(0, -1))
    return enough or ((most[1],) if most[0] > 0 else ())


def _overlap(one: Turn, other: Turn) -> int:
    return min(one.end, other.end) - max(one.start, other.start)
