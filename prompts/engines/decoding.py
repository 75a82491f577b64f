"""Decoding under constraint: only words that were said, their clinical names, and a closed list of note words."""

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

import torch
from transformers import LogitsProcessor

from prompts.language.lists import word_list
from prompts.language.numerals import figures

FUNCTION_WORDS: Final = frozenset(
    word_list(
        "the a an of and or to in on at for with is are was were be been has have had having do does did not "
        "no it its he she they his her their this that from by as but if when while because since until after "
        "before about over under more less than also who which without patient reports denies states notes "
        "takes started continue order refer follow up return history of for has had no known"
    )
)
"""Words of note language that may be written although nobody said them."""


class WordTrie:
    """The token sequences that spell the allowed words, each at the start of a text and after a space."""

    def __init__(self, tokenizer: Any, words: Iterable[str]) -> None:
        """``words`` in any case; each is allowed in lower case, as given, and with a capital."""
        self.root: dict[int, dict[int, Any]] = {}
        self.ends: set[int] = set()
        forms = {form for word in words for form in (word, word.lower(), word[:1].upper() + word[1:]) if word}
        spelled = [s for form in sorted(forms) for s in (form, f" {form}")]
        for ids in tokenizer(spelled, add_special_tokens=False)["input_ids"] if spelled else []:
            node = self.root
            for token in ids:
                node = node.setdefault(token, {})
            self.ends.add(id(node))
        self.marks = frozenset(
            t
            for mark in (".", ",", ";", ":", "\n", ".\n")
            for t in tokenizer(mark, add_special_tokens=False)["input_ids"]
        )

    def after(self, tokens: Sequence[int]) -> tuple[frozenset[int], bool]:
        """The tokens that may follow ``tokens``, and whether the text may end there."""
        nodes: list[dict[int, Any]] = [self.root]
        whole = True
        for token in tokens:
            step: list[dict[int, Any]] = []
            for node in nodes:
                if token in node:
                    step.append(node[token])
            if whole and token in self.marks:
                step.append(self.root)
            if whole and token in self.root:
                step.append(self.root[token])
            nodes = step or [self.root]
            whole = any(node is self.root or id(node) in self.ends for node in nodes)
        allowed = {token for node in nodes for token in node}
        if whole:
            allowed |= set(self.root) | self.marks
        return frozenset(allowed), whole


class OnlyAllowedWords(LogitsProcessor):  # type: ignore[misc]
    """Shuts out every token that would leave the allowed words of its row."""

    def __init__(self, tries: Sequence[WordTrie], prompt_length: int, end: int) -> None:
        """One trie for each row of the batch; ``end`` is the end-of-text token."""
        self._tries, self._start, self._end = tries, prompt_length, end

    def __call__(self, input_ids: torch.LongTensor, scores: torch.FloatTensor) -> torch.FloatTensor:
        """``scores`` with minus infinity wherever a token is not allowed."""
        masked = torch.full_like(scores, float("-inf"))
        for row, trie in enumerate(self._tries):
            tokens = input_ids[row, self._start :].tolist()
            allowed, whole = trie.after([t for t in tokens if t != self._end])
            places = [*allowed, self._end] if whole and tokens else list(allowed)
            masked[row, places] = scores[row, places]
            if torch.isneginf(masked[row]).all():  # every allowed word would repeat itself
                masked[row, self._end] = 0.0
        return masked  # type: ignore[return-value]


def allowed_words(texts: Iterable[str]) -> frozenset[str]:
    """The words of some texts, numbers as figures too, and the function words of note language."""
    joined = " ".join(texts)
    said = re.findall(r"[^\W_]+(?:[-'/.][^\W_]+)*%?", f"{joined} {figures(joined)}")
    return frozenset(said) | FUNCTION_WORDS
