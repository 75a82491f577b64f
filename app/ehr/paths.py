"""Reaching into raw JSON that may be broken anywhere."""

import re
from typing import Any


def at(resource: object, path: str) -> Any:
    """The value at a dotted path (``content[0].attachment.data``), or ``None``; never raises."""
    for step in re.findall(r"[^.\[\]]+|\[\d+\]", path):
        if step.startswith("["):
            place = int(step[1:-1])
            resource = resource[place] if isinstance(resource, list) and place < len(resource) else None
        else:
            resource = resource.get(step) if isinstance(resource, dict) else None
    return resource


def items(value: object) -> list[Any]:
    """The value when it is an array, else nothing."""
    return value if isinstance(value, list) else []
