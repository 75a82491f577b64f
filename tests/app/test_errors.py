"""The error tree."""

import pytest

from app import errors
from app.errors import SidenoteError

pytestmark = pytest.mark.unit

TREE = [value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, SidenoteError)]


@pytest.mark.parametrize("kind", TREE)
def test_every_error_has_its_codes(kind: type[SidenoteError]) -> None:
    error = kind("What is wrong.")
    assert error.code
    assert error.code == error.code.lower()
    assert 400 <= error.http_status < 600
    assert 1000 <= error.ws_close < 5000
    assert (error.message, str(error)) == ("What is wrong.", "What is wrong.")


@pytest.mark.parametrize("kind", TREE)
def test_the_tree_in_the_docstring_names_it(kind: type[SidenoteError]) -> None:
    assert kind.__name__ in (errors.__doc__ or "")


def test_codes_and_facts_are_given_where_it_is_raised() -> None:
    error = errors.Conflict("A gap.", code="conflict.gap", next_sample=16)
    assert (error.code, error.extra) == ("conflict.gap", {"next_sample": 16})
    assert errors.Conflict.code == "conflict.state"


def test_only_what_may_pass_is_retryable() -> None:
    assert {kind.__name__ for kind in TREE if kind.retryable} == {"TooMuch", "Unavailable"}
