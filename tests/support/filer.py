"""Files one signed note, in a process that is to be killed: ``support.filer DATA EHR ENCOUNTER``."""

import sys
from pathlib import Path

from app.ehr.client import Access, Ehr
from app.ehr.filing import Filing
from app.ehr.profiles import US_CORE
from app.settings import Settings
from app.store import Store
from visit.ids import EncounterId


def main() -> None:
    """File it."""
    store = Store.open(Settings(_env_file=None, data_dir=Path(sys.argv[1])))  # type: ignore[call-arg]
    filing = Filing(Ehr(Access(sys.argv[2], timeout_s=10), US_CORE), store)
    filing.submit(store.users()[0].id, EncounterId(sys.argv[3]))
