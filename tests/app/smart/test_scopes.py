"""What granted scopes allow, in both of SMART's versions."""

import pytest

from app.settings import Settings
from app.smart.scopes import NEEDS, lacking, missing

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("granted", "kind", "operation", "want"),
    [
        ("user/Patient.r", "Patient", "r", None),
        ("user/Patient.rs", "Patient", "s", None),
        ("user/Patient.read", "Patient", "s", None),
        ("user/DocumentReference.write", "DocumentReference", "c", None),
        ("user/DocumentReference.write", "DocumentReference", "r", "user/DocumentReference.r"),
        ("user/*.cruds", "Condition", "u", None),
        ("system/*.*", "Condition", "u", None),
        ("system/Patient.r", "DocumentReference", "c", "system/DocumentReference.c"),
        ("user/DocumentReference.c?category=clinical-note", "DocumentReference", "c", None),
        ("openid fhirUser launch", "Patient", "r", "user/Patient.r"),
        ("", "Patient", "r", "user/Patient.r"),
        ("user/PatientX.r user/Patient", "Patient", "r", "user/Patient.r"),
    ],
)
def test_lacking(granted: str, kind: str, operation: str, want: str | None) -> None:
    assert lacking(granted, kind, operation) == want


def test_what_we_ask_for_is_what_we_need() -> None:
    settings = Settings()
    assert missing(settings.smart_scopes) == []
    assert missing(settings.ehr_scopes) == []
    assert len(missing("openid")) == len(NEEDS)
