"""Several candidate texts for several prompts in one batch, token by token, within a time limit.

The prompts are read once; the key–value cache is then shared out to the candidates of each. A finished row leaves the
batch. The first candidate is the most likely text, the others are drawn from the nucleus (Holtzman et al., ICLR 2020).
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import torch

from prompts.engines.decoding import State, WordTrie, repeats


@dataclass(frozen=True, slots=True)
class Drawing:
    """How candidates are drawn. ``greedy`` makes the first of each prompt the most likely text."""

    candidates: int = 2
    greedy: bool = True
    temperature: float = 0.7
    top_p: float = 0.9
    max_prompt_tokens: int = 320
    seed: int = 0


@dataclass(slots=True)
class _Row:
    """One candidate being written."""

    place: int
    greedy: bool
    words: WordTrie | None
    state: State | None
    longest: int
    tokens: list[int] = field(default_factory=list)
    done: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """One prompt, what its answer may use (``None`` for anything), and the most tokens of the answer."""

    text: str
    words: WordTrie | None
    longest: int


@torch.inference_mode()
def generate(
    loaded: tuple[Any, Any, str], asked: Sequence[Asked], drawing: Drawing, deadline: float
) -> list[list[str]]:
    """The candidate texts of each prompt; an unfinished one is what was written when it had to end.

    ``loaded`` is tokenizer (padding and truncation left), model and device; ``deadline`` is a time of
    :func:`time.monotonic`.
    """
    tokenizer, model, device = loaded
    batch = tokenizer(
        [prompt.text for prompt in asked], return_tensors="pt", padding=True, truncation=True,
        max_length=drawing.max_prompt_tokens, add_special_tokens=False,
    ).to(device)  # fmt: skip
    mask = batch["attention_mask"]
    positions = (mask.cumsum(-1) - 1).clamp(min=0)
    out = model(
        input_ids=batch["input_ids"], attention_mask=mask, position_ids=positions, use_cache=True, logits_to_keep=1
    )
    count = drawing.candidates
    cache, logits = out.past_key_values, out.logits[:, -1].repeat_interleave(count, 0)
    cache.batch_repeat_interleave(count)
    mask, position = mask.repeat_interleave(count, 0), positions[:, -1:].repeat_interleave(count, 0)
    rows = [
        _Row(i, drawing.greedy and c == 0, p.words, p.words.start if p.words else None, p.longest)
        for i, p in enumerate(asked)
        for c in range(count)
    ]
    open_rows, chance = list(rows), torch.Generator().manual_seed(drawing.seed)
    while True:
        for row, scores in zip(open_rows, logits.float().cpu(), strict=True):
            _write(row, scores, drawing, tokenizer.eos_token_id, chance)
        kept = [i for i, row in enumerate(open_rows) if not row.done and len(row.tokens) < row.longest]
        if not kept or time.monotonic() > deadline:
            break
        if len(kept) < len(open_rows):
            chosen = torch.tensor(kept, device=device)
            cache.batch_select_indices(chosen)
            mask, position = mask[chosen], position[chosen]
            open_rows = [open_rows[i] for i in kept]
        mask, position = torch.cat([mask, mask.new_ones(len(kept), 1)], -1), position + 1
        last = torch.tensor([[row.tokens[-1]] for row in open_rows], device=device)
        out = model(input_ids=last, attention_mask=mask, position_ids=position, past_key_values=cache, use_cache=True)
        logits = out.logits[:, -1]
    texts: list[list[str]] = [[] for _ in asked]
    for row in rows:
        texts[row.place].append(tokenizer.decode(row.tokens) + ("\n" if row.done else ""))
    return texts


def _write(row: _Row, scores: torch.Tensor, drawing: Drawing, end: int, chance: torch.Generator) -> None:
    """Add the next token to a row, or finish it."""
    again = repeats(row.tokens)
    if row.words is not None and row.state is not None:
        tokens = [token for token in row.words.allowed(row.state) if token not in again]
        tokens += [end] if row.state.whole and row.tokens else []
        places = torch.tensor(tokens or [end])
    else:
        places = torch.arange(len(scores))
        scores[list(again)] = float("-inf")
    chosen = int(places[_draw(scores[places], row.greedy, drawing, chance)])
    if chosen == end:
        row.done = True
        return
    row.tokens.append(chosen)
    if row.words is not None and row.state is not None:
        row.state = row.words.step(row.state, chosen)


def _draw(scores: torch.Tensor, greedy: bool, drawing: Drawing, chance: torch.Generator) -> int:
    """The place of the highest score, or of one drawn from those that hold ``top_p`` of the probability."""
    if greedy:
        return int(scores.argmax())
    shares, order = torch.softmax(scores / drawing.temperature, -1).sort(descending=True)
    inside = shares.cumsum(-1) - shares < drawing.top_p
    return int(order[torch.multinomial(shares * inside, 1, generator=chance)])
