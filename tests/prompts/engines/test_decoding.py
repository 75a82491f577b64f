"""Only allowed words can be spelled, whole, and nothing is said twice."""

import pytest

from prompts.engines.decoding import WordTrie, allowed_words, function_words, repeats

pytestmark = pytest.mark.unit


class Letters:
    """A tokenizer with one token a character."""

    def __call__(self, texts, add_special_tokens=False):
        return {"input_ids": [[ord(c) for c in text] for text in texts]}


@pytest.fixture
def trie():
    return WordTrie(Letters(), ["cough", "cold"])


def walk(trie, text):
    state = trie.start
    for letter in text:
        assert ord(letter) in trie.allowed(state), (text, letter)
        state = trie.step(state, ord(letter))
    return state


def letters(trie, text):
    return {chr(token) for token in trie.allowed(walk(trie, text))}


def test_a_word_can_only_go_on_as_an_allowed_word(trie):
    assert letters(trie, "co") == {"u", "l"}
    assert letters(trie, "Cou") == {"g"}


def test_a_text_may_end_only_after_a_whole_word(trie):
    assert not walk(trie, "coug").whole
    assert walk(trie, "cough").whole
    assert walk(trie, "cough, cold.").whole
    assert not walk(trie, "cough c").whole


def test_after_a_word_come_marks_and_further_words(trie):
    after = letters(trie, "cough")
    assert {".", ",", " ", "\n"} <= after
    assert "s" not in after


def test_allowed_words_are_those_said_figures_and_function_words():
    words = allowed_words(["Two weeks of x-ray pain, 2.5 mg", "138/86"])
    assert {"weeks", "x-ray", "2.5", "138/86", "2"} <= words
    assert "denies" in words
    assert "fever" not in words


def test_function_words_state_no_finding():
    assert not function_words() & {"pain", "fever", "normal", "mg", "left", "right", "daily", "severe"}


@pytest.mark.parametrize(
    ("tokens", "banned"),
    [([1, 2, 3], set()), ([1, 2, 3, 4, 1, 2, 3], {4}), ([5, 5, 5, 5], {5}), ([1, 2, 3, 4, 2, 3], set())],
)
def test_a_run_of_four_is_not_written_twice(tokens, banned):
    assert repeats(tokens) == banned
