"""A whole Sidenote for trying out: an invented EHR, demo users, an empty record, a server in its own process."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.demo.people import add_demo_people
from app.demo.server import ServerProcess
from app.ehr.sandbox import Sandbox
from app.settings import Settings
from app.store import Store


@dataclass(frozen=True, slots=True)
class Site:
    """What runs: the server, and the FHIR base URL that it files to."""

    server: ServerProcess
    ehr_url: str


@contextmanager
def demo_site(folder: Path) -> Iterator[Site]:
    """Start everything below ``folder`` and stop it in the end; the server's standard error is in ``server.log``."""
    data = folder / "data"
    with Sandbox(folder / "ehr") as ehr:
        store = Store.open(Settings(data_dir=data))
        add_demo_people(store)
        store.close()
        environment = {"SIDENOTE_DATA_DIR": str(data), "SIDENOTE_EHR_URL": ehr.url}
        with ServerProcess(environment, folder / "server.log") as server:
            yield Site(server, ehr.url)
