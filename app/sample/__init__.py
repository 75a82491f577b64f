"""The project's own sample visit: an invented script, spoken by two synthetic voices, with its reference turns.

``visit.txt`` is the script, ``visit.ogg`` the sound, ``visit.json`` who says what and when (samples). Nobody in it
exists. ``bench/sample/speak.py`` makes sound and turns from the script.
"""

import json
from importlib.resources import as_file, files
from pathlib import Path

from visit.turns import Speaker, Turn

CLINICIAN = "Dr. Daniel Reed"
PATIENT = "Maria Alvarez"


def audio_path() -> Path:
    """Path of the sample visit's sound, an Ogg file."""
    with as_file(files(__package__) / "visit.ogg") as path:
        return path


def reference_turns() -> tuple[Turn, ...]:
    """What the script says, turn by turn, with the samples at which each turn was spoken."""
    rows = json.loads((files(__package__) / "visit.json").read_text(encoding="utf-8"))["turns"]
    return tuple(
        Turn(index, Speaker(row["speaker"]), row["text"], row["start"], row["end"]) for index, row in enumerate(rows)
    )
