"""One FHIR R4 server: resources read, searched, created and updated, under whatever token is good now."""

import hashlib
import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final
from urllib.parse import quote, urlsplit

from app.ehr.answers import Answer, Meaning, read_answer
from app.ehr.chart import objects
from app.ehr.primitives import decode_base64
from app.ehr.transport import AnswerLost, NotSent, Reply, Transport
from app.errors import NotAllowed, NotFound, SidenoteError, Unavailable
from app.smart.tokens import Tokens, scope_hint

log = logging.getLogger(__name__)

Json = dict[str, Any]

MAX_PAGES: Final = 20
"""Pages of a search that are followed; no chart of a visit needs more."""

_NOT_UNDERSTOOD: Final = (400, 404, 422, 501)
"""Answers of servers that know no ``_include``."""


@dataclass(frozen=True, slots=True)
class Access:
    """How to reach an EHR, and what it is told beside the note.

    ``tokens`` gives access tokens that end; ``refresh`` fetches a new one after a 401. ``organization``
    (``Organization/1``) keeps the notes of encounters that name none; ``practitioners`` maps user names to
    Practitioner ids, for encounters that do not list their clinician. ``ai_label`` marks documents with the
    security label AIAST; ``provenance`` files a Provenance after each document, where the profile takes one.
    """

    url: str
    token: str = ""
    timeout_s: float = 20.0
    refresh: Callable[[], str] | None = None
    tokens: Tokens | None = None
    organization: str | None = None
    practitioners: Mapping[str, str] = field(default_factory=dict)
    ai_label: bool = True
    provenance: bool = True


class FhirServer:
    """One server. Blocking and safe to call from several threads; call it off the event loop.

    Reading raises :class:`Unavailable` (``unavailable.ehr``) when it is down or answers with an error,
    :class:`NotFound` when it has no such thing, :class:`NotAllowed` (``auth.ehr``) when it does not let us, naming
    the missing scope where it can be known.
    """

    def __init__(self, access: Access) -> None:
        """Nothing is sent yet."""
        self._transport = Transport(access.url, token=access.token, timeout_s=access.timeout_s)
        self.tokens = access.tokens
        self._refresh = access.refresh or (access.tokens.renew if access.tokens else None)
        self._conditional: bool | None = None

    @property
    def url(self) -> str:
        """The FHIR base URL."""
        return self._transport.base_url

    @property
    def host(self) -> str:
        """The FHIR server's host and port."""
        return urlsplit(self._transport.base_url).netloc

    def close(self) -> None:
        """Close all connections."""
        self._transport.close()

    def capabilities(self) -> Json:
        """The server's CapabilityStatement."""
        return self._get("metadata").body or {}

    def ping(self) -> None:
        """Raise :class:`Unavailable` unless the server shows its CapabilityStatement."""
        self.capabilities()

    # ------------------------------------------------------------------ reading

    def read(self, resource_type: str, resource_id: str) -> Json:
        """One resource by its id."""
        return self._read(f"{resource_type}/{quote(resource_id, safe='')}")

    def search(self, resource_type: str, params: Mapping[str, str]) -> list[Json]:
        """The resources of a type that match all search parameters."""
        return list(self._search(resource_type, list(params.items())))

    def conditional_create(self) -> bool:
        """Whether the server promises to honour If-None-Exist for DocumentReference."""
        if self._conditional is None:
            try:
                statement = self.capabilities()
            except (NotFound, NotAllowed):
                statement = {}
            self._conditional = _promises_conditional_create(statement)
        return self._conditional

    # ------------------------------------------------------------------ writing

    def create(self, resource: Json, if_none_exist: str | None = None) -> Answer:
        """POST one resource, once. Never raises: the answer says what is known about what happened.

        After a 401 the token is refreshed, where that is possible, and the request sent again: a server that
        asks who we are has not taken anything.
        """
        kind = str(resource["resourceType"])
        headers = {"Prefer": "return=minimal"}
        if if_none_exist:
            headers["If-None-Exist"] = if_none_exist
        return self._write("POST", kind, resource, headers)

    def update(self, resource: Json) -> Answer:
        """PUT one resource that was read before, unless it changed meanwhile. Never raises, see :meth:`create`."""
        kind, name = str(resource["resourceType"]), str(resource["id"])
        headers = {"Prefer": "return=minimal"}
        meta = resource.get("meta")
        version = meta.get("versionId") if isinstance(meta, dict) else None
        if version:
            headers["If-Match"] = f'W/"{version}"'
        answer = self._write("PUT", f"{kind}/{quote(name, safe='')}", resource, headers)
        return Answer(Meaning.CREATED, name) if answer.meaning is Meaning.EXISTS else answer

    def _write(self, method: str, path: str, resource: Json, headers: Mapping[str, str]) -> Answer:
        """One write, and once more with a fresh token after a 401."""
        answer = self._send(method, path, resource, headers)
        if answer.meaning is Meaning.NOT_ALLOWED and self._refresh and answer.problem and "(401)" in answer.problem:
            try:
                self._transport.token = self._refresh()
            except SidenoteError:
                return answer
            answer = self._send(method, path, resource, headers)
        return answer

    def _send(self, method: str, path: str, resource: Json, headers: Mapping[str, str]) -> Answer:
        kind, _, name = path.partition("/")
        try:
            self._authorize()
        except SidenoteError as error:
            return Answer(Meaning.NOT_SENT, problem=f"{error.message} Nothing was sent.")
        try:
            reply = self._transport.request(method, path, resource=resource, headers=headers)
        except NotSent:
            return Answer(Meaning.NOT_SENT, problem="The EHR cannot be reached. Nothing was sent.")
        except AnswerLost:
            return Answer(Meaning.UNKNOWN, problem="The EHR's answer was lost; the document may or may not be filed.")
        answer = read_answer(reply, kind, name or None)
        if reply.status == 403 and answer.problem:
            hint = scope_hint(self.tokens, kind, "u" if name else "c")
            answer = replace(answer, problem=answer.problem + hint)
        return answer

    def _authorize(self) -> None:
        """Take the access token that is good now, where tokens change."""
        if self.tokens is not None:
            self._transport.token = self.tokens.current()

    def note_bytes(self, document: Json) -> bytes | None:
        """The bytes of the first attachment of a DocumentReference, inline or behind a URL of the same server."""
        contents = document.get("content")
        first = contents[0] if isinstance(contents, list) and contents else {}
        attachment = first.get("attachment") if isinstance(first, dict) else None
        if not isinstance(attachment, dict):
            return None
        if "data" in attachment:
            return decode_base64(attachment["data"])
        url = attachment.get("url")
        if not isinstance(url, str) or not self._ours(url):
            return None
        reply = self._get(url, accept=str(attachment.get("contentType") or "text/plain"))
        if reply.body is not None and reply.body.get("resourceType") == "Binary":
            return decode_base64(reply.body.get("data"))
        return reply.content

    def holds(self, document: Json, sha256: str) -> bool:
        """Whether a DocumentReference carries exactly the bytes with this SHA-256."""
        data = self.note_bytes(document)
        return data is not None and hashlib.sha256(data).hexdigest() == sha256

    # ------------------------------------------------------------------ inside

    def _read(self, path: str) -> Json:
        reply = self._get(path)
        kind = path.partition("/")[0]
        if reply.body is None or reply.body.get("resourceType") != kind:
            raise Unavailable("The EHR's answer cannot be read.", code="unavailable.ehr")
        return reply.body

    def search_including(self, kind: str, params: list[tuple[str, str]], include: str) -> list[Json]:
        """Matches of a search, and what they refer to by ``include``, where the server sends it along."""
        try:
            return list(self._entries(kind, [*params, ("_include", include)]))
        except (Unavailable, NotFound) as error:
            if error.extra.get("status") not in _NOT_UNDERSTOOD:
                raise
        return list(self._entries(kind, params))

    def _search(self, kind: str, params: list[tuple[str, str]]) -> Iterator[Json]:
        """Matches of a search, over all pages of the same server."""
        return (resource for resource in self._entries(kind, params) if resource.get("resourceType") == kind)

    def _entries(self, kind: str, params: list[tuple[str, str]]) -> Iterator[Json]:
        """Every resource in the answer to a search, matches and included ones, over all pages of the same server."""
        reply = self._get(kind, params=params)
        for _ in range(MAX_PAGES):
            bundle = reply.body
            if bundle is None or bundle.get("resourceType") != "Bundle":
                raise Unavailable("The EHR's answer cannot be read.", code="unavailable.ehr")
            for entry in objects(bundle.get("entry")):
                resource = entry.get("resource")
                if isinstance(resource, dict):
                    yield resource
            following = [str(link.get("url")) for link in objects(bundle.get("link")) if link.get("relation") == "next"]
            if not following or not self._ours(following[0]):
                return
            reply = self._get(following[0])
        log.warning("a search of %s goes on after %d pages; the rest is not read", kind, MAX_PAGES)

    def _ours(self, url: str) -> bool:
        """Whether a URL is on this server, so that the token may go there."""
        try:
            ours, other = urlsplit(self._transport.base_url), urlsplit(url)
        except ValueError:
            return False
        return not other.netloc or (ours.scheme, ours.netloc) == (other.scheme, other.netloc)

    def _get(self, path: str, *, params: list[tuple[str, str]] | None = None, accept: str | None = None) -> Reply:
        headers = {"Accept": accept} if accept else None
        self._authorize()
        try:
            reply = self._transport.request("GET", path, params=params, headers=headers)
            if reply.status == 401 and self._refresh:
                self._transport.token = self._refresh()
                reply = self._transport.request("GET", path, params=params, headers=headers)
        except NotSent:
            raise Unavailable("The EHR cannot be reached.", code="unavailable.ehr") from None
        except AnswerLost:
            raise Unavailable("The EHR does not answer.", code="unavailable.ehr") from None
        if reply.status in (401, 403):
            kind, _, name = path.partition("/")
            hint = scope_hint(self.tokens, kind, "r" if name else "s")
            raise NotAllowed(
                f"The EHR does not allow this account to read here ({reply.status}).{hint}", code="auth.ehr"
            )
        if reply.status in (404, 410):
            raise NotFound("The EHR has no such record.", code="not_found.ehr", status=reply.status)
        if reply.status != 200:
            problem = f"The EHR answered with an error ({reply.status})."
            raise Unavailable(problem, code="unavailable.ehr", status=reply.status)
        return reply


def _promises_conditional_create(statement: Json) -> bool:
    return any(
        resource.get("conditionalCreate") is True
        for rest in objects(statement.get("rest"))
        for resource in objects(rest.get("resource"))
        if resource.get("type") == "DocumentReference"
    )
