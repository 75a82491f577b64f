"""Which web origins may talk to this server."""

from app.settings import Settings

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
"""Host names whose traffic never leaves the machine."""


def allowed_origins(settings: Settings) -> frozenset[str]:
    """The server's own origins and those of ``settings.origins``, compared exactly.

    Behind a proxy the server cannot know its public name: put it into ``SIDENOTE_ORIGINS``.
    """
    hosts = {settings.host, "localhost", "127.0.0.1"}
    own = {f"http://{f'[{host}]' if ':' in host else host}:{settings.port}" for host in hosts}
    return frozenset(own) | frozenset(origin.rstrip("/") for origin in settings.origins)


def is_allowed(origin: str | None, fetch_site: str | None, allowed: frozenset[str]) -> bool:
    """Whether a request that changes something may come from here.

    Browsers send ``Origin`` with every such request. Without one the caller is no browser, unless
    ``Sec-Fetch-Site`` says that it is one and another site made it ask.
    """
    if origin is not None:
        return origin in allowed
    return fetch_site in (None, "same-origin", "none")
