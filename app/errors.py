"""The error tree. Every error has a stable dotted code; its message names what is wrong and holds no PHI.

SidenoteError
├── InvalidInput            input.*        the request is malformed; nothing was stored
├── NotAuthenticated        auth.required  no valid session or ticket
├── NotAllowed              auth.*         signed in, but not permitted
├── NotFound                not_found.*    no such thing, or none that this user may see
├── Conflict                conflict.*     the state changed underneath; read again
├── TooMuch                 limit.*        a rate limit or another bound
│   └── TooLarge            limit.size     more bytes than allowed
├── Unavailable             unavailable.*  a part is missing or down; retryable
└── Broken                  broken.*       stored data or a model failed its check
"""


class SidenoteError(Exception):
    """The base of every error that Sidenote raises on purpose."""

    code = "broken.internal"
    http_status = 500
    ws_close = 1011
    retryable = False

    def __init__(self, message: str, *, code: str | None = None, **extra: object) -> None:
        """``message`` is shown to people; ``extra`` are machine-readable facts such as ``next_sample``."""
        super().__init__(message)
        self.message = message
        self.extra = extra
        if code is not None:
            self.code = code


class InvalidInput(SidenoteError):
    """The request is malformed; nothing was stored."""

    code, http_status, ws_close = "input.invalid", 422, 1007


class NotAuthenticated(SidenoteError):
    """There is no valid session or ticket."""

    code, http_status, ws_close = "auth.required", 401, 4401


class NotAllowed(SidenoteError):
    """The user is known but not permitted."""

    code, http_status, ws_close = "auth.forbidden", 403, 4403


class NotFound(SidenoteError):
    """No such thing, or none that this user may see."""

    code, http_status, ws_close = "not_found", 404, 4404


class Conflict(SidenoteError):
    """The state changed underneath; read it again."""

    code, http_status, ws_close = "conflict.state", 409, 4409


class TooMuch(SidenoteError):
    """A rate limit or another bound was reached."""

    code, http_status, ws_close, retryable = "limit.exceeded", 429, 1009, True


class TooLarge(TooMuch):
    """More bytes than allowed."""

    code, http_status, retryable = "limit.size", 413, False


class Unavailable(SidenoteError):
    """A part is missing or down."""

    code, http_status, ws_close, retryable = "unavailable", 503, 1013, True


class Broken(SidenoteError):
    """Stored data or a model failed its check."""

    code = "broken.data"
