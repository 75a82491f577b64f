"""FHIR references: their forms, what they may point to, and ids that are clearly not ids."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_LITERAL = re.compile(
    r"(?P<base>https?://[^\s?#]+/)?(?P<type>[A-Z][A-Za-z]+)/(?P<id>[A-Za-z0-9\-.]{1,64})(/_history/[A-Za-z0-9\-.]{1,64})?"
)
_STAND_IN = re.compile(
    r"(^|[\-.])(replace|replaceme|changeme|todo|tbd|tba|fixme|placeholder|undefined|unset|null|none|nil|nan|unknown|missing"
    r"|unresolved|invalid|bogus|dummy|fake|ghost|wrong|orphan|dangling|imaginary|x{3,}|insert|your[\-.]?[a-z]*"
    r"|not[\-.]?(found|real)|no[\-.]?such|(does)?[\-.]?not[\-.]?exist(s|ing)?|(does)?nt[\-.]?exist|non[\-.]?exist(ent|ing)?"
    r"|no[\-.]?(patient|encounter|practitioner|organization|id))([\-.]|$)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Literal:
    """A literal reference taken apart; ``base`` is empty for a relative one."""

    base: str
    type: str
    id: str

    def __str__(self) -> str:
        """The relative form, ``Type/id``."""
        return f"{self.type}/{self.id}"


def literal(value: object) -> Literal | None:
    """The literal reference in a Reference object, or ``None`` when it has none that stands alone."""
    text = value.get("reference") if isinstance(value, dict) else None
    match = _LITERAL.fullmatch(text) if isinstance(text, str) else None
    return Literal(match["base"] or "", match["type"], match["id"]) if match else None


def is_stand_in(resource_id: str) -> bool:
    """Whether an id announces that nobody filled it in ("REPLACE", "unknown", "does-not-exist")."""
    return _STAND_IN.search(resource_id) is not None


def reference_problem(value: dict[str, Any], targets: frozenset[str]) -> str | None:
    """What is wrong with a Reference that may point at ``targets`` (empty or ``Resource``: anything)."""
    text = value.get("reference")
    if text is None:
        return None if "identifier" in value or "display" in value else "must say what it refers to"
    if not isinstance(text, str) or not text.strip():
        return None  # named by the type check already
    if text.startswith("#"):
        return None  # resolved against contained resources by contained_problems
    if text.startswith("urn:"):
        return "refers to an entry of a Bundle, but is not in one"
    target = literal(value)
    if target is None:
        return "is not a reference of the form Type/id"
    if targets and "Resource" not in targets and target.type not in targets:
        return f"must refer to {' or '.join(sorted(targets))}, not {target.type}"
    if value.get("type", target.type) != target.type:
        return "type does not agree with reference"
    if is_stand_in(target.id):
        return "refers to an id that was never filled in"
    return None


def internal_references(value: object) -> Iterator[str]:
    """Ids of contained resources that anything in ``value`` refers to."""
    if isinstance(value, dict):
        text = value.get("reference")
        if isinstance(text, str) and text.startswith("#"):
            yield text[1:]
        for child in value.values():
            yield from internal_references(child)
    elif isinstance(value, list):
        for child in value:
            yield from internal_references(child)
