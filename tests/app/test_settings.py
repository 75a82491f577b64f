"""The settings table in the documentation is the settings class."""

from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from app.settings import Settings

pytestmark = pytest.mark.unit

DOC = Path(__file__).parents[2] / "docs" / "configuration.md"


def shown(default: object) -> str:
    if isinstance(default, SecretStr) or default in (None, ()):
        return "unset"
    return f"`{str(default).replace(str(Path.home()), '~')}`"


def test_documentation_lists_every_setting() -> None:
    rows = [
        f"| `SIDENOTE_{name.upper()}` | {shown(field.default)} | {field.description} |"
        for name, field in Settings.model_fields.items()
    ]
    written = [line for line in DOC.read_text(encoding="utf-8").splitlines() if line.startswith("| `SIDENOTE_")]
    assert written == rows, "\n".join(rows)


def test_settings_are_frozen_and_prefixed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIDENOTE_PORT", "8123")
    settings = Settings(_env_file=None)
    assert settings.port == 8123
    with pytest.raises(ValidationError):
        settings.port = 1  # type: ignore[misc]


def test_a_wrong_value_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIDENOTE_DEVICE", "tpu")
    with pytest.raises(ValidationError, match="device"):
        Settings(_env_file=None)
