"""Pre-submit rules for a Provenance: who did what on whose behalf."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from app.ehr.document_rules import CLOCK_SKEW
from app.ehr.issues import Issue
from app.ehr.primitives import parse_instant
from app.ehr.references import literal
from app.ehr.terminology import PARTICIPANTS

_ROOT = "Provenance"


def provenance_issues(resource: dict[str, Any], now: datetime) -> Iterator[Issue]:
    """Every rule that a Provenance of a note breaks, beyond FHIR structure."""
    targets = resource.get("target")
    for position, target in enumerate(targets if isinstance(targets, list) else []):
        found = literal(target)
        if found is None or found.type != "DocumentReference":
            yield Issue(f"{_ROOT}.target[{position}]", "must be a literal reference to one DocumentReference")
    if isinstance(targets, list) and len(targets) != 1:
        yield Issue(f"{_ROOT}.target", "must be exactly one note")
    recorded = parse_instant(resource.get("recorded"))
    if recorded is not None and recorded > now + CLOCK_SKEW:
        yield Issue(f"{_ROOT}.recorded", "is in the future")
    agents = resource.get("agent")
    agents = agents if isinstance(agents, list) else []
    kinds = _contained_kinds(resource)
    for position, agent in enumerate(agents):
        if isinstance(agent, dict):
            yield from _agent(agent, kinds, f"{_ROOT}.agent[{position}]")
    if not any("author" in _roles(agent) for agent in agents):
        yield Issue(f"{_ROOT}.agent", "must name the author")


def _contained_kinds(resource: dict[str, Any]) -> dict[str, str]:
    contained = resource.get("contained")
    items = contained if isinstance(contained, list) else []
    return {f"#{item.get('id')}": str(item.get("resourceType")) for item in items if isinstance(item, dict)}


def _roles(agent: object) -> set[str]:
    """Codes of an agent's type in the FHIR participant types."""
    kind = agent.get("type") if isinstance(agent, dict) else None
    codings = kind.get("coding") if isinstance(kind, dict) else None
    found = codings if isinstance(codings, list) else []
    return {str(item.get("code")) for item in found if isinstance(item, dict) and item.get("system") == PARTICIPANTS}


def _agent(agent: dict[str, Any], kinds: dict[str, str], path: str) -> Iterator[Issue]:
    """US Core provenance-1: a person or a device acts on behalf of an organisation."""
    who = agent.get("who")
    text = who.get("reference") if isinstance(who, dict) else None
    target = literal(who)
    kind = target.type if target else kinds.get(str(text))
    if kind is None:
        yield Issue(f"{path}.who", "must refer to someone or something that can be found")
    behalf = literal(agent.get("onBehalfOf"))
    if kind in ("Practitioner", "Device") and (behalf is None or behalf.type != "Organization"):
        yield Issue(f"{path}.onBehalfOf", f"must be the Organization that the {kind} acts for")
    if "type" not in agent:
        yield Issue(f"{path}.type", "is required and missing")
