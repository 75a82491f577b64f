"""Schemathesis: what fits the OpenAPI description is asked, and the answers are held against the description.

In short, every operation is asked once, as one role after the other; with ``SIDENOTE_TEST_EXAMPLES`` every operation
so many times as every role.
"""

import os
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.specs.openapi import checks

pytestmark = pytest.mark.fault

ROLES = ("clinician", "coder", "admin", "other", "nobody")
EXAMPLES = int(os.environ.get("SIDENOTE_TEST_EXAMPLES", "0"))
SEED = int(os.environ.get("SIDENOTE_TEST_SEED", "1"))
SKIPPED = {("delete", "/api/session"), ("put", "/api/session/password")}
"""They would end the session that the rest is asked with."""

NOT_PROMISED = [
    checks.positive_data_acceptance,  # what fits the description may still be refused for what it says
    checks.negative_data_rejection,
    checks.unsupported_method,
    checks.ignored_auth,  # test_access.py asks every route as every role
    checks.missing_required_header,
]


_operations: list[Any] = []


def operations(house: Any) -> list[Any]:
    """Every operation of the description, which is the same for every test and takes seconds to read."""
    if not _operations:
        schema = schemathesis.openapi.from_dict(house.client.app.openapi())
        found = [result.ok() for result in schema.get_all_operations()]
        _operations.extend(each for each in found if (each.method, each.path) not in SKIPPED)
    return _operations


def plan(found: list[Any], role: str) -> Iterator[tuple[Any, int]]:
    """Which operations to ask as a role, and how often."""
    for number, operation in enumerate(found):
        if EXAMPLES:
            yield operation, EXAMPLES
        elif ROLES[(number + SEED) % len(ROLES)] == role:
            yield operation, 1


def ask(caller: Any, case: Any, encounter: str) -> Any:
    """Send a case as one of our callers, about an encounter that exists."""
    if "encounter_id" in case.path_parameters:
        case.path_parameters["encounter_id"] = encounter
    sent = case.as_transport_kwargs(base_url="http://127.0.0.1:8000")
    headers = {
        name: value
        for name, value in sent.pop("headers", {}).items()
        if name.lower() in ("content-type", "accept", "x-launch", "authorization")
    }
    sent.pop("cookies", None)
    if "data" in sent:
        sent["content"] = sent.pop("data")
    return caller.request(**sent, headers=headers)


def faults_of(operation: Any, examples: int, caller: Any, encounter: str) -> set[str]:
    """What is wrong with the answers of one operation."""
    faults: set[str] = set()

    @seed(SEED)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def run(case: Any) -> None:
        answer = ask(caller, case, encounter)
        try:
            case.validate_response(answer, excluded_checks=NOT_PROMISED)
        except BaseExceptionGroup as group:
            faults.update(f"{operation.label}: {type(fault).__name__}" for fault in group.exceptions)

    run()
    return faults


@pytest.mark.parametrize("role", ROLES)
def test_answers_are_what_the_description_says(house, role: str) -> None:
    caller = house.client if role == "nobody" else house.sign_in(role)
    encounter = house.encounter().id
    asked = list(plan(operations(house), role))
    faults = [fault for operation, examples in asked for fault in faults_of(operation, examples, caller, encounter)]
    house.store.integrity()
    assert len(asked) >= 10
    assert faults == []
