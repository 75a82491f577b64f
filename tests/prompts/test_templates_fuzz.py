"""Whatever stands in a format's file: a format, or an error with its place; never one that nobody foresaw."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.fuzzing import attempt, examples, spoiled_bytes, spoiled_json

from prompts import template_files, templates
from prompts.errors import TemplateError

pytestmark = pytest.mark.fault

SHIPPED = (Path(templates.__file__).parent / "templates" / "soap.toml").read_text(encoding="utf-8")
GOOD = templates.data_of(templates.load("soap"))


def read(text: str) -> None:
    """Read it; a format that is taken says the same after it was written and read again."""
    template, refused = attempt(lambda: templates.parse(text, "The file"), TemplateError)
    if refused:
        assert str(refused).startswith("The file")
        assert refused.line is None or 1 <= refused.line <= text.count("\n") + 2
        return
    again = templates.parse(template_files.text_of(templates.data_of(template)), "The file")
    assert again == template


@examples(80)
@given(spoiled_bytes(SHIPPED.encode()).map(lambda data: data.decode("utf-8", "replace")))
def test_a_spoiled_file(text: str) -> None:
    read(text)


@examples(40)
@given(
    st.text(max_size=200)
    | st.sampled_from(["a = " + "[" * 5000, "a = " + "{b = " * 3000, "version = " + "9" * 5000, "a." * 9000 + "b = 1"])
)
def test_any_text(text: str) -> None:
    read(text)


@examples(80)
@given(spoiled_json(GOOD))
def test_a_spoiled_form(data: object) -> None:
    form = data if isinstance(data, dict) else {"sections": data}
    _, refused = attempt(lambda: templates.validate(form, "The format"), TemplateError)
    assert refused is None or str(refused).startswith("The format")
