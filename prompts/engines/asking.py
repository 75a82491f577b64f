"""How a local model is asked: a short instruction, the words that matter of the cited turns, the facts to be worded.

Training (``train/``) and drafting both use :func:`chat`, so that a model is asked as it was taught.
"""

from collections.abc import Sequence
from typing import Any, Final

from prompts.engines.base import SegmentPrompt
from prompts.language.clauses import clauses
from prompts.language.tidy import plain
from prompts.language.words import content
from visit.turns import Speaker

INSTRUCTION: Final = "Word these facts of a visit as clinical note sentences, one a line. Use only what was said."
_WHO: Final = {Speaker.CLINICIAN: "Doctor", Speaker.PATIENT: "Patient", Speaker.OTHER: "Family"}
_WORDS: Final = 40
"""Most words shown of one turn."""
_ASIDE: Final = 10
"""Words shown of a turn that shares none with the facts, as short answers do."""


def messages(prompt: SegmentPrompt) -> list[dict[str, str]]:
    """The instruction and what it is about, as chat messages."""
    facts = (*prompt.phrases, *prompt.facts)
    said = [f"{_WHO.get(turn.speaker, 'Voice')}: {excerpt(turn.text, facts)}" for turn in prompt.turns]
    body = "\n".join((*said, "Facts:", *facts))
    return [{"role": "system", "content": INSTRUCTION}, {"role": "user", "content": body}]


def chat(tokenizer: Any, prompt: SegmentPrompt) -> str:
    """The text a model continues with its sentences."""
    asked = messages(prompt)
    if not getattr(tokenizer, "chat_template", None):
        return "\n".join(message["content"] for message in asked) + "\nNote:\n"
    return str(tokenizer.apply_chat_template(asked, add_generation_prompt=True, tokenize=False))


def excerpt(text: str, facts: Sequence[str]) -> str:
    """The clauses of a turn that share a word with the facts, in order; the start of a turn that shares none."""
    wanted = frozenset[str]().union(*(content(fact) for fact in facts))
    said = plain(text)
    near = [clause for clause in clauses(said) if content(clause) & wanted]
    words = " ".join(near).split()[:_WORDS] if near else said.split()[:_ASIDE]
    return " ".join(words)
