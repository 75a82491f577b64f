"""Who did what on whose behalf."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from support.ehr import NOW, WHO, changed

from app.ehr.preflight import check
from app.ehr.provenance import Making, provenance

pytestmark = pytest.mark.unit


def good() -> dict[str, Any]:
    return provenance(Making("77", WHO, NOW - timedelta(minutes=25), NOW, "rules"))


def test_the_provenance_of_a_note_is_accepted() -> None:
    assert check(good(), now=NOW) == []


def test_the_clinician_is_the_author_and_the_software_helped() -> None:
    author, assembler, transmitter = good()["agent"]
    assert author["who"]["reference"] == WHO.author
    assert assembler["who"]["reference"] == "#software"
    assert {author["onBehalfOf"]["reference"], assembler["onBehalfOf"]["reference"]} == {WHO.custodian}
    assert transmitter["who"]["reference"] == WHO.custodian


BROKEN: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "person for nobody": (lambda p: p["agent"][0].pop("onBehalfOf"), "agent[0].onBehalfOf"),
    "device for nobody": (lambda p: p["agent"][1].pop("onBehalfOf"), "agent[1].onBehalfOf"),
    "person for a person": (
        lambda p: p["agent"][0].update(onBehalfOf={"reference": "Practitioner/2"}),
        "agent[0].onBehalfOf",
    ),
    "nobody": (lambda p: p["agent"][0].pop("who"), "agent[0].who"),
    "a device that is not there": (lambda p: p["agent"][1].update(who={"reference": "#gone"}), "agent[1].who"),
    "no agents": (lambda p: p.update(agent=[]), "agent"),
    "no author": (lambda p: p["agent"].pop(0), "agent"),
    "no target": (lambda p: p.pop("target"), "target"),
    "target never filled in": (lambda p: p.update(target=[{"reference": "DocumentReference/REPLACE"}]), "target[0]"),
    "target a patient": (lambda p: p.update(target=[{"reference": "Patient/1"}]), "target[0]"),
    "two targets": (lambda p: p["target"].append({"reference": "DocumentReference/78"}), "target"),
    "recorded a day": (lambda p: p.update(recorded="2026-03-02"), "recorded"),
    "recorded later": (lambda p: p.update(recorded="2031-03-02T10:00:00Z"), "recorded"),
    "recorded never": (lambda p: p.pop("recorded"), "recorded"),
    "upside down": (lambda p: p["occurredPeriod"].update(start="2026-03-02T10:31:00Z"), "occurredPeriod"),
    "device unused": (lambda p: p["agent"].pop(1), "contained[0]"),
    "device without id": (lambda p: p["contained"][0].pop("id"), "contained[0].id"),
    "device of no status": (lambda p: p["contained"][0].update(status="on"), "contained[0].status"),
    "agent without type": (lambda p: p["agent"][2].pop("type"), "agent[2].type"),
    "R5 occurred": (lambda p: p.update(occurred=p.pop("occurredPeriod")), "occurred"),
    "label withdrawn": (lambda p: p.update(meta={"security": [_label("AIRPT")]}), "meta.security[0].code"),
}


def _label(code: str) -> dict[str, str]:
    return {"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": code}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_provenance_is_refused_and_the_place_named(name: str) -> None:
    change, path = BROKEN[name]
    issues = check(changed(good(), change), now=NOW)
    assert f"Provenance.{path}" in {issue.path for issue in issues}, issues
