"""An OpenAI-compatible chat endpoint on loopback that keeps what it is asked and answers what a test sets."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Json = dict[str, Any]


@dataclass
class Endpoint:
    """What the endpoint does. ``body`` is its answer, or makes it of the request; requests with a parameter that is in
    ``refuses`` get 400."""

    body: bytes | Callable[[Json], bytes]
    status: int = 200
    delay: float = 0.0
    refuses: set[str] = field(default_factory=set)
    asked: list[tuple[str, dict[str, str], Json]] = field(default_factory=list)
    """Path, headers and body of each request."""
    url: str = ""


def answers(*contents: str) -> bytes:
    """An answer with a choice for each text."""
    choices = [{"message": {"role": "assistant", "content": content}} for content in contents]
    return json.dumps({"choices": choices}).encode()


def answer(*sentences: Json) -> bytes:
    """An answer of these sentences in the agreed shape."""
    return answers(json.dumps({"sentences": list(sentences)}))


@contextmanager
def chat_endpoint() -> Iterator[Endpoint]:
    """The endpoint, listening until the end of the block."""
    made = Endpoint(answer())

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            made.asked.append((self.path, dict(self.headers), asked))
            time.sleep(made.delay)
            self.send_response(400 if made.refuses & asked.keys() else made.status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(made.body(asked) if callable(made.body) else made.body)

        def log_message(self, *args: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *args: Any) -> None:
            """A client that no longer waits is no error."""

    server = Server(("127.0.0.1", 0), Handler)
    made.url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
