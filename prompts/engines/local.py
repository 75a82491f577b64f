"""A local causal language model on transformers and torch: the embedded SmolLM2, or any Hugging Face folder."""

import re
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from prompts.engines.base import Proposal, SegmentPrompt
from prompts.errors import EngineError, EngineTimeout, EngineUnavailable

INSTRUCTION: Final = (
    "Write the clinical note sentences for this part of a visit. Use only what was said. Keep every number, drug and "
    "denial as it is. One sentence a line, third person, no headings."
)


@dataclass(frozen=True, slots=True)
class LocalSettings:
    """How the model runs. ``budget_s`` bounds one call, loading apart; ``constrained`` allows only words said."""

    threads: int = 1
    device: str = "auto"
    candidates: int = 2
    budget_s: float = 3.0
    max_new_tokens: int = 40
    max_prompt_tokens: int = 512
    constrained: bool = True


class LocalEngine:
    """Runs a model folder (config, tokenizer, safetensors). Weights are loaded at the first call, as float32 on a CPU
    and in half precision on CUDA; nothing is fetched and no code from the folder is run."""

    phrases_at_once: int | None = 3

    def __init__(self, folder: Path, settings: LocalSettings | None = None) -> None:
        """``folder`` need not exist yet; :class:`EngineUnavailable` is raised when it is first needed."""
        self._folder = folder
        self._settings = settings or LocalSettings()
        self._lock = threading.Lock()
        self._loaded: tuple[Any, Any, Any] | None = None
        self._broken = False

    def warm_up(self) -> None:
        """Load the weights now rather than at the first segment."""
        with self._lock:
            self._load()

    def propose(self, prompts: Sequence[SegmentPrompt]) -> list[tuple[Proposal, ...]]:
        """Several candidate texts for each prompt, in one batch, cut into sentences."""
        if not prompts:
            return []
        deadline = time.monotonic() + self._settings.budget_s
        if not self._lock.acquire(timeout=self._settings.budget_s):
            raise EngineTimeout("the local model is busy")
        try:
            loaded = self._load()
            texts = self._generate(loaded, prompts, max(deadline, time.monotonic() + self._settings.budget_s / 2))
        except EngineError:
            raise
        except Exception as error:  # torch and transformers raise many kinds; none may stop a visit
            raise EngineUnavailable(f"the local model failed: {type(error).__name__}") from error
        finally:
            self._lock.release()
        count = self._settings.candidates
        return [_proposals(texts[i * count : (i + 1) * count]) for i in range(len(prompts))]

    def _load(self) -> tuple[Any, Any, Any]:
        if self._broken:
            raise EngineUnavailable("the local model could not be loaded")
        if self._loaded is None:
            try:
                self._loaded = _load_folder(self._folder, self._settings)
            except Exception as error:
                self._broken = True
                raise EngineUnavailable(f"the local model could not be loaded: {type(error).__name__}") from error
        return self._loaded

    def _generate(self, loaded: tuple[Any, Any, Any], prompts: Sequence[SegmentPrompt], deadline: float) -> list[str]:
        import torch
        from transformers import LogitsProcessorList

        from prompts.engines.decoding import OnlyAllowedWords, WordTrie, allowed_words

        tokenizer, model, device = loaded
        settings = self._settings
        batch = tokenizer(
            [_chat(tokenizer, prompt) for prompt in prompts], return_tensors="pt", padding=True, truncation=True,
            max_length=settings.max_prompt_tokens, add_special_tokens=False,
        ).to(device)  # fmt: skip
        length = batch["input_ids"].shape[1]
        processors = LogitsProcessorList()
        if settings.constrained:
            tries = [
                WordTrie(tokenizer, allowed_words([*(t.text for t in p.turns), *p.facts, *p.phrases])) for p in prompts
            ]
            rows = [trie for trie in tries for _ in range(settings.candidates)]
            processors.append(OnlyAllowedWords(rows, length, tokenizer.eos_token_id))
        torch.manual_seed(0)
        with torch.inference_mode():
            out = model.generate(
                **batch, max_new_tokens=settings.max_new_tokens, max_time=max(0.05, deadline - time.monotonic()),
                do_sample=settings.candidates > 1, temperature=0.7, top_p=0.9, num_return_sequences=settings.candidates,
                no_repeat_ngram_size=4, logits_processor=processors, pad_token_id=tokenizer.pad_token_id,
            )  # fmt: skip
        return [str(text) for text in tokenizer.batch_decode(out[:, length:], skip_special_tokens=True)]


def _load_folder(folder: Path, settings: LocalSettings) -> tuple[Any, Any, Any]:
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    from prompts.engines.quiet import quiet_transformers

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
    dtype = torch.float32 if device == "cpu" else torch.bfloat16
    model = AutoModelForCausalLM.from_pretrained(
        folder, local_files_only=True, trust_remote_code=False, dtype=dtype, use_safetensors=True
    )
    return tokenizer, model.to(device).eval(), device


def _chat(tokenizer: Any, prompt: SegmentPrompt) -> str:
    said = "\n".join(f"{turn.speaker}: {turn.text}" for turn in prompt.turns)
    facts = "\n".join(f"- {fact}" for fact in (*prompt.facts, *prompt.phrases))
    content = f"{INSTRUCTION}\n\nSaid:\n{said}\n\nFacts:\n{facts}"
    if not getattr(tokenizer, "chat_template", None):
        return f"{content}\n\nNote:\n"
    return str(
        tokenizer.apply_chat_template(
            [{"role": "user", "content": content}], add_generation_prompt=True, tokenize=False
        )
    )


def _proposals(texts: Sequence[str]) -> tuple[Proposal, ...]:
    """The finished sentences of all candidate texts, each once; a sentence that was cut off is left out."""
    found: dict[str, Proposal] = {}
    for text in texts:
        for sentence in re.findall(r"[^.\n]*(?:\.\d[^.\n]*)*[.\n]", text):
            bare = sentence.strip(" -*•")
            if len(bare.split()) >= 2:
                found.setdefault(bare.lower(), Proposal(bare))
    return tuple(found.values())
