"""Decoding under constraint: only words that were said, their clinical names, and a closed list of note words."""

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

from prompts.language.numerals import figures

_WORDS: Final = Path(__file__).parent.parent / "data" / "note_function_words.toml"
_MARKS: Final = (".", ",", ";", ":", "\n", ".\n", ").", "),", ")", " (")


@cache
def function_words() -> frozenset[str]:
    """Words of note language that may be written although nobody said them."""
    lists = tomllib.loads(_WORDS.read_text(encoding="utf-8"))
    return frozenset(word for words in lists.values() for word in words.split())


def allowed_words(texts: Iterable[str]) -> frozenset[str]:
    """The words of some texts, numbers as figures too, and the function words of note language."""
    joined = " ".join(texts)
    said = re.findall(r"[^\W_]+(?:[-'/.][^\W_]+)*%?", f"{joined} {figures(joined)}")
    return frozenset(said) | function_words()


@dataclass(eq=False, slots=True)
class Node:
    """A place inside a word: the tokens that go on, and whether a word may end here."""

    children: "dict[int, Node]" = field(default_factory=dict)
    end: bool = False


@dataclass(frozen=True, slots=True)
class State:
    """Where a text stands: every place it may be at, and whether what is written ends in a whole word."""

    nodes: tuple[Node, ...]
    whole: bool


class WordTrie:
    """The token sequences that spell the allowed words, each at the start of a text and after a space."""

    def __init__(self, tokenizer: Any, words: Iterable[str]) -> None:
        """``words`` in any case; each is allowed in lower case, as given, and with a capital."""
        self.root = Node()
        forms = {form for word in words for form in (word, word.lower(), word[:1].upper() + word[1:]) if word}
        spelled = [s for form in sorted(forms) for s in (form, f" {form}")]
        for ids in tokenizer(spelled, add_special_tokens=False)["input_ids"] if spelled else []:
            node = self.root
            for token in ids:
                node = node.children.setdefault(token, Node())
            node.end = True
        marks = tokenizer(list(_MARKS), add_special_tokens=False)["input_ids"]
        self.marks = frozenset(token for ids in marks for token in ids)
        self.start = State((self.root,), True)
        self._allowed: dict[State, list[int]] = {}

    def step(self, state: State, token: int) -> State:
        """The state after one more token."""
        nodes = [node.children[token] for node in state.nodes if token in node.children]
        if state.whole and token in self.root.children:
            nodes.append(self.root.children[token])
        if state.whole and token in self.marks:
            nodes.append(self.root)
        unique = tuple(dict.fromkeys(nodes)) or (self.root,)
        return State(unique, any(node is self.root or node.end for node in unique))

    def allowed(self, state: State) -> list[int]:
        """The tokens that may follow; the text may end where ``state.whole``."""
        if state not in self._allowed:
            tokens = {token for node in state.nodes for token in node.children}
            if state.whole:
                tokens |= self.root.children.keys() | self.marks
            self._allowed[state] = sorted(tokens)
        return self._allowed[state]


def repeats(tokens: Sequence[int], size: int = 4) -> set[int]:
    """The tokens that would write a run of ``size`` tokens a second time."""
    last = tuple(tokens[-(size - 1) :])
    if len(last) < size - 1:
        return set()
    return {tokens[i + size - 1] for i in range(len(tokens) - size + 1) if tuple(tokens[i : i + size - 1]) == last}
