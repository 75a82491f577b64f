"""Fine-tune the embedded language model to word what was understood.

    python -m train.adapter --data DIR --out RUN [--model FOLDER] [--device auto] [--steps N] [--resume]

DIR holds ``aci.jsonl``, ``mts.jsonl`` and ``primock57.jsonl`` (``{"id", "split", "turns", "note"}`` a line). RUN gets
``pairs.jsonl`` (made once), ``last.pt`` (everything a run needs to go on), ``adapter.safetensors`` (the step with the
lowest held-out loss), ``run.json`` (settings, hashes, times, losses) and ``curve.svg``. Nothing of DIR belongs into
the repository.
"""

import argparse
import json
import math
import platform
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from app.settings import settings
from prompts.engines.local import best_dtype
from train import lora, pairs
from train.batches import Encoded, collate, encode, epoch
from train.curve import svg
from train.dialogues import HELD_OUT, SOURCES, sha256
from train.loss import LONGEST, answer_loss, mean_loss


@dataclass(frozen=True)
class Plan:
    """How a run learns; equal plans on equal data give equal adapters on one machine."""

    steps: int = 160
    rows: int = 16
    rate: float = 1e-3
    warm_up: int = 8
    longest: int = LONGEST
    seed: int = 0
    look_every: int = 20
    look_rows: int = 64
    shape: lora.Shape = field(default_factory=lora.Shape)


class Trainer:
    """A model with adapters, its optimiser and its losses so far."""

    def __init__(self, model: Any, plan: Plan, device: str, pad: int) -> None:
        self.model, self.plan, self.device, self.pad = model.to(device), plan, device, pad
        self.learnt = lora.adapt(self.model, plan.shape, plan.seed)
        self.optimiser = torch.optim.AdamW(self.learnt.values(), lr=plan.rate, weight_decay=0.01)
        self.step, self.tokens, self.seconds = 0, 0, 0.0
        self.losses: list[tuple[int, float]] = []
        self.held: list[tuple[int, float]] = []

    def learn(self, rows: Sequence[Encoded]) -> float:
        """One step on one batch; its loss."""
        started, batch = time.perf_counter(), collate(rows, self.pad).to(self.device)
        for group in self.optimiser.param_groups:
            group["lr"] = self.plan.rate * _share(self.step, self.plan)
        loss = answer_loss(self.model, batch)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.learnt.values(), 1.0)
        self.optimiser.step()
        self.step += 1
        self.tokens += int(batch.mask.sum())
        self.seconds += time.perf_counter() - started
        self.losses.append((self.step, float(loss.detach())))
        return self.losses[-1][1]

    def look(self, rows: Sequence[Encoded]) -> float:
        """The loss a token on rows that are not learnt."""
        self.held.append((self.step, mean_loss(self.model, rows, self.pad, self.plan.rows)))
        return self.held[-1][1]

    def save(self, path: Path) -> None:
        """Everything needed to go on, written whole or not at all."""
        state = {
            "learnt": {name: p.detach() for name, p in self.learnt.items()},
            "optimiser": self.optimiser.state_dict(),
            "counts": (self.step, self.tokens, self.seconds, self.losses, self.held),
        }
        torch.save(state, path.with_suffix(".part"))
        path.with_suffix(".part").replace(path)

    def load(self, path: Path) -> None:
        """Go on from what :meth:`save` wrote."""
        state = torch.load(path, map_location=self.device, weights_only=True)
        with torch.no_grad():
            for name, parameter in self.learnt.items():
                parameter.copy_(state["learnt"][name])
        self.optimiser.load_state_dict(state["optimiser"])
        self.step, self.tokens, self.seconds, self.losses, self.held = state["counts"]


def _share(step: int, plan: Plan) -> float:
    """The share of the full rate at a step: a linear start, then a half cosine to a tenth."""
    if step < plan.warm_up:
        return (step + 1) / plan.warm_up
    done = (step - plan.warm_up) / max(1, plan.steps - plan.warm_up)
    return 0.1 + 0.45 * (1 + math.cos(math.pi * min(1.0, done)))


def upcoming(rows: Sequence[Encoded], plan: Plan, step: int) -> Iterator[Sequence[Encoded]]:
    """The batches from ``step`` to the end of the plan."""
    number = 0
    while True:
        for batch in epoch(rows, plan.rows, plan.seed, number):
            if step <= 0:
                yield batch
            step -= 1
        number += 1


def train(trainer: Trainer, rows: Sequence[Encoded], held: Sequence[Encoded], out: Path) -> None:
    """Learn to the end of the plan; save what is needed to go on, and the best adapter, at every look."""
    plan = trainer.plan
    for batch in upcoming(rows, plan, trainer.step):
        if trainer.step >= plan.steps:
            break
        trainer.learn(batch)
        if trainer.step % plan.look_every == 0 or trainer.step == plan.steps:
            loss = trainer.look(held)
            if loss <= min(value for _, value in trainer.held):
                lora.save(trainer.learnt, plan.shape, out / "adapter.safetensors")
            trainer.save(out / "last.pt")
            recent = [value for _, value in trainer.losses[-plan.look_every :]]
            rate = trainer.tokens / trainer.seconds
            print(
                f"step {trainer.step} loss {sum(recent) / len(recent):.3f} held-out {loss:.3f} {rate:.0f} tokens/s",
                flush=True,
            )


def report(trainer: Trainer, plan: Plan, facts: dict[str, Any], out: Path) -> None:
    """Write ``run.json`` and ``curve.svg``."""
    adapter = out / "adapter.safetensors"
    best = min(trainer.held, key=lambda look: look[1])
    about = {
        **facts,
        "plan": asdict(plan),
        "adapter": {"sha256": sha256(adapter), "bytes": adapter.stat().st_size, "step": best[0], "held_out": best[1]},
        "machine": {"device": trainer.device, "processor": platform.machine(), "threads": torch.get_num_threads()},
        "tokens": trainer.tokens,
        "seconds": round(trainer.seconds),
        "losses": [[step, round(value, 4)] for step, value in trainer.losses],
        "held_out_losses": [[step, round(value, 4)] for step, value in trainer.held],
    }
    (out / "run.json").write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
    drawn = svg("Loss a token of the answers", {"training": _smooth(trainer.losses), "held out": trainer.held})
    (out / "curve.svg").write_text(drawn, encoding="utf-8")


def _smooth(losses: Sequence[tuple[int, float]], width: int = 10) -> list[tuple[float, float]]:
    """Each step with the mean of the last ``width`` losses."""
    return [
        (step, sum(v for _, v in losses[max(0, i + 1 - width) : i + 1]) / min(width, i + 1))
        for i, (step, _) in enumerate(losses)
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/tools/data/dev"))
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--model", type=Path, default=settings().models_dir / "smollm2-135m-instruct")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--steps", type=int, default=Plan.steps)
    parser.add_argument("--rate", type=float, default=Plan.rate)
    parser.add_argument("--first-layer", type=int, default=lora.Shape.first_layer)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--resume", action="store_true")
    args = parser.parse_args()
    files = {f"{source}.jsonl": args.data / f"{source}.jsonl" for source in SOURCES}
    if missing := [name for name, path in files.items() if not path.is_file()]:
        parser.error(f"no {', '.join(missing)} in {args.data}; see train/README.md for the data")
    torch.set_num_threads(args.threads)
    args.out.mkdir(parents=True, exist_ok=True)
    plan = Plan(args.steps, rate=args.rate, seed=args.seed, shape=lora.Shape(first_layer=args.first_layer))
    tokenizer = AutoTokenizer.from_pretrained(args.model, local_files_only=True)
    made = args.out / "pairs.jsonl"
    if not made.exists():
        pairs.write(args.data, SOURCES, tokenizer, made)
    kept, held = pairs.read(made, HELD_OUT)
    rows, looks = (encode(part, tokenizer, plan.longest) for part in (kept, held))
    model = AutoModelForCausalLM.from_pretrained(
        args.model, local_files_only=True, dtype=best_dtype(args.device), attn_implementation="eager"
    )
    trainer = Trainer(model, plan, args.device, tokenizer.eos_token_id)
    if args.resume and (args.out / "last.pt").exists():
        trainer.load(args.out / "last.pt")
    facts = {
        "data": {name: sha256(path) for name, path in files.items()},
        "pairs": {"sha256": sha256(made), "learnt": len(rows), "held_out": len(looks)},
        "model": {"sha256": sha256(args.model / "model.safetensors")},
    }
    print(
        f"{len(rows)} pairs to learn, {len(looks)} held out, {sum(p.numel() for p in trainer.learnt.values())} weights"
    )
    train(trainer, rows, looks[:: max(1, len(looks) // plan.look_rows)], args.out)
    report(trainer, plan, facts, args.out)


if __name__ == "__main__":
    main()
