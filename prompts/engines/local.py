"""A local causal language model on transformers and torch: the embedded SmolLM2, or any Hugging Face folder."""

import re
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from prompts.engines.base import Proposal, SegmentPrompt
from prompts.errors import EngineError, EngineTimeout, EngineUnavailable

if TYPE_CHECKING:
    from prompts.engines.generation import Asked

Loaded = tuple[Any, Any, str]
"""Tokenizer, model and device."""


@dataclass(frozen=True, slots=True)
class Adapter:
    """A low-rank adapter file that is added to the weights, and the SHA-256 (hex) it must have."""

    path: Path
    sha256: str


@dataclass(frozen=True, slots=True)
class LocalSettings:
    """How the model runs. ``budget_s`` bounds one call, loading apart, and half of it a call that asks again;
    ``constrained`` allows only words said; ``phrases_at_once`` is how many phrases one prompt holds, ``None`` for a
    whole segment; ``rows`` is how many prompts are read at once."""

    threads: int = 1
    device: str = "auto"
    candidates: int = 2
    budget_s: float = 2.5
    max_new_tokens: int = 80
    max_prompt_tokens: int = 320
    constrained: bool = True
    phrases_at_once: int | None = 3
    rows: int = 8
    adapter: Adapter | None = None


def for_large(device: str, threads: int) -> LocalSettings:
    """How a large model runs: it sees a whole segment and may use any word; the gate judges it like any other."""
    return LocalSettings(
        threads, device, budget_s=10.0, max_new_tokens=400, max_prompt_tokens=2048, constrained=False,
        phrases_at_once=None, rows=4,
    )  # fmt: skip


class LocalEngine:
    """Runs a model folder (config, tokenizer, safetensors). Weights are loaded at the first call, as bfloat16 where the
    machine multiplies it natively and float32 elsewhere; nothing is fetched and no code from the folder is run."""

    def __init__(self, folder: Path, settings: LocalSettings | None = None) -> None:
        """``folder`` need not exist yet; :class:`EngineUnavailable` is raised when it is first needed."""
        self.folder = folder
        self.settings = settings or LocalSettings()
        self.phrases_at_once = self.settings.phrases_at_once
        self._lock = threading.Lock()
        self._loaded: Loaded | None = None
        self._broken = False

    def warm_up(self) -> None:
        """Load the weights now rather than at the first segment."""
        self.loaded()

    def loaded(self) -> Loaded:
        """Tokenizer, model and device, loaded now if they are not yet."""
        with self._lock:
            return self._load()

    def propose(self, prompts: Sequence[SegmentPrompt]) -> list[tuple[Proposal, ...]]:
        """Several candidate texts for each prompt, cut into sentences; none for prompts the time did not reach."""
        if not prompts:
            return []
        budget = self.settings.budget_s / (1 + max(prompt.attempt for prompt in prompts))
        deadline = time.monotonic() + budget
        if not self._lock.acquire(timeout=budget):
            raise EngineTimeout("the local model is busy")
        try:
            loaded = self._load()
            texts = self._write(loaded, prompts, max(deadline, time.monotonic() + budget / 2))
        except EngineError:
            raise
        except Exception as error:  # torch and transformers raise many kinds; none may stop a visit
            raise EngineUnavailable(f"the local model failed: {type(error).__name__}") from error
        finally:
            self._lock.release()
        return [_proposals(candidates) for candidates in texts]

    def _load(self) -> Loaded:
        if self._broken:
            raise EngineUnavailable("the local model could not be loaded")
        if self._loaded is None:
            try:
                self._loaded = load(self.folder, self.settings)
            except EngineError:
                self._broken = True
                raise
            except Exception as error:
                self._broken = True
                raise EngineUnavailable(f"the local model could not be loaded: {type(error).__name__}") from error
        return self._loaded

    def _write(self, loaded: Loaded, prompts: Sequence[SegmentPrompt], deadline: float) -> list[list[str]]:
        """Candidate texts for each prompt, alike in length together so that little is padding."""
        from prompts.engines.generation import Drawing, generate

        settings, attempt = self.settings, max(prompt.attempt for prompt in prompts)
        asked = [self._ask(loaded[0], prompt) for prompt in prompts]
        drawing = Drawing(
            settings.candidates, greedy=attempt == 0, max_prompt_tokens=settings.max_prompt_tokens, seed=attempt
        )
        texts: list[list[str]] = [[] for _ in prompts]
        order = sorted(range(len(prompts)), key=lambda i: len(asked[i].text))
        for start in range(0, len(order), settings.rows):
            if time.monotonic() > deadline:
                break
            places = order[start : start + settings.rows]
            written = generate(loaded, [asked[i] for i in places], drawing, deadline)
            for i, candidates in zip(places, written, strict=True):
                texts[i] = candidates
        return texts

    def _ask(self, tokenizer: Any, prompt: SegmentPrompt) -> "Asked":
        """A prompt as text; its answer may use its words, and be half as long again as its facts."""
        from prompts.engines.asking import chat
        from prompts.engines.decoding import WordTrie, allowed_words
        from prompts.engines.generation import Asked

        facts = (*prompt.phrases, *prompt.facts)
        words = allowed_words([*(turn.text for turn in prompt.turns), *facts])
        trie = WordTrie(tokenizer, words) if self.settings.constrained else None
        length = len(tokenizer("\n".join(facts), add_special_tokens=False)["input_ids"])
        return Asked(chat(tokenizer, prompt), trie, min(self.settings.max_new_tokens, length * 3 // 2 + 8))


def load(folder: Path, settings: LocalSettings) -> Loaded:
    """Tokenizer, model and device of a folder, with the adapter of the settings merged in.

    Raises :class:`EngineUnavailable` when the adapter is missing or is not the expected file.
    """
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    from prompts.engines import adapter
    from prompts.engines.quiet import quiet_transformers

    if settings.adapter:
        adapter.check(settings.adapter.path, settings.adapter.sha256)
    quiet_transformers()
    device = settings.device
    if device == "auto":
        device = "cuda" if torch.cuda.is_available() else "cpu"
    if device == "cpu":
        torch.set_num_threads(settings.threads)
    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
    tokenizer.padding_side = "left"
    tokenizer.truncation_side = "left"
    if tokenizer.pad_token_id is None:
        tokenizer.pad_token = tokenizer.eos_token
    model = AutoModelForCausalLM.from_pretrained(
        folder, local_files_only=True, trust_remote_code=False, dtype=best_dtype(device), use_safetensors=True
    )
    if settings.adapter:
        adapter.merge(model, settings.adapter.path)
    return tokenizer, model.to(device).eval(), device


def best_dtype(device: str) -> Any:
    """bfloat16 where the machine multiplies it natively (GPUs, AVX-512 and AMX), float32 elsewhere."""
    import torch

    native = device != "cpu" or torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()
    return torch.bfloat16 if native else torch.float32


def _proposals(texts: Sequence[str]) -> tuple[Proposal, ...]:
    """The finished sentences of all candidate texts, each once; a sentence that was cut off is left out."""
    found: dict[str, Proposal] = {}
    for text in texts:
        for sentence in re.findall(r"[^.\n]*(?:\.\d[^.\n]*)*[.\n]", text):
            bare = sentence.strip(" -*•\n")
            if len(bare.split()) >= 2:
                found.setdefault(bare.lower(), Proposal(bare))
    return tuple(found.values())
