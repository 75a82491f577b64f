"""What is known about the connection to the EHR: reachable, who answers, what it lets us do, what is missing."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.errors import SidenoteError
from app.smart.scopes import Need, missing

if TYPE_CHECKING:
    from app.ehr.client import Ehr


@dataclass
class Connection:
    """The findings of one test. ``granted`` is ``None`` where tokens cannot be asked what they allow."""

    url: str
    destination: str
    doc_status: str
    reachable: bool = False
    software: str | None = None
    fhir_version: str | None = None
    refuses_duplicates: bool = False
    granted: str | None = None
    missing: list[tuple[str, Need]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether notes can be filed: nothing is broken, and no scope is missing that filing needs."""
        return self.reachable and not self.problems and all(need.optional for _, need in self.missing)


def examine(ehr: "Ehr") -> Connection:
    """Ask the EHR for its CapabilityStatement, today's visits, and ours for what its token grants. Never raises."""
    found = Connection(ehr.url, ehr.destination, ehr.doc_status)
    try:
        if ehr.tokens is not None:
            ehr.tokens.current()
            found.granted = ehr.tokens.scope
            found.missing = missing(ehr.tokens.scope)
    except SidenoteError as error:
        found.problems.append(error.message)
    try:
        statement = ehr.capabilities()
    except SidenoteError as error:
        found.problems.append(error.message)
        return found
    found.reachable = True
    software = statement.get("software")
    name = software.get("name") if isinstance(software, dict) else None
    found.software = name if isinstance(name, str) else None
    version = statement.get("fhirVersion")
    found.fhir_version = version if isinstance(version, str) else None
    if found.fhir_version is not None and not found.fhir_version.startswith("4.0"):
        found.problems.append("The server speaks another FHIR version than R4.")
    try:
        found.refuses_duplicates = ehr.conditional_create()
        ehr.schedule()
    except SidenoteError as error:
        found.problems.append(error.message)
    return found
