"""HTTP to a FHIR server, with one question always answered: did the request reach it?"""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import httpx

FHIR_JSON: Final = "application/fhir+json"
_MAX_REPLY_BYTES: Final = 32 * 1024 * 1024
_NEVER_SENT: Final = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.UnsupportedProtocol,
    httpx.InvalidURL,
)


class NotSent(Exception):
    """The request never left: nothing can have happened at the other end."""


class AnswerLost(Exception):
    """The request left and no usable answer came back: anything may have happened at the other end."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer of the server. ``body`` is ``None`` when it is empty or not a JSON object."""

    status: int
    headers: Mapping[str, str]
    content: bytes = field(repr=False)
    body: dict[str, Any] | None = field(default=None, repr=False)


class Transport:
    """A blocking connection to one FHIR base URL. Safe to use from several threads.

    Redirects are not followed, and connections are not reused: a request on a connection that the server has
    just closed could not be told from one whose answer was lost.
    """

    def __init__(self, base_url: str, *, token: str = "", timeout_s: float = 20.0) -> None:
        """``timeout_s`` bounds connecting, each read and write, and the whole exchange."""
        self.base_url = base_url.rstrip("/")
        self.token = token
        self._timeout_s = timeout_s
        local = httpx.URL(self.base_url).host in ("127.0.0.1", "localhost", "::1")
        self._client = httpx.Client(
            timeout=timeout_s,
            limits=httpx.Limits(max_keepalive_connections=0),
            follow_redirects=False,
            trust_env=not local,
        )

    def close(self) -> None:
        """Close the connection pool."""
        self._client.close()

    def request(
        self,
        method: str,
        path: str,
        *,
        params: Sequence[tuple[str, str]] | None = None,
        resource: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """One exchange; raises :class:`NotSent` or :class:`AnswerLost`. ``path`` may be a full URL of this server."""
        url = path if path.startswith(("http://", "https://")) else f"{self.base_url}/{path}"
        sent = {"Accept": FHIR_JSON, **(headers or {})}
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        content = None
        if resource is not None:
            sent["Content-Type"] = FHIR_JSON
            content = json.dumps(resource, ensure_ascii=False).encode()
        deadline = time.monotonic() + self._timeout_s
        try:
            with self._client.stream(
                method, url, params=list(params) if params else None, content=content, headers=sent
            ) as response:
                data = _read(response, deadline)
                return Reply(response.status_code, response.headers, data, _json_object(data))
        except _NEVER_SENT as error:
            raise NotSent(type(error).__name__) from None
        except (httpx.HTTPError, httpx.StreamError) as error:
            raise AnswerLost(type(error).__name__) from None


def _read(response: httpx.Response, deadline: float) -> bytes:
    data = bytearray()
    for chunk in response.iter_bytes():
        data += chunk
        if len(data) > _MAX_REPLY_BYTES:
            raise AnswerLost("the answer is too large")
        if time.monotonic() > deadline:
            raise AnswerLost("the answer takes too long")
    return bytes(data)


def _json_object(data: bytes) -> dict[str, Any] | None:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
