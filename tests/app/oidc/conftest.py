"""Sidenote registered with a real OpenID Connect provider, and people who have accounts here, there, or both."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.testclient import TestClient
from support.identity_provider import CLIENT, IdentityProvider, missing
from support.redirects import Browser, follow

from app.server import create_app
from app.settings import Settings
from app.store import Store

PUBLIC = "http://127.0.0.1:8000"
PEOPLE: dict[str, dict[str, Any]] = {
    "s-1": {"preferred_username": "reed", "name": "Dr. Daniel Reed", "groups": ["staff", "doctors"]},
    "s-2": {"preferred_username": "reed", "name": "Somebody Else", "groups": ["doctors"]},
    "s-3": {"preferred_username": "vale", "name": "Ona Vale", "groups": ["billing"]},
    "s-4": {"preferred_username": "guest", "name": "Guest", "groups": ["visitors"]},
    "s-5": {"email": "reed", "email_verified": False},
}


@pytest.fixture(scope="session")
def provider() -> Iterator[IdentityProvider]:
    why = missing()
    if why:
        pytest.skip(why)
    with IdentityProvider(PUBLIC, PEOPLE) as running:
        yield running


@dataclass
class Clinic:
    """Sidenote, its record, and the provider."""

    provider: IdentityProvider
    settings: Settings
    store: Store
    client: TestClient
    undo: ExitStack

    def browser(self) -> Browser:
        made = Browser(self.client, PUBLIC)
        self.undo.callback(made.close)
        return made

    def arrive(self, browser: Browser | None = None, **who: str) -> Any:
        """The last answer when somebody presses the button and signs in at the provider."""
        self.provider.sign_in(**who)
        return follow(browser or self.browser(), f"{PUBLIC}/oidc/sign-in")


@pytest.fixture
def clinic(provider: IdentityProvider, tmp_path: Path) -> Iterator[Callable[..., Clinic]]:
    """Open the clinic with some settings."""
    with ExitStack() as undo:

        def open_(**more: Any) -> Clinic:
            usual = {
                "oidc_issuer": provider.issuer,
                "oidc_client_id": CLIENT["id"],
                "oidc_client_secret": CLIENT["secret"],
                "public_url": PUBLIC,
            }
            settings = Settings(data_dir=tmp_path / "data", **{**usual, **more})
            store = Store.open(settings)
            parts = dict.fromkeys(("transcriber", "reader", "drafter", "fallback", "coder", "ehr", "decode"))
            page = tmp_path / "dist"
            page.mkdir(exist_ok=True)
            (page / "index.html").write_text("<!doctype html><title>Sidenote</title>")
            app = create_app(settings, SimpleNamespace(**{**parts, "store": store}), page=page)  # type: ignore[arg-type]
            client = undo.enter_context(TestClient(app, base_url=PUBLIC))
            store.add_user("reed", "Dr. Reed", "clinician", "a long enough passphrase")
            return Clinic(provider, settings, store, client, undo)

        yield open_
