"""The page stays light: what the first load fetches, compressed, without the editor."""

import pytest

from bench.page import DIST, weights

pytestmark = pytest.mark.unit

MOST_BYTES = 150_000


def test_the_first_load_is_light_and_leaves_the_editor_for_later() -> None:
    assert (DIST / "index.html").is_file(), "the page is not built; run make web"
    found = weights()
    assert 50_000 < found["first load"] <= MOST_BYTES
    assert found["editor and other pages"] > 50_000
