"""The visible visits as a bench reads them: inputs, reference notes, clinicians' labels."""

import sys
from pathlib import Path
from typing import Any

from train import dialogues

DATA = Path("../shared/tools/data/dev")
SETS = ("aci", "primock57")
"""The full visits; ``train/README.md`` says what the files hold."""
Row = dict[str, Any]


def rows(folder: Path, name: str) -> list[Row]:
    """The rows of ``name``.jsonl; ends the bench with a plain message when the data is not there."""
    path = folder / f"{name}.jsonl"
    if not path.exists():
        sys.exit(f"no {name}.jsonl in the data folder: pass --data DIR (see docs/benchmarks/notes.md)")
    return dialogues.read(path)
