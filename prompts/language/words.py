"""Words as they are compared: stems, stop words, content words."""

import re
from functools import lru_cache
from typing import Final

from prompts.language.lists import word_list

STOP: Final = frozenset(
    word_list(
        "the a an of and or to in on at for with is are was were be been being has have had having do does "
        "did not no it its he she they them his her their him this that these those as there any by from "
        "patient i you your my me we us our but so if then than also will would can could should may might "
        "about some which who what when where how too very more most just report reports reported deny denies "
        "denied state states stated note notes noted endorse endorses positive negative because get gets got "
        "getting go goes going went come comes came back out up off over into really thing things lot bit "
        "kind little one much many other like feel feels feeling felt think know say said see seen look looks"
    )
)
_WORD: Final = re.compile(r"[a-z]+(?:'[a-z]+)?|\d+(?:[./]\d+)*%?", re.I)


@lru_cache(50_000)
def stem(word: str) -> str:
    """A word without its inflection."""
    if len(word) > 4:
        for ending, kept in (("ies", "y"), ("ing", ""), ("ied", "y"), ("ed", ""), ("es", ""), ("ly", ""), ("s", "")):
            if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
                word = word[: -len(ending)] + kept
                break
        word = word[:-1] if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "sle" else word
    return word.rstrip("e") if len(word) > 4 else word


@lru_cache(50_000)
def tokens(text: str) -> tuple[str, ...]:
    """The lower-case words and numbers of a text."""
    return tuple(match.lower() for match in _WORD.findall(text))


@lru_cache(50_000)
def content(text: str) -> frozenset[str]:
    """The stems of the words that carry meaning."""
    return frozenset(stem(token) for token in tokens(text) if token not in STOP)
