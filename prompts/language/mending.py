"""Turns that live hearing cut in the middle of a sentence, read as they were said."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from visit.cues import cues
from visit.turns import Turn

_OPEN: Final = re.compile(r"(?:^|(?<=[.?!…])\s+)(?P<fragment>[^.?!…]*[\w,'-])\s*$")
_HESITATES: Final = re.compile(cues("hesitation"), re.I)
_DENIES: Final = re.compile(r"\b(?:no|not)[\s,]*$", re.I)
_BEGINS_ANEW: Final = re.compile(
    r"(?:\W*\b(?:u+m+|u+h+|e+r+m*|hm+|well|so)\b\W*)*(?:yeah|yes|i|i'm|i've|we|it|it's|they)\b", re.I
)
"""After a "not" that was dropped, these begin another sentence ("no, not" "yeah, I have one")."""
_REACH: Final = 2


def mended(turns: Sequence[Turn]) -> tuple[tuple[Turn, ...], dict[int, int]]:
    """The same turns, with the unfinished end of one at the head of the next turn of the same speaker; and, for the
    index of each turn that so goes on, that of the turn it began in.

    Nothing is moved where someone else spoke between them, unless they only hesitated.
    """
    out, goes_on = list(turns), dict[int, int]()
    for place, turn in enumerate(turns):
        following = next(
            (p for p in range(place + 1, min(place + 1 + _REACH, len(out))) if not _HESITATES.fullmatch(out[p].text)),
            None,
        )
        if following is None or out[following].speaker is not turn.speaker:
            continue
        found = _OPEN.search(out[place].text) if out[following].index - turn.index <= _REACH else None
        if found and not (_DENIES.search(found["fragment"]) and _BEGINS_ANEW.match(out[following].text)):
            out[place] = replace(turn, text=out[place].text[: found.start("fragment")].rstrip())
            out[following] = replace(out[following], text=f"{found['fragment']} {out[following].text}")
            goes_on[out[following].index] = turn.index
    return tuple(out), goes_on
