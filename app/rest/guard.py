"""What surrounds every request: origin check, size limit, security headers, the last catch of unforeseen errors."""

import logging
from collections.abc import Mapping, Sequence

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app import metrics
from app.errors import TooLarge
from app.rest import problems
from app.security.origins import allowed_origins, is_allowed
from app.settings import Settings

log = logging.getLogger(__name__)

MAX_BODY = 4 * 1024 * 1024
"""Bytes in the body of any request but an upload, which has a limit of its own."""

UPLOAD_PATH = "/upload"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
METHODS = SAFE_METHODS | {"POST", "PUT", "PATCH", "DELETE"}


class Guard:
    """Outermost ASGI layer."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        """Origins and headers follow from the settings."""
        self._app = app
        self._origins = allowed_origins(settings)
        self._headers = headers(self._origins, settings.frame_ancestors)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Guard HTTP requests; sockets check their ticket and origin themselves."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, received = False, 0
        limit = None if scope["path"].endswith(UPLOAD_PATH) else MAX_BODY

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if limit is not None and received > limit:
                raise TooLarge("The request is too large.")
            return message

        async def with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                metrics.requests.add(method=_method(scope), status=str(message["status"]))
                self._add_headers(scope, MutableHeaders(scope=message))
            await send(message)

        asked = Headers(scope=scope)
        announced = asked.get("content-length", "")
        if limit is not None and announced.isdecimal() and int(announced) > limit:
            await problems.of(TooLarge("The request is too large."))(scope, receive, with_headers)
            return
        if scope["method"] not in SAFE_METHODS and not is_allowed(
            asked.get("origin"), asked.get("sec-fetch-site"), self._origins
        ):
            refused = problems.problem(403, "auth.origin", "Requests from this origin are not accepted.")
            await refused(scope, receive, with_headers)
            return
        try:
            await self._app(scope, counted, with_headers)
        except ClientDisconnect:
            log.info("a client went away in the middle of its request")
        except Exception as error:
            # Its message may quote what was said; the type and the place are enough to find it.
            log.error("unforeseen error: %s at %s", type(error).__name__, _place(error))
            if not started:
                await problems.internal()(scope, receive, with_headers)

    def _add_headers(self, scope: Scope, given: MutableHeaders) -> None:
        for name, value in self._headers.items():
            given.setdefault(name, value)
        if scope["scheme"] == "https":
            given["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
        if scope["path"].startswith("/api") or given.get("content-type", "").startswith("application/"):
            given.setdefault("Cache-Control", "no-store")


def headers(origins: frozenset[str], framers: Sequence[str] = ()) -> Mapping[str, str]:
    """The headers of every answer. The page is static: no inline script or style, nothing from elsewhere.

    ``framers`` are the origins that may show it in a frame.
    """
    sockets = " ".join(sorted(origin.replace("http", "ws", 1) for origin in origins if origin.startswith("http")))
    policy = {
        "default-src": "'self'",
        "connect-src": f"'self' {sockets}",
        "img-src": "'self' data:",
        "media-src": "'self' blob:",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": " ".join(framers) or "'none'",
    }
    return {
        **({} if framers else {"X-Frame-Options": "DENY"}),
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "microphone=(self), camera=(), geolocation=()",
    }


def _method(scope: Scope) -> str:
    """The method, unless a client made it up."""
    return scope["method"] if scope["method"] in METHODS else "other"


def _place(error: BaseException) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}" if trace else "nowhere"
