"""Which voice is the clinician's: language cues gathered over the visit. Unknown is an answer."""

from collections.abc import Mapping

from visit.turns import Speaker


class RoleBook:
    """What each voice has said so far, and the role that follows from it."""

    def __init__(self, fixed: Mapping[str, Speaker]) -> None:
        """``fixed`` are voices whose role is known beforehand."""
        self._fixed = dict(fixed)

    def hear(self, voice: str | None, text: str) -> None:
        """Add words of a voice."""

    def role(self, voice: str | None) -> Speaker:
        """The present role of a voice."""
        return self._fixed.get(voice or "", Speaker.UNKNOWN)
