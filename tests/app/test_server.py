"""The application as uvicorn serves it: page, limits, start and stop."""

import asyncio
import http.client
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import uvicorn
from starlette.testclient import TestClient
from support.raw import holding, nameless

from app.server import create_app, server_options
from app.settings import Settings
from app.store import Store
from visit.charts import Chart

pytestmark = pytest.mark.integration


def parts(store: Store) -> Any:
    return SimpleNamespace(
        store=store, transcriber=None, reader=None, drafter=None, fallback=None, coder=None, ehr=None, decode=None
    )


@pytest.fixture
def page(tmp_path: Path) -> Path:
    page = tmp_path / "dist"
    (page / "assets").mkdir(parents=True)
    (page / "index.html").write_text("<!doctype html><title>Sidenote</title>")
    (page / "assets" / "index-abc123.js").write_text("export {};")
    (tmp_path / "secret.txt").write_text("secret")
    return page


@contextmanager
def running(settings: Settings, store: Store, page: Path) -> Iterator[int]:
    """A real uvicorn on a free port."""
    options = {**server_options(settings), "port": 0}
    server = uvicorn.Server(uvicorn.Config(create_app(settings, parts(store), page=page), **options))
    thread = threading.Thread(target=server.run)
    thread.start()
    deadline = time.monotonic() + 60
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.02)
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        thread.join(60)
    assert not thread.is_alive()


def ask(port: int, method: str, path: str, headers: dict[str, str] | None = None) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request(method, path, headers=headers or {})
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        connection.close()


def test_a_real_server_serves_page_and_api_and_stops(settings: Settings, page: Path) -> None:
    with running(settings, Store.open(settings), page) as port:
        status, headers, body = ask(port, "GET", "/")
        assert (status, headers["cache-control"]) == (200, "no-cache")
        assert b"Sidenote" in body
        assert "server" not in headers
        status, headers, _ = ask(port, "GET", "/assets/index-abc123.js")
        assert (status, "immutable" in headers["cache-control"]) == (200, True)
        assert headers["content-type"].startswith(("text/javascript", "application/javascript"))
        assert ask(port, "GET", "/assets/missing.js")[0] == 404
        for path in ("/../secret.txt", "/assets/../../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt"):
            status, _, body = ask(port, "GET", path)
            assert (status, b"secret" in body) == (404, False), path
        assert ask(port, "GET", "/readyz")[0] == 200
        upgrade = {
            "Connection": "Upgrade",
            "Upgrade": "websocket",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
            "Sec-WebSocket-Protocol": "sidenote.v1, ticket.wrong",
        }
        assert ask(port, "GET", "/api/stream", upgrade)[0] == 401
        assert ask(port, "GET", "/api/stream", {**upgrade, "Origin": "https://evil.example"})[0] == 403


def test_an_upload_that_breaks_off_leaves_nothing(settings: Settings, page: Path) -> None:
    store = Store.open(settings)
    user = store.add_user("eve", "Eve", "clinician", "correct horse battery")
    encounter = store.open_encounter(user.id, "ehr-1", Chart(), "soap").id
    store.record_consent(user.id, encounter, True)
    token, csrf = store.create_session(user)
    with running(settings, store, page) as port:
        head = (
            f"POST /api/encounters/{encounter}/upload HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: 9000000\r\n"
            f"Content-Type: audio/wav\r\nCookie: sidenote={token}\r\nX-CSRF-Token: {csrf}\r\n\r\n"
        )
        with socket.create_connection(("127.0.0.1", port)) as line:
            line.sendall(head.encode() + b"said" * 500_000)
            assert wait_until(lambda: nameless(settings.data_dir))
            assert holding(settings.data_dir, b"saidsaid") == [], "it is on the disk and has no name there"
        assert wait_until(lambda: not nameless(settings.data_dir))
        assert ask(port, "GET", "/readyz")[0] == 200


def wait_until(true: Callable[[], bool], seconds: float = 60) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if true():
            return True
        time.sleep(0.02)
    return False


def test_stopping_closes_the_record(settings: Settings, page: Path) -> None:
    store = Store.open(settings)
    with TestClient(create_app(settings, parts(store), page=page)) as client:
        assert client.get("/healthz").status_code == 200
    assert not list(settings.data_dir.glob("*-wal"))


def test_uploads_left_by_a_crash_are_removed_at_the_start(settings: Settings, page: Path) -> None:
    store = Store.open(settings)
    left = settings.data_dir / "plain-xyz"
    left.write_bytes(b"said")
    with TestClient(create_app(settings, parts(store), page=page)):
        assert not left.exists()


def test_without_a_built_page_it_says_so(settings: Settings, store: Store, tmp_path: Path) -> None:
    client = TestClient(create_app(settings, parts(store), page=tmp_path / "nothing"))
    answer = client.get("/")
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable.page")


def test_limits_of_the_server(settings: Settings) -> None:
    options = server_options(settings)
    config = uvicorn.Config(asyncio.run, **options)
    assert (config.ws_max_size, config.ws_max_queue, config.ws_per_message_deflate) == (65_536, 32, False)
    assert (options["host"], options["port"]) == (settings.host, settings.port)
    assert config.limit_concurrency
