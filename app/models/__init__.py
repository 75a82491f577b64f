"""Models: a manifest of what is needed, a cache of what is there, and a check before anything loads."""

from app.models.cache import ModelCache
from app.models.manifest import Manifest, Model, load_manifest

__all__ = ["Manifest", "Model", "ModelCache", "load_manifest"]
