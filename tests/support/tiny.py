"""A language model small enough to train in a test, and a tokenizer for it."""

import torch
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

WORDS = (
    "the", "patient", "has", "denies", "a", "cough", "fever", "for", "two", "weeks", "no", "and", "takes", ".", ":",
    ",", "note", "facts", "doctor", "any",
)  # fmt: skip


def tiny_model(seed: int = 0) -> LlamaForCausalLM:
    """A random two-layer Llama."""
    torch.manual_seed(seed)
    config = LlamaConfig(
        vocab_size=len(WORDS) + 3, hidden_size=16, intermediate_size=32, num_hidden_layers=2, num_attention_heads=2,
        num_key_value_heads=1, max_position_embeddings=64, bos_token_id=0, eos_token_id=1, pad_token_id=1,
        attn_implementation="eager",
    )  # fmt: skip
    return LlamaForCausalLM(config)


def tiny_tokenizer() -> PreTrainedTokenizerFast:
    """One token a word."""
    names = ["<s>", "</s>", "<unk>", *WORDS]
    made = Tokenizer(models.WordLevel({name: i for i, name in enumerate(names)}, "<unk>"))
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    return PreTrainedTokenizerFast(tokenizer_object=made, eos_token="</s>", pad_token="</s>", unk_token="<unk>")
