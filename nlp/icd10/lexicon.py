"""The curated synonyms: shorthand, lay words and the alphabetic index's defaults, read from ``synonyms.toml``."""

import hashlib
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from nlp.icd10.search import Term
from nlp.icd10.text import Normaliser


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What ``synonyms.toml`` says; ``digest`` changes when it does, so that indexes built from it are rebuilt."""

    normaliser: Normaliser
    terms: tuple[Term, ...]
    digest: str


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """The lexicon that ships with the package."""
    raw = resources.files("nlp.icd10").joinpath("synonyms.toml").read_bytes()
    data = tomllib.loads(raw.decode("utf-8"))
    terms = tuple(Term(code, phrase, "synonym") for code, phrases in data["codes"].items() for phrase in phrases)
    normaliser = Normaliser(data["abbreviations"], data["words"])
    return Lexicon(normaliser, terms, hashlib.sha256(raw).hexdigest()[:16])
