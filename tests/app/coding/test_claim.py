"""Codes in the forms that billing takes."""

import csv
import io
from datetime import UTC, datetime

import pytest

from app.coding.claim import ICD_10_CM, Coded, conditions, table
from visit.charts import Chart
from visit.codes import CodeEvidence, CodeSuggestion
from visit.ids import EncounterId, PatientId, SentenceId

pytestmark = pytest.mark.unit

NOTED, SPOKEN = CodeEvidence("=SUM(A1)", SentenceId("s1")), CodeEvidence("my kidneys are quokka", None, (3,))
CODES = (
    CodeSuggestion("E11.22", "Type 2 diabetes with kidney disease", 1, "", (NOTED, SPOKEN)),
    CodeSuggestion("N18.30", "Kidney disease, stage 3", 1, "", ()),
)
CODED = Coded(
    EncounterId("e1"), "ehr-1", Chart(PatientId("p-1")), CODES, "Cody", datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
)


def test_conditions_are_encounter_diagnoses_in_claim_order() -> None:
    bundle = conditions(CODED)
    found = [entry["resource"] for entry in bundle["entry"]]
    assert [c["code"]["coding"][0]["code"] for c in found] == ["E11.22", "N18.30"]
    assert all(c["code"]["coding"][0]["system"] == ICD_10_CM for c in found)
    assert {c["category"][0]["coding"][0]["code"] for c in found} == {"encounter-diagnosis"}
    assert found[0]["subject"]["reference"] == "Patient/p-1"
    assert found[0]["encounter"]["reference"] == "Encounter/ehr-1"
    assert bundle == conditions(CODED)
    assert [e["detail"][0]["display"] for e in found[0]["evidence"]] == ["=SUM(A1)"]


def test_words_that_were_only_spoken_are_in_no_claim() -> None:
    assert "quokka" not in table(CODED) + str(conditions(CODED))


def test_a_table_holds_no_formula() -> None:
    rows = list(csv.DictReader(io.StringIO(table(CODED))))
    assert [(row["sequence"], row["code"]) for row in rows] == [("1", "E11.22"), ("2", "N18.30")]
    assert rows[0]["evidence"] == "'=SUM(A1)"
