"""The shapes of a note: one canonical US Core DocumentReference, cut down for what a vendor takes.

Sources: US Core 6.1.0 DocumentReference; Oracle Health's public R4 documentation; third parties' reports of
Epic's sandbox, which is why every cell is data here and not code (``docs/ehr.md``).
"""

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from app.errors import InvalidInput

US_CORE_DOCUMENT: Final = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-documentreference"

TYPE_OF_TEMPLATE: Final[dict[str, str]] = {"h_and_p": "34117-2", "consult": "11488-4"}
"""The LOINC type of note templates that are not progress notes."""

DEFAULT_TYPE: Final = "11506-3"


@dataclass(frozen=True, slots=True)
class Profile:
    """What one kind of EHR takes.

    ``doc_status`` is what a signed note is sent as. ``content_types`` are compared without regard to case and,
    unless ``exact_content_type``, to the space after the semicolon. ``required`` are dotted paths below
    DocumentReference. ``kept`` and ``attachment_kept`` are the elements of the down-shaped note; ``None`` keeps
    everything. ``refused`` maps an element that must not be sent to the reason, ``no_amendments`` a kind of
    amendment that cannot be made over FHIR to what to do instead. ``replaces_by_update``: a replacement is an update of
    the note itself, not a new document.
    """

    name: str
    title: str
    doc_status: str
    doc_statuses: frozenset[str]
    content_type: str
    content_types: frozenset[str]
    required: tuple[str, ...]
    exact_content_type: bool = False
    kept: frozenset[str] | None = None
    attachment_kept: frozenset[str] | None = None
    context_kept: frozenset[str] | None = None
    refused: tuple[tuple[str, str], ...] = ()
    one_type_coding: bool = False
    provenance: bool = True
    no_amendments: Mapping[str, str] = field(default_factory=dict)
    replaces_by_update: bool = False


US_CORE: Final = Profile(
    name="us-core",
    title="US Core",
    doc_status="final",
    doc_statuses=frozenset({"preliminary", "final", "amended"}),
    content_type="text/plain; charset=utf-8",
    content_types=frozenset({"text/plain", "text/plain;charset=utf-8"}),
    required=(
        "meta.profile",
        "masterIdentifier",
        "identifier",
        "date",
        "author",
        "custodian",
        "context.encounter",
        "context.period.start",
        "context.period.end",
        "content[0].attachment.size",
        "content[0].attachment.hash",
    ),
)

_KINDS: Final = ("addendum", "replacement", "retraction")
_SHAPED = {"resourceType", "status", "docStatus", "type", "category", "subject", "author", "content", "context"}

EPIC: Final = Profile(
    name="epic",
    title="Epic",
    doc_status="preliminary",
    doc_statuses=frozenset({"preliminary", "final"}),
    content_type="text/plain",
    content_types=frozenset({"text/plain"}),
    exact_content_type=True,
    required=("date", "context.encounter"),
    kept=frozenset(_SHAPED | {"date"}),
    attachment_kept=frozenset({"contentType", "data"}),
    context_kept=frozenset({"encounter"}),
    refused=(("relatesTo", "Epic takes no addendum or replacement over FHIR: addend inside the EHR"),),
    provenance=False,
    no_amendments=dict.fromkeys(_KINDS, "Epic takes no amendment over FHIR: make it inside the EHR."),
)

ORACLE: Final = Profile(
    name="oracle",
    title="Oracle Health",
    doc_status="final",
    doc_statuses=frozenset({"final"}),
    content_type="text/plain;charset=utf-8",
    content_types=frozenset({"text/plain;charset=utf-8"}),
    exact_content_type=True,
    required=(
        "author",
        "context.encounter",
        "context.period.start",
        "context.period.end",
        "content[0].attachment.title",
        "content[0].attachment.creation",
    ),
    kept=frozenset(_SHAPED),
    attachment_kept=frozenset({"contentType", "data", "title", "creation"}),
    context_kept=frozenset({"encounter", "period"}),
    refused=(
        ("authenticator", "Oracle takes an authenticator only from system accounts"),
        ("relatesTo", "Oracle amends a note by PUT, not by a new note that relates to it"),
    ),
    one_type_coding=True,
    no_amendments={
        "addendum": "Oracle Health takes a changed note only: replace the note, or add to it inside the EHR.",
        "retraction": "Oracle Health takes a changed note only: retract it inside the EHR.",
    },
    replaces_by_update=True,
)

PROFILES: Final[dict[str, Profile]] = {profile.name: profile for profile in (US_CORE, EPIC, ORACLE)}


def profile_named(name: str) -> Profile:
    """The profile of that name; :class:`InvalidInput` when there is none."""
    try:
        return PROFILES[name]
    except KeyError:
        raise InvalidInput(f"There is no EHR profile {name!r}; choose one of {', '.join(PROFILES)}.") from None


def shaped(resource: dict[str, Any], profile: Profile) -> dict[str, Any]:
    """The canonical note cut down to what ``profile`` takes; the note itself is never changed."""
    note = copy.deepcopy(resource)
    if profile.kept is not None:
        note = {name: value for name, value in note.items() if name in profile.kept}
    note["docStatus"] = profile.doc_status if note.get("docStatus") != "amended" else "amended"
    for content in note.get("content", ()):
        attachment = content["attachment"]
        attachment["contentType"] = profile.content_type
        if profile.attachment_kept is not None:
            content["attachment"] = {k: v for k, v in attachment.items() if k in profile.attachment_kept}
    if profile.context_kept is not None and "context" in note:
        note["context"] = {k: v for k, v in note["context"].items() if k in profile.context_kept}
    return note
