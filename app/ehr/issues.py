"""What a check found wrong: where, and why."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Issue:
    """One reason not to send a resource.

    ``path`` is a FHIRPath-like location (``DocumentReference.content[0].attachment.size``); ``problem`` says
    what is wrong there in plain words and never quotes the text of a note.
    """

    path: str
    problem: str
