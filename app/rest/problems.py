"""Every error of the API as RFC 9457 problem details. No answer repeats what the request held."""

import logging
from collections.abc import Mapping
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from app import metrics
from app.errors import InvalidInput, SidenoteError, TooMuch
from app.wire.resources import Problem

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"

NO_FACTS: Mapping[str, object] = {}

HTTP_CODES: Mapping[int, str] = {
    400: "input.malformed",
    404: "not_found.route",
    405: "input.method",
    413: "limit.size",
    415: "input.media_type",
}


def install(app: FastAPI) -> None:
    """Answer every error of ``app`` as a problem."""
    app.add_exception_handler(SidenoteError, _sidenote)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)


def problem(
    status: int, code: str, detail: str, *, retryable: bool = False, facts: Mapping[str, object] = NO_FACTS
) -> JSONResponse:
    """A problem as a response; ``facts`` are for machines, such as ``version``, and never replace its members."""
    body = Problem(
        type=f"urn:sidenote:{code}",
        title=HTTPStatus(status).phrase,
        status=status,
        code=code,
        detail=detail,
        retryable=retryable,
    )
    return JSONResponse({**facts, **body.model_dump()}, status, media_type=MEDIA_TYPE)


def of(error: SidenoteError) -> JSONResponse:
    """The problem that an error of the tree stands for."""
    metrics.errors.add(code=error.code)
    response = problem(error.http_status, error.code, error.message, retryable=error.retryable, facts=error.extra)
    if isinstance(error, TooMuch) and "retry_after_s" in error.extra:
        response.headers["Retry-After"] = str(error.extra["retry_after_s"])
    return response


def internal() -> JSONResponse:
    """The problem of an error nobody foresaw."""
    return problem(500, "broken.internal", "Something went wrong in the server. Nothing that was stored is lost.")


async def _sidenote(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, SidenoteError)
    if error.http_status >= 500:
        log.error("request failed: %s", error.code)
    return of(error)


async def _invalid(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    # Where and what kind, never the value: it may be what was said. Names of unknown fields are values too.
    faults = [
        {"at": "body" if fault["type"] == "extra_forbidden" else _place(fault["loc"]), "kind": fault["type"]}
        for fault in error.errors()
    ]
    where = ", ".join(sorted({fault["at"] for fault in faults}))
    return of(InvalidInput(f"The request is malformed: {where}.", errors=faults))


def _place(loc: tuple[int | str, ...]) -> str:
    return ".".join(str(step) for step in loc)


async def _http(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    code = HTTP_CODES.get(error.status_code, "input.invalid" if error.status_code < 500 else "broken.internal")
    response = problem(error.status_code, code, f"{HTTPStatus(error.status_code).phrase}.")
    if error.headers:
        response.headers.update(error.headers)
    return response
