"""Whose chart is open: what is done in a launch is about its patient and its visit, here and in the EHR.

Whatever is refused, and every answer of the EHR, is written into the audit log.
"""

import time
from typing import Final, Protocol

from app.errors import Conflict, Unavailable
from app.records import RECORDABLE, Encounter
from app.smart.launch import Launch
from visit.ids import UserId

FRESH_S: Final = 60.0
"""How long the EHR's answer whose visit it is is good for beginning to record."""


class Log(Protocol):
    """What is asked of the store."""

    def audit(self, actor: UserId, action: str, target: str, **ids: object) -> None:
        """Write down what happened."""


def require_same(log: Log, launch: Launch, encounter: Encounter) -> None:
    """Raise :class:`Conflict`, and write it down, unless a launch is about this encounter and its patient.

    ``conflict.patient`` when another patient's chart is open in the EHR, ``conflict.encounter`` for another visit.
    The EHR is not asked.
    """
    try:
        if launch.patient != encounter.chart.patient_id:
            raise Conflict("Another patient's chart is open in the EHR.", code="conflict.patient")
        _require_visit(launch, encounter.ehr_encounter_id)
    except Conflict as error:
        log.audit(launch.user.id, "launch.refused", _target(encounter), why=error.code)
        raise


def require_ours(launch: Launch, ehr_encounter_id: str) -> None:
    """Read an encounter of the EHR under the launch's token; raise :class:`Conflict` unless it is the launch's."""
    _require_visit(launch, ehr_encounter_id)
    if launch.ehr.encounter(ehr_encounter_id).patient != f"Patient/{launch.patient}":
        raise Conflict("The EHR's encounter belongs to another patient.", code="conflict.patient")


def check(log: Log, launch: Launch, encounter: Encounter, moment: str) -> None:
    """Compare a launch's patient with the encounter's, here and in the EHR, and write down what came of it."""
    require_same(log, launch, encounter)
    try:
        require_ours(launch, encounter.ehr_encounter_id)
    except Conflict as error:
        launch.checked.pop(encounter.id, None)
        log.audit(launch.user.id, "launch.refused", _target(encounter), why=error.code, moment=moment)
        raise
    launch.checked[encounter.id] = time.monotonic()
    log.audit(launch.user.id, "launch.checked", _target(encounter), moment=moment)


def before_recording(log: Log, launch: Launch, encounter: Encounter) -> None:
    """Let no recording begin in a launch unless the EHR was asked lately whose visit it is, whatever the page did.

    A recording that goes on needs one answer of this launch, however old, and none while the EHR does not answer:
    what is said meanwhile must not be lost. Raises :class:`Conflict` for another patient, :class:`Unavailable` when
    a recording is to begin and the EHR does not answer.
    """
    if encounter.state not in RECORDABLE:
        return
    goes_on, asked = encounter.state == "recording", launch.checked.get(encounter.id)
    if asked is not None and (goes_on or time.monotonic() - asked < FRESH_S):
        return
    try:
        check(log, launch, encounter, "start")
    except Unavailable:
        log.audit(launch.user.id, "launch.unchecked", _target(encounter), state=encounter.state)
        if not goes_on:
            raise


def _require_visit(launch: Launch, ehr_encounter_id: str) -> None:
    if launch.encounter is not None and launch.encounter != ehr_encounter_id:
        raise Conflict("Another visit of this patient is open in the EHR.", code="conflict.encounter")


def _target(encounter: Encounter) -> str:
    return f"encounter:{encounter.id}"
