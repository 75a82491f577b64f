"""Our client registrations, as the settings name them."""

from app.settings import Settings
from app.smart.keys import ClientKey
from app.smart.tokens import BackendTokens, Client


def client_key(settings: Settings) -> ClientKey | None:
    """The key that proves who we are, where there is one."""
    return ClientKey.load(settings.ehr_client_key) if settings.ehr_client_key else None


def backend_tokens(settings: Settings) -> BackendTokens | None:
    """The server's own tokens; ``None`` when it is not registered for Backend Services."""
    if settings.ehr_client_id is None:
        return None
    return BackendTokens(settings.ehr_url, Client(settings.ehr_client_id, client_key(settings)), settings.ehr_scopes)


def launch_client(settings: Settings) -> Client | None:
    """Who we are in an app launch: confidential with a key, public without; ``None`` when launches are off."""
    if settings.smart_client_id is None:
        return None
    return Client(settings.smart_client_id, client_key(settings))


def public_url(settings: Settings) -> str:
    """The URL under which others reach this server."""
    return (settings.public_url or f"http://{settings.host}:{settings.port}").rstrip("/")
