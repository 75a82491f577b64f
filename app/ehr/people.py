"""Which practitioner of an encounter the signing clinician is."""

import re
from collections.abc import Sequence
from typing import Final

from app.ehr.chart import EhrPractitioner
from app.errors import Conflict

_TITLES: Final = frozenset(
    {"dr", "doctor", "prof", "professor", "mr", "mrs", "ms", "miss", "md", "do", "mbbs", "mbchb", "np", "fnp", "dnp"}
    | {"pa", "pac", "aprn", "rn", "phd", "pharmd", "facp", "faafp"}
)


def author_of(practitioners: Sequence[EhrPractitioner], signer: str) -> EhrPractitioner:
    """The practitioner with the signer's name; a note is never filed under anyone else's.

    Raises :class:`Conflict` (``conflict.author``) when none or more than one has it.
    """
    found = [practitioner for practitioner in practitioners if same_person(practitioner.name, signer)]
    if len({practitioner.reference for practitioner in found}) != 1:
        raise Conflict(
            "The EHR does not list the clinician who signed as the clinician of this encounter.",
            code="conflict.author",
        )
    return found[0]


def same_person(one: str, other: str) -> bool:
    """Whether two names are the same but for titles, order, case, and middle names that one leaves out."""
    first, second = _name_parts(one), _name_parts(other)
    fewer, more = sorted((first, second), key=len)
    return len(fewer) >= 2 and fewer <= more


def shares_name(name: str, text: str) -> bool:
    """Whether a line of text can be about the person: two parts of the name are in it, or all there are.

    An initial stands for any word that begins with it.
    """
    parts, found = _name_parts(name), _name_parts(text)
    shared = [
        part for part in parts if part in found or (len(part) == 1 and any(word[0] == part for word in found - parts))
    ]
    return len(shared) >= min(2, len(parts))


def _name_parts(name: str) -> frozenset[str]:
    words = re.findall(r"[^\W\d_]+", name.casefold().replace(".", "").replace("'", ""))
    return frozenset(word for word in words if word not in _TITLES)
