"""A storm of faults on the line to the EHR: whatever happens, one document and at most one Provenance."""

import os
from contextlib import suppress
from pathlib import Path
from random import Random
from urllib.parse import urlsplit

import httpx
import pytest
from support.ehr import FaultyLine, signed_visit

from app.ehr.client import Access, Ehr
from app.ehr.document import NOTE_SYSTEM
from app.ehr.filing import Filing
from app.ehr.profiles import US_CORE
from app.ehr.sandbox import Sandbox
from app.ehr.sandbox_people import SAMPLE_PATIENT, encounter_id
from app.errors import SidenoteError
from visit.submissions import SubmissionState

pytestmark = pytest.mark.fault

SEEDS = range(int(os.environ.get("SIDENOTE_STORM_SEEDS", "6")))
"""``SIDENOTE_STORM_SEEDS=200`` makes a long storm."""

FAULTS = ("drop_request", "drop_answer", "error_after", "error_before", "cut_answer", "busy", "hang", "late", None)


def count(sandbox: Sandbox, kind: str, **params: str) -> int:
    total: int = httpx.get(f"{sandbox.url}/{kind}", params=params, trust_env=False, timeout=30).json()["total"]
    return total


@pytest.mark.parametrize("seed", SEEDS)
def test_one_document_comes_out_of_a_storm(sandbox: Sandbox, tmp_path: Path, seed: int) -> None:
    random = Random(seed)
    visit = signed_visit(tmp_path, encounter_id(SAMPLE_PATIENT))
    with FaultyLine(urlsplit(sandbox.url).port or 0, late_s=random.uniform(0.5, 1.5)) as line:
        for _ in range(random.randint(1, 4)):
            line.fault = random.choice(FAULTS)
            line.kind = random.choice(("DocumentReference", "DocumentReference", "Provenance"))
            stormy = Filing(Ehr(Access(line.url, timeout_s=1), US_CORE), visit.store)
            with suppress(SidenoteError):
                stormy.submit(visit.user.id, visit.encounter)
        line.fault = None
        calm = Filing(Ehr(Access(line.url, timeout_s=30), US_CORE), visit.store)
        submission = calm.submit(visit.user.id, visit.encounter)
        assert submission.state is SubmissionState.FILED
    note_id = f"{visit.encounter}.{submission.note_version}"
    assert count(sandbox, "DocumentReference", identifier=f"{NOTE_SYSTEM}|{note_id}") == 1
    assert count(sandbox, "Provenance", target=f"DocumentReference/{submission.location}") <= 1
    visit.store.close()
