"""Notes damaged at random: the check never fails to answer, and accepts nothing that another validator refuses."""

import copy
from collections.abc import Iterator
from datetime import timedelta
from random import Random
from typing import Any

import fhirkit
import pytest
from support.ehr import NOW, WHO, good_document

from app.ehr.preflight import check
from app.ehr.provenance import Making, provenance
from app.ehr.structure import elements

pytestmark = pytest.mark.unit

JUNK: list[Any] = [
    *(None, "", " ", "x", 0, 1, -1, 1.5, True, False, [], {}, [None], [""], [{}], {"a": 1}, "2026-03-02"),
    *("2026-03-02T10:00:00Z", "Patient/1", {"reference": "Patient/1"}, [{"reference": "Patient/2"}], {"text": "x"}),
    *([{"text": "x"}], {"coding": [{"system": "http://loinc.org", "code": "11506-3"}]}, "urn:uuid:1", "http://x"),
    *({"system": "http://x", "code": "y"}, {"system": "http://x.test", "value": "y"}),
    {"extension": [{"url": "http://x.test/e", "valueString": "y"}]},
]
NAMES = [name for name in elements("DocumentReference") if name != "contained"] + [
    *elements("DocumentReferenceContext"),
    *elements("Attachment"),
    *elements("Coding"),
    *elements("Identifier"),
    "foo",
]


def places(value: object, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    if isinstance(value, dict):
        for name, child in value.items():
            yield from places(child, (*path, name))
    elif isinstance(value, list):
        for number, child in enumerate(value):
            yield from places(child, (*path, number))


def damaged(resource: dict[str, Any], random: Random) -> dict[str, Any]:
    """A copy in which one place is removed, replaced, added to, doubled or misspelt."""
    resource = copy.deepcopy(resource)
    *steps, last = random.choice(list(places(resource)))
    parent: Any = resource
    for step in steps:
        parent = parent[step]
    junk = copy.deepcopy(random.choice(JUNK))
    match random.choice(("remove", "replace", "replace", "add", "double", "misspell")):
        case "remove":
            del parent[last]
        case "replace":
            parent[last] = junk
        case "add":
            target = parent[last] if isinstance(parent[last], dict) else resource
            target[random.choice(NAMES)] = junk
        case "misspell" if isinstance(parent[last], str):
            cut = random.randrange(len(parent[last]) + 1)
            parent[last] = parent[last][:cut] + random.choice(["", "x", " ", "\n", "-"]) + parent[last][cut + 1 :]
        case _:
            parent[last] = [parent[last], junk]
    return resource


@pytest.mark.parametrize("seed", range(8))
def test_whatever_is_accepted_the_structural_validator_accepts_too(seed: int) -> None:
    random = Random(seed)
    sound = (good_document(), provenance(Making("77", WHO, NOW - timedelta(minutes=25), NOW, "rules")))
    refused = 0
    for _ in range(60):
        resource = damaged(random.choice(sound), random)
        if check(resource, now=NOW):
            refused += 1
        else:
            assert fhirkit.validate(resource) == []
    assert refused > 30
