"""The Provenance that goes with a filed note: the clinician wrote it, with the help of an AI."""

import json
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from typing import Any, Final

from fhir.resources.R4B.provenance import Provenance

from app.ehr.delivery import Kind
from app.ehr.document import AI_LABEL, Participants, timestamp
from app.ehr.terminology import DATA_OPERATIONS, PARTICIPANTS, US_CORE_PARTICIPANTS

_US_CORE_PROVENANCE: Final = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-provenance"
_AI: Final = {
    "coding": [
        {
            "system": "http://hl7.org/fhir/uv/aitransparency/CodeSystem/AIdeviceTypeCS",
            "code": "Artificial-Intelligence",
        }
    ]
}
_DEPLOYMENT: Final = "urn:uuid:2f3a7f0a-9a5a-4c37-8a60-6d5a3b6d9c42"
_ACTIVITY: Final[dict[Kind, tuple[str, str]]] = {
    "note": ("CREATE", "Note of a recorded visit drafted with AI; edited and attested by the clinician"),
    "addendum": ("APPEND", "Addendum written and attested by the clinician"),
    "replacement": ("UPDATE", "Note drafted with AI, corrected and attested by the clinician"),
    "retraction": ("NULLIFY", "Note retracted by the clinician"),
}


@dataclass(frozen=True, slots=True)
class Making:
    """How a filed document came to be. ``drafter`` names the engine that wrote the draft.

    An addendum and a retraction are the clinician's own words: no AI is named.
    """

    document: str
    participants: Participants
    start: datetime
    signed_at: datetime
    drafter: str
    deployment: str = "sidenote"
    kind: Kind = "note"


def provenance(making: Making) -> dict[str, Any]:
    """The Provenance of the DocumentReference with the id ``making.document``; it needs a custodian.

    The clinician is its author, the software (where it drafted) the assembler, the organisation the transmitter;
    the first two act on behalf of the organisation (US Core provenance-1).
    """
    who = making.participants
    organization = {"reference": str(who.custodian)}
    author = {"reference": who.author, "display": who.author_name}
    code, activity = _ACTIVITY[making.kind]
    body: dict[str, Any] = {
        "meta": {"profile": [_US_CORE_PROVENANCE]},
        "target": [{"reference": f"DocumentReference/{making.document}"}],
        "occurredPeriod": {"start": timestamp(making.start), "end": timestamp(making.signed_at)},
        "recorded": timestamp(making.signed_at),
        "activity": {
            "coding": [{"system": DATA_OPERATIONS, "code": code, "display": code.lower()}],
            "text": activity,
        },
        "agent": [
            {"type": _role(PARTICIPANTS, "author"), "who": author, "onBehalfOf": organization},
            {"type": _role(US_CORE_PARTICIPANTS, "transmitter"), "who": organization},
        ],
    }
    if making.kind in ("note", "replacement"):
        body["contained"] = [_device(making)]
        body["reason"] = [{"coding": [AI_LABEL]}]
        assembler = {"type": _role(PARTICIPANTS, "assembler"), "role": [_AI], "who": {"reference": "#software"}}
        body["agent"].insert(1, {**assembler, "onBehalfOf": organization})
    made: dict[str, Any] = json.loads(Provenance.model_validate(body).model_dump_json())
    return made


def _role(system: str, code: str) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code, "display": code.capitalize()}]}


def _device(making: Making) -> dict[str, Any]:
    return {
        "resourceType": "Device",
        "id": "software",
        "identifier": [{"system": _DEPLOYMENT, "value": making.deployment}],
        "status": "active",
        "manufacturer": "Sidenote",
        "deviceName": [{"name": "Sidenote", "type": "user-friendly-name"}],
        "modelNumber": making.drafter,
        "type": _AI,
        "version": [{"value": version("sidenote")}],
    }
