"""FHIR R4 structure: walks a raw JSON resource against the element definitions and names every fault.

The definitions come from the field metadata of ``fhir.resources.R4B`` (element names, types, cardinality,
required value sets, reference targets), which those models carry but mostly do not enforce. R4B equals R4
4.0.1 for the resources sent here; the two data types that R4B adds are refused.
"""

import re
import types
import typing
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from fhir.resources.R4B import get_fhir_model_class
from fhir.resources.R4B.resource import Resource
from fhir_core.fhirabstractmodel import FHIRAbstractModel

from app.ehr.issues import Issue
from app.ehr.primitives import CHECKS, parse_instant
from app.ehr.references import reference_problem
from app.ehr.terminology import coding_problems

_NOT_IN_R4 = {"valueCodeableReference", "valueRatioRange", "fhir_comments"}
_ABSOLUTE_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:\S+")
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
_MAX_DEPTH = 40


@dataclass(frozen=True, slots=True)
class Element:
    """One element of a FHIR type. Exactly one of ``primitive`` and ``model`` is set."""

    many: bool
    required: bool
    primitive: str | None = None
    model: str | None = None
    values: frozenset[str] = frozenset()
    targets: frozenset[str] = frozenset()
    choice: str | None = None


def model_of(type_name: str) -> type[FHIRAbstractModel]:
    """The R4B model of a resource or data type; ``KeyError`` when FHIR has no such type."""
    try:
        return get_fhir_model_class(type_name)
    except ValueError as error:
        raise KeyError(type_name) from error


def _unwrap(annotation: Any) -> tuple[Any, bool]:
    """The item type of a field annotation, and whether the field repeats."""
    many = False
    while True:
        origin = typing.get_origin(annotation)
        if origin in (typing.Union, types.UnionType):
            inner = [a for a in typing.get_args(annotation) if a is not type(None)]
            if len(inner) != 1:
                return annotation, many
            annotation = inner[0]
        elif origin is list:
            many, annotation = True, typing.get_args(annotation)[0]
        else:
            return annotation, many


def _primitive_name(annotation: Any) -> str | None:
    if annotation is bool:
        return "boolean"
    if typing.get_origin(annotation) is typing.Annotated:
        name = type(typing.get_args(annotation)[-1]).__name__
        return name[0].lower() + name[1:]
    return None


def _required_lists(model: type[Any]) -> set[str]:
    return {field.alias or name for name, field in model.model_fields.items() if field.is_required()}


@lru_cache(maxsize=256)
def elements(type_name: str) -> dict[str, Element]:
    """The elements of a resource or data type by JSON name; ``KeyError`` when FHIR has no such type."""
    model = model_of(type_name)
    required = _required_lists(model)
    found: dict[str, Element] = {}
    for name, field in model.model_fields.items():
        alias = field.alias or name
        if alias in _NOT_IN_R4:
            continue
        extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
        annotation, many = _unwrap(field.annotation)
        primitive = _primitive_name(annotation)
        klass = getattr(annotation, "_model_klass", None)
        found[alias] = Element(
            many=many,
            required=bool(extra.get("element_required")) or alias in required,
            primitive=primitive if primitive in CHECKS else (None if klass else "string"),
            model=klass.rpartition(".")[2] if isinstance(klass, str) else getattr(klass, "__name__", None),
            values=frozenset(typing.cast(list[str], extra.get("enum_values") or ())),
            targets=frozenset(typing.cast(list[str], extra.get("enum_reference_types") or ())),
            choice=typing.cast(str | None, extra.get("one_of_many")),
        )
    return found


def walk(resource: dict[str, Any], type_name: str) -> Iterator[Issue]:
    """Every structural fault of a resource that claims to be a ``type_name``."""
    body = {key: value for key, value in resource.items() if key != "resourceType"}
    yield from _walk_object(body, type_name, type_name, 0)


def _walk_object(value: object, type_name: str, path: str, depth: int) -> Iterator[Issue]:
    if not isinstance(value, dict):
        yield Issue(path, "must be one object")
        return
    if depth > _MAX_DEPTH:
        yield Issue(path, "is nested too deeply")
        return
    if not value:
        yield Issue(path, "must not be empty")
    known = elements(type_name)
    for name, child in value.items():
        if name not in known:
            yield Issue(f"{path}.{name}", "is not an element of FHIR R4 here")
            continue
        yield from _walk_element(child, known[name], f"{path}.{name}", depth + 1)
    yield from _missing(value, known, path)
    yield from _invariants(value, type_name, path)


def _missing(value: dict[str, Any], known: dict[str, Element], path: str) -> Iterator[Issue]:
    for name, element in known.items():
        if element.required and name not in value:
            yield Issue(f"{path}.{name}", "is required and missing")
    chosen: dict[str, list[str]] = {}
    for name in value:
        choice = known[name].choice if name in known else None
        if choice:
            chosen.setdefault(choice, []).append(name)
    for choice, names in chosen.items():
        if len(names) > 1:
            yield Issue(f"{path}.{choice}[x]", "may have only one type")


def _walk_element(value: object, element: Element, path: str, depth: int) -> Iterator[Issue]:
    if value is None:
        yield Issue(path, "must not be null")
        return
    if not element.many:
        if isinstance(value, list):
            yield Issue(path, "must be one value, not an array")
            return
        yield from _walk_one(value, element, path, depth)
        return
    if not isinstance(value, list):
        yield Issue(path, "must be an array")
        return
    if not value:
        yield Issue(path, "must not be an empty array")
    for position, item in enumerate(value):
        if item is None:
            yield Issue(f"{path}[{position}]", "must not be null")
        else:
            yield from _walk_one(item, element, f"{path}[{position}]", depth)


def _walk_one(value: object, element: Element, path: str, depth: int) -> Iterator[Issue]:
    if element.primitive is not None:
        problem = CHECKS[element.primitive](value)
        if problem:
            yield Issue(path, problem)
        elif element.values and str(value) not in element.values:
            yield Issue(path, f"must be one of {', '.join(sorted(element.values))}")
        return
    assert element.model is not None
    if element.model == "Resource":
        yield from _walk_contained(value, path, depth)
        return
    yield from _walk_object(value, element.model, path, depth)
    if element.model == "Reference" and isinstance(value, dict):
        problem = reference_problem(value, element.targets)
        if problem:
            yield Issue(path, problem)


def _walk_contained(value: object, path: str, depth: int) -> Iterator[Issue]:
    if not isinstance(value, dict):
        yield Issue(path, "must be one object")
        return
    kind = value.get("resourceType")
    if not isinstance(kind, str) or not is_resource_type(kind):
        yield Issue(f"{path}.resourceType", "is not a FHIR R4 resource type")
        return
    body = {key: child for key, child in value.items() if key != "resourceType"}
    if "contained" in body:
        yield Issue(f"{path}.contained", "a contained resource must not contain another")
    if not isinstance(body.get("id"), str):
        yield Issue(f"{path}.id", "is required and missing")
    yield from _walk_object(body, kind, path, depth + 1)


@lru_cache(maxsize=512)
def is_resource_type(name: str) -> bool:
    """Whether FHIR has a resource of this name."""
    try:
        return issubclass(model_of(name), Resource)
    except KeyError:
        return False


def _invariants(value: dict[str, Any], type_name: str, path: str) -> Iterator[Issue]:
    """The FHIR invariants of common data types that the models do not enforce."""
    if type_name == "Period" and _later(value.get("start"), value.get("end")):
        yield Issue(path, "start must not be later than end")
    if type_name in ("Coding", "Identifier"):
        system = value.get("system")
        if isinstance(system, str) and system.strip() and not _ABSOLUTE_URI.fullmatch(system):
            yield Issue(f"{path}.system", "must be an absolute URI")
    if type_name == "Coding":
        yield from (Issue(f"{path}.{element}", problem) for element, problem in coding_problems(value))
    if type_name == "Extension" and ("extension" in value) == any(name.startswith("value") for name in value):
        yield Issue(path, "must have either a value or nested extensions")
    if type_name == "Attachment" and "data" in value and "contentType" not in value:
        yield Issue(f"{path}.contentType", "is required when there is data")
    language = value.get("language")
    if isinstance(language, str) and language.strip() and not _LANGUAGE.fullmatch(language):
        yield Issue(f"{path}.language", "is not a language tag")


def _later(start: object, end: object) -> bool:
    """Whether ``start`` is after ``end``, at the precision that both have."""
    first, last = parse_instant(start), parse_instant(end)
    if first is not None and last is not None:
        return first > last
    if isinstance(start, str) and isinstance(end, str):
        shared = min(len(start), len(end), 10)
        return start[:shared] > end[:shared]
    return False
