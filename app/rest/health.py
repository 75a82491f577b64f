"""``/healthz`` and ``/readyz``: whether the process lives, and whether it can work."""

from fastapi import APIRouter

from app.rest.context import ServiceHere

router = APIRouter(tags=["health"])


@router.get("/healthz")
def alive() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@router.get("/readyz")
def ready(here: ServiceHere) -> dict[str, str]:
    """The record answers; a problem says that it does not."""
    here.store.ping()
    return {"status": "ok"}
