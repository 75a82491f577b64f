"""Numbers, units and doses."""

import pytest

from prompts.gate.amounts import doses, measures, numbers, units
from prompts.gate.case import Reason
from visit.findings import FindingKind

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("text", "said", "fits"),
    [
        ("Cough for 2 weeks.", "I've coughed for two weeks.", True),
        ("Cough for 3 weeks.", "I've coughed for two weeks.", False),
        ("Blood pressure 130/80.", "It was one thirty over eighty.", True),
        ("Temperature 38.5.", "It was thirty eight point five.", True),
        ("Temperature 38.6.", "It was thirty eight point five.", False),
        ("One cough.", "I cough.", True),
    ],
)
def test_every_number_was_said(case, text, said, fits):
    assert numbers(case(text, said)) == ([] if fits else [Reason.NUMBER])


@pytest.mark.parametrize(
    "detail", [{"value": "7"}, {"frequency": "7 times"}, {"duration": "7 days"}, {"severity": "7/10"}]
)
def test_a_number_that_was_understood_counts_as_said(case, finding, detail):
    known = finding("cough", **detail)
    assert numbers(case("Cough, 7.", "I cough a lot.", findings=[known])) == []
    assert numbers(case("Cough, 8.", "I cough a lot.", findings=[known])) == [Reason.NUMBER]


def test_a_number_keeps_the_unit_it_was_said_with(case, finding):
    assert units(case("Takes 5 mg.", "I take five milligrams.")) == []
    assert units(case("Takes 5 mcg.", "I take five milligrams.")) == [Reason.UNIT]
    assert units(case("Takes 5 mg.", "I take five of those.")) == [], "no unit was said, so none is contradicted"
    known = finding("ramipril", FindingKind.MEDICATION, value="5", unit="mg")
    assert units(case("Takes 5 mg.", "I take five micrograms, no, sorry.", findings=[known])) == []


def test_a_unit_has_one_name():
    assert measures("five milligrams and 5mg, 2 weeks") == {("5", "mg"), ("2", next(u for n, u in measures("2 weeks")))}


def test_a_dose_is_that_of_its_drug(case, finding):
    said = "I take ramipril five milligrams. And metformin five hundred milligrams."
    drug = FindingKind.MEDICATION
    known = [finding("ramipril", drug, value="5", unit="mg"), finding("metformin", drug, value="500", unit="mg")]
    assert doses(case("Takes ramipril 5 mg.", said, findings=known)) == []
    assert doses(case("Takes ramipril 500 mg.", said, findings=known)) == [Reason.DOSE]
    assert doses(case("Takes ramipril.", said, findings=known)) == []
    assert doses(case("Takes lisinopril 40 mg.", "I take lisinopril, some forty tablets of it.")) == []
    assert doses(case("Takes lisinopril 40 mg.", "I take lisinopril. We are 40 at work.")) == [Reason.DOSE]
    known = [finding("ramipril", FindingKind.MEDICATION, value="5", unit="mg"), finding("cough")]
    assert doses(case("Takes ramipril 10 mg.", "I take ramipril, 10 mg of it or so.", findings=known)) == [Reason.DOSE]


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("Increase ramipril from 5 mg to 10 mg.", True),
        ("Increase ramipril from 10 mg to 5 mg.", False),
        ("Increase ramipril from 5 mg to 20 mg.", False),
    ],
)
def test_a_change_of_dose_has_both_doses_as_they_were_said(case, finding, text, fits):
    known = [finding("ramipril", FindingKind.MEDICATION, value="10", unit="mg"), finding("cough")]
    said = "Let's raise the ramipril from 5 mg to 10 mg. We go to 20 mg next year."
    assert (doses(case(text, said, findings=known)) == []) is fits
