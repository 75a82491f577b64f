"""Browsers that go to another server and come back: the cookie they carry, and the page when it goes wrong."""

import hashlib
import html
from typing import Annotated

from fastapi import Query, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from app.rest.context import Service
from app.security.baggage import AWAY_S, Departure
from app.smart.clients import public_url

Parameter = Annotated[str, Query(max_length=2000)]


def send_away(here: Service, departure: Departure, path: str) -> Response:
    """Send the browser there, with its baggage in a cookie for what lies under ``path``."""
    response = RedirectResponse(departure.url, 303)
    set_framed_cookie(here, response, _name(departure.state), departure.sealed, AWAY_S, path)
    return response


def packed(request: Request, state: str) -> str:
    """The baggage that came back with ``state``; empty when this browser has none."""
    return request.cookies.get(_name(state), "")


def arrived(here: Service, response: Response, state: str, path: str) -> None:
    """Take the baggage away: it is good once."""
    set_framed_cookie(here, response, _name(state), "", 0, path)


def set_framed_cookie(here: Service, response: Response, name: str, value: str, seconds: int, path: str = "/") -> None:
    """A cookie that reaches us inside the EHR's frame too, and only there (CHIPS); scripts never see it.

    Without TLS browsers take no such cookie, so on this machine it is a plain one.
    """
    kind = "SameSite=Lax"
    if public_url(here.settings).startswith("https://"):
        kind = "SameSite=None; Secure" + ("; Partitioned" if here.settings.frame_ancestors else "")
    response.headers.append("Set-Cookie", f"{name}={value}; Max-Age={seconds}; Path={path}; HttpOnly; {kind}")


def problem_page(message: str, status: int) -> Response:
    """What went wrong, for a person."""
    body = (
        f"<!doctype html><html lang=en><title>Sidenote</title><h1>Sidenote was not opened</h1>"
        f'<p>{html.escape(message)}<p><a href="/">Sidenote</a>'
    )
    return HTMLResponse(body, status, {"Cache-Control": "no-store"})


def _name(state: str) -> str:
    """Each departure has a cookie of its own, so that two may be on their way side by side."""
    return f"sidenote-away-{hashlib.sha256(state.encode()).hexdigest()[:12]}"
