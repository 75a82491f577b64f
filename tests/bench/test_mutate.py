"""The mutants that the gate is measured with are what they claim to be."""

import pytest

from bench.notes.gate import auroc
from bench.notes.mutate import mutants

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("text", "kind", "mutant"),
    [
        ("Denies fever.", "negation", "Has fever."),
        ("There is no swelling.", "negation", "There is swelling."),
        ("Pain for 3 weeks.", "number", "Pain for 30 weeks."),
        ("Pain for 3 weeks.", "unit", "Pain for 3 months."),
        ("Left knee pain.", "side", "right knee pain."),
        ("Has asthma.", "person", "Her mother has asthma."),
        ("Has asthma.", "symptom", "Has asthma and hematuria."),
    ],
)
def test_one_thing_is_changed(text, kind, mutant):
    assert dict(mutants(text))[kind] == mutant


def test_no_mutant_is_the_statement_itself():
    for text in ("Rarely goes over 200.", "Is right now at rest.", "Nothing else."):
        assert text not in [mutant for _, mutant in mutants(text)]


def test_auroc_counts_ties_half():
    assert auroc([0.1, 0.2], [0.8, 0.9]) == 1.0
    assert auroc([0.5], [0.5]) == 0.5
    assert auroc([0.9], [0.1]) == 0.0
