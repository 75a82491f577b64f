"""``/healthz``, ``/readyz`` and ``/metrics``: whether the process lives, whether it can work, and in numbers."""

import shutil
from typing import Final

from fastapi import APIRouter, Request, Response

from app import metrics
from app.errors import NotAllowed, Unavailable
from app.rest.context import ServiceHere
from app.security.tokens import same

LOCAL: Final = frozenset({"127.0.0.1", "::1"})
LEAST_FREE: Final = 256 * 1024 * 1024
"""Bytes that must be free on the disk: two hours of sound."""

router = APIRouter(tags=["health"])


@router.get("/healthz")
def alive() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@router.get("/readyz")
def ready(here: ServiceHere) -> dict[str, str]:
    """The record answers and there is room for sound; a problem says that it is not so."""
    here.store.ping()
    if shutil.disk_usage(here.settings.data_dir).free < LEAST_FREE:
        raise Unavailable("The disk is nearly full.", code="unavailable.disk")
    return {"status": "ok", "record": "ok", "disk": "ok"}


@router.get("/metrics", include_in_schema=False)
def numbers(request: Request, here: ServiceHere) -> Response:
    """Numbers for Prometheus: to this machine, or to whoever brings the token of the settings."""
    token = here.settings.metrics_token.get_secret_value()
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    from_here = request.client is not None and request.client.host in LOCAL
    if not (same(given, token) if token else from_here):
        raise NotAllowed("Numbers are for this machine or with a token only.", code="auth.metrics")
    return Response(metrics.render(_gauges(here)), media_type=metrics.MEDIA_TYPE)


def _gauges(here: ServiceHere) -> list[str]:
    store, free = here.store, shutil.disk_usage(here.settings.data_dir).free
    number, _ = store.audit_end()
    return [
        *metrics.gauge("sidenote_connections", "Open WebSockets.", [({}, here.live.connected)]),
        *metrics.gauge("sidenote_disk_free_bytes", "Room for the record.", [({}, free)]),
        *metrics.gauge("sidenote_audit_entries", "Entries in the audit log.", [({}, number)]),
        *metrics.gauge(
            "sidenote_encounters", "Encounters by state.", [({"state": s}, n) for s, n in store.count_encounters()]
        ),
        *metrics.gauge(
            "sidenote_submissions", "Submissions by state.", [({"state": s}, n) for s, n in store.count_submissions()]
        ),
    ]
