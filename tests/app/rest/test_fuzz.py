"""Every operation of the OpenAPI description, as every role, with bodies and parameters that fit it and that do not.

Whatever is sent: no error that nobody foresaw, no answer outside the description of problems, nothing sent repeated.
``SIDENOTE_TEST_EXAMPLES`` sets how many requests each role sends.
"""

import os
import random
from collections.abc import Mapping
from typing import Any

import pytest

pytestmark = pytest.mark.fault

ROLES = ("nobody", "clinician", "other", "coder", "admin")
REQUESTS = int(os.environ.get("SIDENOTE_TEST_EXAMPLES", "50"))
MARK = "Quokka-7f3a"
"""Stands in every string that is sent."""

JUNK: tuple[Any, ...] = (None, True, -1, 0, 1 << 70, 1.5, "", MARK, f"{MARK}\x00\u202e", [], [[]], {}, {MARK: MARK})
SKIPPED = {("DELETE", "/api/session"), ("PUT", "/api/session/password")}
"""They would end the session that the rest is asked with."""


def value(schema: Mapping[str, Any], definitions: Mapping[str, Any], chance: random.Random, depth: int = 0) -> Any:
    """Something that fits a JSON schema, or now and then does not."""
    if chance.random() < 0.12 or depth > 5:
        return chance.choice(JUNK)
    if "$ref" in schema:
        return value(definitions[schema["$ref"].rpartition("/")[2]], definitions, chance, depth + 1)
    for choice in ("anyOf", "oneOf"):
        if choice in schema:
            return value(chance.choice(schema[choice]), definitions, chance, depth + 1)
    if "enum" in schema:
        return chance.choice(schema["enum"])
    if "const" in schema:
        return schema["const"]
    kind = schema.get("type")
    if kind == "object":
        required = set(schema.get("required", ()))
        return {
            name: value(inside, definitions, chance, depth + 1)
            for name, inside in schema.get("properties", {}).items()
            if name in required or chance.random() < 0.5
        }
    if kind == "array":
        return [value(schema.get("items", {}), definitions, chance, depth + 1) for _ in range(chance.randint(0, 3))]
    plain = {"integer": chance.randint(-2, 40), "number": chance.random(), "boolean": chance.random() < 0.5}
    words = (MARK, "soap", "R42", "ehr-1", "s1", "a longer reason given")
    return plain.get(str(kind), None if kind == "null" else chance.choice(words))


def request(house, caller, chance: random.Random, encounter: str) -> Any:
    """One request that follows the description, more or less."""
    document = house.client.app.openapi()
    definitions = document["components"]["schemas"]
    operations = [
        (method.upper(), path, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if (method.upper(), path) not in SKIPPED and not path.endswith("/password")
    ]
    method, path, operation = chance.choice(operations)
    query = {}
    for parameter in operation.get("parameters", ()):
        name = parameter["name"]
        if parameter["in"] == "path":
            known = encounter if name == "encounter_id" else str(value(parameter["schema"], definitions, chance))
            given = known if chance.random() < 0.85 else f"{MARK}%2F..%00"
            path = path.replace(f"{{{name}}}", given.replace("/", "%2F").replace("\x00", "%00") or "x")
        elif parameter["in"] == "query" and chance.random() < 0.7:
            query[name] = str(value(parameter["schema"], definitions, chance))
    sent: dict[str, Any] = {"params": query}
    content = operation.get("requestBody", {}).get("content", {})
    if "application/json" in content:
        if chance.random() < 0.1:
            sent |= {"content": b'{"' + MARK.encode(), "headers": {"Content-Type": "application/json"}}
        else:
            sent["json"] = value(content["application/json"]["schema"], definitions, chance)
    elif method == "POST" and chance.random() < 0.5:
        sent |= {"content": os.urandom(40), "headers": {"Content-Type": "audio/wav"}}
    return method, path, caller.request(method, path, **sent)


@pytest.mark.parametrize("role", ROLES)
def test_nothing_unforeseen_whatever_is_sent(house, role: str) -> None:
    chance = random.Random(f"{role}-{os.environ.get('SIDENOTE_TEST_SEED', '1')}")
    encounters = [house.encounter(state=state, ehr_id=state).id for state in ("open", "drafted")]
    caller = house.client if role == "nobody" else house.sign_in(role)
    statuses: dict[int, int] = {}
    for _ in range(REQUESTS):
        method, path, answer = request(house, caller, chance, chance.choice(encounters))
        statuses[answer.status_code] = statuses.get(answer.status_code, 0) + 1
        assert answer.status_code < 500 or answer.json()["code"].startswith("unavailable."), (method, path, answer.text)
        if answer.status_code >= 400:
            assert answer.headers["content-type"].startswith("application/problem+json"), (method, path)
            assert MARK not in answer.text, (method, path)
        if role == "nobody":
            assert answer.status_code >= 400 or path in ("/healthz", "/readyz", "/api/session/methods"), (method, path)
        if answer.status_code == 401 and role != "nobody" and "session" not in path:
            caller = house.sign_in(role)
    house.store.integrity()
    assert len(statuses) >= 3 or role == "nobody", statuses
