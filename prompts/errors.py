"""What can go wrong while drafting. Messages name the part, never what was said.

DraftingError
├── TemplateError       a note format is malformed or unknown
├── ConversionError     a model file cannot be converted
└── EngineError         a language model gave nothing usable; the deterministic phrase stands
    ├── EngineUnavailable   missing, unreachable or refusing
    ├── EngineTimeout       no answer within its time
    └── EngineAnswerError   an answer that does not have the agreed shape
"""


class DraftingError(Exception):
    """The base of every error of this room."""


class TemplateError(DraftingError):
    """A note format is malformed or unknown. ``key`` is the entry at fault, ``line`` where it stands in the file."""

    def __init__(self, message: str, *, key: tuple[str | int, ...] = (), line: int | None = None) -> None:
        """Neither is known for a format that is unknown as a whole."""
        super().__init__(message)
        self.key = key
        self.line = line


class ConversionError(DraftingError):
    """A model file cannot be converted."""


class EngineError(DraftingError):
    """A language model gave nothing usable."""


class EngineUnavailable(EngineError):
    """The model is missing, or its endpoint is unreachable or refuses."""


class EngineTimeout(EngineError):
    """The model did not answer within its time."""


class EngineAnswerError(EngineError):
    """The answer does not have the agreed shape."""
