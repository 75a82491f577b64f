"""What a person made of a draft, sentence by sentence. Pure."""

from app.wire.resources import SentenceChange
from visit.notes import Division, Note, NoteSentence


def between(draft: Note, newest: Note) -> list[SentenceChange]:
    """Every sentence of either note once, in the order of divisions; within one, deleted sentences come last."""
    before = {sentence.id: sentence for sentence in draft.sentences}
    after = {sentence.id: sentence for sentence in newest.sentences}
    pairs: list[tuple[NoteSentence | None, NoteSentence | None]] = [
        (before.get(sentence.id), sentence) for sentence in newest.sentences
    ]
    pairs += [(sentence, None) for sentence in draft.sentences if sentence.id not in after]
    order = list(Division)
    return sorted((_change(old, new) for old, new in pairs), key=lambda change: order.index(change.division))


def _change(old: NoteSentence | None, new: NoteSentence | None) -> SentenceChange:
    either = new or old
    assert either is not None
    before, after = old.text if old else None, new.text if new else None
    if before is None:
        return SentenceChange(kind="added", division=either.division, before=None, after=after)
    if after is None:
        return SentenceChange(kind="deleted", division=either.division, before=before, after=None)
    kind = "kept" if before == after else "reworded"
    return SentenceChange(kind=kind, division=either.division, before=before, after=after)
