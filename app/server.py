"""The web application: the REST API, the WebSocket and the page, over one set of parts."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter, FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.types import Scope

from app.errors import Unavailable
from app.imports.inbox import Inbox
from app.keeping import Keeper
from app.live import ws
from app.live.visits import Visits
from app.oidc.sign_in import SingleSignOn
from app.rest import (
    administration,
    amendments,
    audio,
    audit,
    cds,
    codes,
    coding,
    connection,
    emergency,
    encounters,
    exports,
    factors,
    health,
    launches,
    models,
    notes,
    oidc,
    patients,
    problems,
    retention,
    session,
    smart,
    submissions,
    users,
    voice,
    writing,
)
from app.rest.context import Service
from app.rest.guard import Guard
from app.samplenote import SampleNote
from app.settings import Settings
from app.smart.launches import Launches
from app.wire.resources import Problem

if TYPE_CHECKING:
    from app.engines import Parts

PAGE: Final = Path(__file__).parents[1] / "web" / "dist"

PROBLEMS: Final[dict[int | str, dict[str, Any]]] = {
    status: {"description": text, "content": {problems.MEDIA_TYPE: {"schema": Problem.model_json_schema()}}}
    for status, text in ((422, "The request is malformed."), ("default", "Any other problem, with a stable code."))
}


def create_app(settings: Settings, parts: "Parts", *, page: Path = PAGE) -> FastAPI:
    """The application. Starting it goes on with unfinished visits; stopping it closes ``parts.store``."""
    visits = Visits(parts, settings)
    inbox = Inbox(settings.inbox, parts, visits, settings) if settings.inbox else None
    app = FastAPI(
        title="Sidenote",
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        lifespan=_lifespan(parts, visits, Keeper(parts.store, settings), inbox),
        middleware=[Middleware(Guard, settings=settings)],
    )
    problems.install(app)
    for open_noun in (health, smart, oidc, cds):
        app.include_router(open_noun.router, responses=PROBLEMS)
    api = APIRouter(prefix="/api", responses=PROBLEMS)
    for noun in (
        session,
        users,
        encounters,
        patients,
        audio,
        notes,
        codes,
        coding,
        submissions,
        amendments,
        launches,
        connection,
        exports,
        audit,
        administration,
        models,
        retention,
        emergency,
        factors,
        voice,
        writing,
    ):
        api.include_router(noun.router)
    app.include_router(api)
    live = ws.attach(app, settings, parts, visits)
    sample = SampleNote(parts.reader, parts.fallback)
    app.state.service = Service(
        settings, parts, visits, live, sample, Launches(settings, parts.store), SingleSignOn(settings, parts.store)
    )
    _serve_page(app, page)
    return app


def server_options(settings: Settings) -> dict[str, Any]:
    """Arguments for ``uvicorn.run``: small WebSocket frames, bounded queues, no compression of secrets.

    Logging is left to :func:`app.logs.configure`.
    """
    return {
        "host": settings.host,
        "port": settings.port,
        "ws_max_size": 65_536,
        "ws_max_queue": 32,
        "ws_per_message_deflate": False,
        "ws_ping_interval": 20.0,
        "ws_ping_timeout": 20.0,
        "limit_concurrency": 1024,
        "timeout_graceful_shutdown": 20,
        "server_header": False,
        "log_config": None,
    }


class Page(StaticFiles):
    """The built page. Its assets carry a hash in their name and never change; the rest is always asked for anew."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """One file, with how long it may be kept."""
        response = await super().get_response(path, scope)
        lasting = path.startswith("assets/") and response.status_code == 200
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if lasting else "no-cache"
        return response


def _serve_page(app: FastAPI, page: Path) -> None:
    if page.is_dir():
        app.mount("/", Page(directory=page, html=True))
        return

    @app.get("/", include_in_schema=False)
    def not_built() -> None:
        raise Unavailable("The page is not built. Run make web.", code="unavailable.page")


def _lifespan(
    parts: "Parts", visits: Visits, keeper: Keeper, inbox: Inbox | None
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        try:
            await visits.start()
            await keeper.start()
            if inbox is not None:
                inbox.start()
            yield
        finally:
            if inbox is not None:
                await inbox.close()
            await visits.close()
            await keeper.close()
            await asyncio.to_thread(parts.store.close)

    return lifespan
