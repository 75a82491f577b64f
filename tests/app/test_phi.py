"""A whole visit through the real server, with everything that can go wrong on the way: no log repeats a word of it."""

import logging
import os
import warnings
from pathlib import Path
from typing import Any

import pytest
from support import engines
from support.engines import speech
from support.phi import overheard
from support.server import PASSWORD, prepare, serving, sign_in

from app.live.client import Account, LiveClient, Refused
from app.wire.messages import Status

pytestmark = pytest.mark.integration

SAID = ("quokka", "wombat")


def test_the_guard_hears_every_way_of_speaking() -> None:
    with overheard() as ears:
        logging.getLogger("app.x").info("alpha %s", "beta")
        logging.getLogger("someone").warning("gamma")
        print("delta")
        os.write(2, b"epsilon\n")
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            warnings.warn("zeta", stacklevel=1)
        heard = ears.leaks(["alpha", "BETA", "gamma", "delta", "epsilon", "zeta", "lpha", "eta"])
    assert heard == ["BETA", "alpha", "delta", "epsilon"]


class SpeaksUp(engines.Drafts):
    """A drafter whose failures quote the visit, as a model's library may."""

    def verify(self, sentence: Any, turns: Any, findings: Any) -> Any:
        logging.getLogger("transformers").error("cannot verify %s", sentence.text)
        raise RuntimeError(sentence.text)


async def test_a_visit_leaves_no_word_in_any_log(tmp_path: Path) -> None:
    with overheard() as ears:
        async with serving(tmp_path / "data") as server:
            (encounter,) = prepare(server.store)
            server.transcriber.corrections = {"w2": SAID[0], "w3": SAID[1]}
            server.drafter.verify = SpeaksUp().verify
            ada = await sign_in(server.base)
            try:
                await live_visit(ada, encounter)
                await review(ada, encounter)
                await go_wrong(ada, encounter)
            finally:
                await ada.close()
            heard = engines.said(server.store.transcript(encounter).turns)
        assert set(SAID) <= set(heard)
        written = ears.text()
        leaks = ears.leaks([*SAID, "w2", "w3", PASSWORD])
    assert leaks == []
    assert "/api/codes" in written
    assert "transformers" in written


async def live_visit(ada: Account, encounter: str) -> None:
    async with LiveClient(ada, encounter) as client:
        await client.play(speech(2, 4, 3, 0), speed=8)
        client.stop()
        async for message in client:
            if isinstance(message, Status) and message.detail == "final.done":
                return


async def review(ada: Account, encounter: str) -> None:
    path = f"/api/encounters/{encounter}"
    shown = await ada.call("GET", path)
    edit = {"op": "replace", "sentence": shown["note"]["sentences"][0]["id"], "text": f"No {SAID[1]}."}
    await ada.call("POST", f"{path}/note/edits", {"version": shown["note"]["version"], "edits": [edit]})
    await ada.call("GET", f"/api/codes?q={SAID[0]}")


async def go_wrong(ada: Account, encounter: str) -> None:
    path = f"/api/encounters/{encounter}"
    with pytest.raises(Refused):
        await ada.call("POST", f"{path}/note/edits", {"version": SAID[0], "edits": SAID[1]})
    with pytest.raises(Refused):
        await ada.call("GET", f"{path}/audio?start={SAID[0]}")
    with pytest.raises(Refused):
        await ada.call("POST", "/api/session", {"username": SAID[0], "password": SAID[1]})
