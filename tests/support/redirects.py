"""A browser that only follows redirects: to Sidenote in memory, to everything else over the network."""

from typing import Any

import httpx
from starlette.testclient import TestClient


class Browser:
    """One browser with its cookies; it follows no redirect by itself."""

    def __init__(self, app: TestClient, public: str) -> None:
        self.app = TestClient(app.app, base_url=public, follow_redirects=False)
        self.app.portal = app.portal
        # A connection that is kept may be closed by the other side just when it is used again.
        self.web = httpx.Client(
            trust_env=False, verify=False, timeout=60, limits=httpx.Limits(max_keepalive_connections=0)
        )
        self._public = public
        self.visited: list[str] = []

    def get(self, url: str) -> Any:
        """Ask whoever it is."""
        self.visited.append(url)
        return self.app.get(url) if url.startswith(self._public) else self.web.get(url)

    def close(self) -> None:
        """Let the network go."""
        self.web.close()


def follow(browser: Any, url: str) -> httpx.Response:
    """Go where redirects lead, as a browser does, until something else comes."""
    for _ in range(12):
        answer: httpx.Response = browser.get(url)
        if not answer.is_redirect:
            return answer
        url = str(answer.url.join(answer.headers["location"]))
    raise AssertionError("redirected in circles")
