"""The model cache: a folder a model, with the hashes it was stored with; nothing is handed out unchecked.

``hashes.json`` in a model's folder lists every file and its SHA-256. For files named in the manifest it must
equal the manifest; for converted files and models from a hub it holds what was recorded at first use.
"""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from app.errors import Broken, Unavailable
from app.models.manifest import Manifest, Model

HASHES = "hashes.json"

State = Literal["ready", "missing", "corrupt"]


def sha256(path: Path, progress: Callable[[int], None] | None = None) -> str:
    """SHA-256 of a file, in hex; ``progress`` is told the bytes read."""
    digest = hashlib.sha256()
    with path.open("rb") as handle:
        while block := handle.read(1 << 20):
            digest.update(block)
            if progress:
                progress(len(block))
    return digest.hexdigest()


class ModelCache:
    """The folder that holds the models."""

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self.folder = folder.expanduser()
        self.manifest = manifest

    def path(self, model: Model) -> Path:
        """Where a model lies, whether or not it is there."""
        return self.folder / model.name

    def recorded(self, model: Model) -> dict[str, str]:
        """File → hash as recorded when the model was stored; empty when it never was."""
        try:
            return dict(json.loads((self.path(model) / HASHES).read_text(encoding="utf-8")))
        except (OSError, ValueError):
            return {}

    def record(self, model: Model) -> None:
        """Hash every file of a model's folder and write the list."""
        folder = self.path(model)
        found = {
            path.relative_to(folder).as_posix(): sha256(path)
            for path in sorted(folder.rglob("*"))
            if path.is_file() and path.name != HASHES and not path.name.startswith(".")
        }
        (folder / HASHES).write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")

    def state(self, model: Model) -> tuple[State, str | None]:
        """Check a model against its hashes; the second item names the first file that is wrong."""
        recorded = self.recorded(model)
        named = {file.path: file.sha256 for file in model.files if not file.raw}
        expected = {**recorded, **named}
        folder = self.path(model)
        if not recorded or not expected:
            return "missing", None
        for name, wanted in expected.items():
            if not (folder / name).is_file():
                return "missing", name
            if sha256(folder / name) != wanted:
                return "corrupt", name
        return "ready", None

    def require(self, model: Model) -> Path:
        """The folder of a model whose hashes match.

        Raises :class:`Unavailable` when it is missing and :class:`Broken` when a file was changed.
        """
        state, name = self.state(model)
        if state == "missing":
            raise Unavailable(
                f"The model {model.name} is not in the model cache. Run: sidenote models pull", code="unavailable.model"
            )
        if state == "corrupt":
            raise Broken(
                f"The file {name} of the model {model.name} does not match its hash. "
                "Delete its folder and run: sidenote models pull",
                code="broken.model",
            )
        return self.path(model)
