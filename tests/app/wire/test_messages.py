"""Control messages, and the page that documents them."""

import re
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from app.wire import messages
from app.wire.frames import Frame, decode
from app.wire.messages import Event, Hello, client_message, server_message

pytestmark = pytest.mark.unit

ROOT = Path(__file__).parents[3]
DOC = (ROOT / "docs/protocol.md").read_text(encoding="utf-8")
CLIENT: tuple[type[BaseModel], ...] = get_args(get_args(messages.ClientMessage)[0])
SERVER: tuple[type[BaseModel], ...] = get_args(get_args(messages.ServerMessage)[0])


def name(model: type[BaseModel]) -> str:
    return str(model.model_fields["type"].default)


@given(st.text() | st.binary().map(bytes.hex))
def test_any_text_is_a_message_or_a_validation_error(text: str) -> None:
    try:
        message = client_message.validate_json(text)
    except ValidationError:
        return
    assert client_message.validate_json(message.model_dump_json()) == message


@pytest.mark.parametrize("field", [{"channels": 3}, {"mode": "listen"}, {"last_event": -1}, {"encounter_id": "x" * 65}])
def test_a_hello_out_of_range_is_refused(field: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Hello.model_validate({"encounter_id": "e", **field})


def test_every_event_is_a_server_message_with_a_number() -> None:
    for model in get_args(Event):
        assert model in SERVER
        assert "event" in model.model_fields


def test_an_older_welcome_without_epoch_is_still_read() -> None:
    welcome = '{"type":"welcome","encounter_id":"e","state":"open","next_sample":0,"last_event":0}'
    assert server_message.validate_json(welcome).epoch == 0  # type: ignore[union-attr]


@pytest.mark.parametrize("model", [*CLIENT, *SERVER], ids=name)
def test_every_message_and_field_is_documented(model: type[BaseModel]) -> None:
    (row,) = re.findall(rf"^\| `{name(model)}` \|(.*?)\|", DOC, re.MULTILINE)
    assert set(re.findall(r"`(\w+)`", row)) >= set(model.model_fields) - {"type"}


def test_every_error_code_of_the_live_session_is_documented() -> None:
    sources = [*(ROOT / "app/live").glob("*.py"), ROOT / "app/wire/frames.py", ROOT / "app/store/audio.py"]
    sources = [path for path in sources if path.name != "client.py"]
    codes = {code for path in sources for code in re.findall(r'code="([\w.]+)"', path.read_text(encoding="utf-8"))}
    assert codes
    missing = {code for code in codes if f"`{code}`" not in DOC}
    assert missing <= {"input.audio", "broken.audio"}, "both are faults of the server's own code or disk"


def test_the_example_frame_is_right() -> None:
    (example,) = re.findall(r"^((?:[0-9a-f]{2} ?){25,})$", DOC, re.MULTILINE)
    assert decode(bytes.fromhex(example)) == Frame(epoch=3, sequence=7, first_sample=1600, pcm=b"\1\0\xff\xff")
