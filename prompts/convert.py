"""One-time conversion of a quantised GGUF file to the folder that transformers loads in a second."""

import tempfile
from pathlib import Path
from typing import Final

from prompts.errors import ConversionError

WEIGHTS: Final = "model.safetensors"


def gguf_to_safetensors(gguf: Path, folder: Path) -> None:
    """Write ``gguf`` as a Hugging Face folder: bf16 safetensors, config and tokenizer.

    The same file gives the same bytes with the same library versions. The folder appears whole or not at all; one
    that already holds weights is left alone. Takes about a minute for 135 M parameters on one core. Raises
    :class:`ConversionError` when the file is missing or cannot be read.
    """
    if (folder / WEIGHTS).exists():
        return
    if not gguf.is_file():
        raise ConversionError("the GGUF file is missing")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as scratch:
        made = Path(scratch) / "made"
        try:
            _convert(gguf, made)
        except Exception as error:  # the readers of both libraries raise many kinds
            raise ConversionError(f"the GGUF file cannot be converted: {type(error).__name__}") from error
        if folder.exists():
            for path in made.iterdir():
                path.replace(folder / path.name)
        else:
            made.rename(folder)


def _convert(gguf: Path, made: Path) -> None:
    import torch
    from safetensors.torch import save_file
    from transformers import AutoModelForCausalLM, AutoTokenizer
    from transformers.utils import logging

    logging.disable_progress_bar()
    source = str(gguf.parent)
    tokenizer = AutoTokenizer.from_pretrained(source, gguf_file=gguf.name, local_files_only=True)
    model = AutoModelForCausalLM.from_pretrained(
        source, gguf_file=gguf.name, local_files_only=True, dtype=torch.float32
    )
    tokenizer.save_pretrained(made)
    tied = bool(model.config.tie_word_embeddings)
    weights = {
        name: tensor.detach().to(torch.bfloat16).contiguous()
        for name, tensor in sorted(model.state_dict().items())
        if not (tied and name == "lm_head.weight")
    }
    save_file(weights, made / WEIGHTS, metadata={"format": "pt"})
    config = model.config
    if hasattr(config, "quantization_config"):
        del config.quantization_config
    config.dtype, config.architectures = torch.bfloat16, [type(model).__name__]
    config.save_pretrained(made)
    model.generation_config.save_pretrained(made)
