"""The loss of a model on the answers of pairs, and adapters side by side on pairs that none of them learnt.

    python -m train.loss RUN/pairs.jsonl [ADAPTER ...] [--model FOLDER]

Prints nats a token of the held-out answers, for the model as it is and with each adapter merged as the product does.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from app.settings import settings
from prompts.engines import adapter
from prompts.engines.local import best_dtype
from train import pairs
from train.batches import IGNORED, Batch, Encoded, collate, encode
from train.dialogues import HELD_OUT

ROWS = 16
LONGEST = 256


def answer_loss(model: Any, batch: Batch) -> torch.Tensor:
    """Mean cross entropy on the answers' tokens, in nats; the output layer is computed for these alone."""
    hidden = model.model(input_ids=batch.ids, attention_mask=batch.mask).last_hidden_state[:, :-1]
    wanted = batch.labels[:, 1:]
    answers = wanted != IGNORED
    return torch.nn.functional.cross_entropy(model.lm_head(hidden[answers]).float(), wanted[answers])


@torch.no_grad()
def mean_loss(model: Any, rows: Sequence[Encoded], pad: int, size: int = ROWS) -> float:
    """The loss a token over all ``rows``, ``size`` at a time; 0 when there are none."""
    total, count = 0.0, 0
    for start in range(0, len(rows), size):
        batch = collate(rows[start : start + size], pad).to(str(model.device))
        tokens = int((batch.labels != IGNORED).sum())
        total, count = total + float(answer_loss(model, batch)) * tokens, count + tokens
    return total / max(count, 1)


def with_adapter(folder: Path, path: Path | None) -> Any:
    """The model of ``folder``, with an adapter merged when there is one."""
    model = AutoModelForCausalLM.from_pretrained(folder, local_files_only=True, dtype=best_dtype("cpu"))
    if path is not None:
        adapter.merge(model, path)
    return model.eval()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pairs", type=Path)
    parser.add_argument("adapters", type=Path, nargs="*")
    parser.add_argument("--model", type=Path, default=settings().models_dir / "smollm2-135m-instruct")
    args = parser.parse_args()
    tokenizer = AutoTokenizer.from_pretrained(args.model, local_files_only=True)
    rows = encode(pairs.read(args.pairs, HELD_OUT)[1], tokenizer, LONGEST)
    print(f"{len(rows)} held-out pairs")
    for path in (None, *args.adapters):
        loss = mean_loss(with_adapter(args.model, path), rows, tokenizer.eos_token_id)
        print(f"{loss:.3f}  {path or 'without an adapter'}", flush=True)


if __name__ == "__main__":
    main()
