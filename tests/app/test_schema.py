"""The page's generated types follow the wire models."""

import pytest
from pydantic import BaseModel, Field

from app.schema import TARGET, typescript, wire

pytestmark = pytest.mark.unit


class Leaf(BaseModel):
    """A leaf."""

    size: int = 0


class Tree(BaseModel):
    """A tree, with */ in its words."""

    name: str
    leaves: list[Leaf] = Field([], description="All of them.")
    twin: Leaf | None = None
    tags: list[str | None]


def test_generated_file_is_current() -> None:
    assert TARGET.read_text(encoding="utf-8") == wire(), "run `python -m app.schema`"


def test_received_fields_are_always_there() -> None:
    text = typescript((), (Tree,))
    assert "  name: string;" in text
    assert "  leaves: Leaf[];" in text
    assert "  twin: Leaf | null;" in text
    assert "  tags: (string | null)[];" in text
    assert "  size: number;" in text


def test_sent_fields_with_a_default_may_be_left_out_also_in_nested_models() -> None:
    text = typescript((Tree,), ())
    assert "  name: string;" in text
    assert "  leaves?: Leaf[];" in text
    assert "  twin?: Leaf | null;" in text
    assert "  size?: number;" in text


def test_comments_cannot_break_out() -> None:
    text = typescript((), (Tree,))
    assert text.count("*/") == text.count("/**")
    assert "/** All of them. */" in text


def test_every_message_is_in_its_union() -> None:
    text = wire()
    for name in ("Hello", "Stop", "Ping", "Welcome", "Ack", "Words", "NoteEvent", "ErrorMessage"):
        assert f"  | {name}\n" in text or f"| {name};" in text or f"= {name} |" in text or f"| {name} |" in text
