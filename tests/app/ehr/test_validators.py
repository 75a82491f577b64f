"""Other people's validators agree that what is sent is right, and still bite when it is not."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import fhirkit
import pytest
from support.ehr import NOW, SHARED, WHO, good_document, signed_note

from app.ehr.document import Relation, document_reference
from app.ehr.preflight import check
from app.ehr.profiles import PROFILES, shaped
from app.ehr.provenance import Making, provenance
from app.ehr.sandbox_people import resources

pytestmark = pytest.mark.integration

US_CORE = SHARED / "data" / "us-core-6.1.0"
DEFINITIONS = "http://hl7.org/fhir/us/core/StructureDefinition"


def made() -> list[dict[str, Any]]:
    """Everything that is ever sent."""
    begun, kinds = NOW - timedelta(minutes=25), ("note", "addendum", "replacement", "retraction")
    relations = (Relation("appends", "77"), Relation("replaces", "77"))
    return [
        *(provenance(Making("77", WHO, begun, NOW, "rules", kind=kind)) for kind in kinds),  # type: ignore[arg-type]
        *(shaped(good_document(), profile) for profile in PROFILES.values()),
        *(document_reference(replace(signed_note(), relation=relation)) for relation in relations),
        document_reference(signed_note(), ai_label=False),
    ]


def test_the_structural_validator_finds_nothing_in_what_is_sent() -> None:
    assert [fhirkit.validate(resource) for resource in made()] == [[]] * len(made())


def test_the_structural_validator_finds_nothing_in_the_sandbox() -> None:
    assert {resource["id"]: fhirkit.validate(resource) for resource in resources() if fhirkit.validate(resource)} == {}


def test_the_structural_validator_still_bites_and_so_do_we() -> None:
    broken = good_document() | {"status": "final", "foo": "bar"}
    theirs = {issue.path for issue in fhirkit.validate(broken)}
    assert theirs
    assert theirs <= {issue.path for issue in check(broken, now=NOW)}


@pytest.fixture(scope="module")
def us_core(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The profile validator with US Core 6.1.0."""
    if not US_CORE.is_dir():
        pytest.skip("the US Core 6.1.0 definitions are not on this machine")
    import pyfhircheck
    from pyfhircheck.config import ValidatorConfig

    folder = tmp_path_factory.mktemp("us-core")
    config = {
        "fhirVersion": "4.0.1",
        "localPackagePaths": [str(US_CORE), str(US_CORE / "terminology")],
        "packageCacheDir": str(folder / "packages"),
        "profiles": {
            "DocumentReference": [f"{DEFINITIONS}/us-core-documentreference"],
            "Provenance": [f"{DEFINITIONS}/us-core-provenance"],
        },
        "terminology": {"mode": "local", "cacheDir": str(folder / "terminology")},
        "evidenceOutputDir": str(folder / "evidence"),
    }
    (folder / "config.json").write_text(json.dumps(config))
    return pyfhircheck.Validator(ValidatorConfig.load(str(folder / "config.json")))


def errors(validator: Any, resource: dict[str, Any]) -> list[str]:
    return [issue.path for issue in validator.validate_resource(resource).issues if issue.severity.value == "error"]


def test_us_core_finds_nothing_in_what_is_sent(us_core: Any) -> None:
    """Vendor shapes carry no claim of a profile; the validator wants one, so it is added for it."""
    kinds = {"DocumentReference": "us-core-documentreference", "Provenance": "us-core-provenance"}
    for resource in made():
        claim = {"profile": [f"{DEFINITIONS}/{kinds[resource['resourceType']]}"]}
        assert errors(us_core, {**resource, "meta": resource.get("meta", claim)}) == []


def test_us_core_still_bites(us_core: Any) -> None:
    without = good_document()
    del without["category"]
    assert "DocumentReference.category" in errors(us_core, without)
