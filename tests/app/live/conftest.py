"""A store with one consented encounter, and engines whose speech is coded in the samples."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from support import engines

from app.live import committer
from app.live.journal import Line
from app.live.visits import Visits
from app.records import Encounter, User
from app.settings import Settings
from app.store import Store
from app.wire.messages import Hello
from visit.charts import Chart
from visit.ids import EncounterId


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data", drafter="local", max_visit_s=600)


@pytest.fixture(autouse=True)
def quick_commits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(committer, "GROUP_S", 0.01)


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    store = Store.open(settings)
    yield store
    store.close()


@pytest.fixture
def user(store: Store) -> User:
    return store.add_user("ada", "Dr Ada", "clinician", "correct horse battery")


@pytest.fixture
def encounter(store: Store, user: User) -> Encounter:
    opened = store.open_encounter(user.id, "ehr-1", Chart(), "soap")
    store.record_consent(user.id, opened.id, True)
    return store.encounter(opened.id)


@pytest.fixture
def parts(store: Store) -> SimpleNamespace:
    return engines.parts(store)


@pytest.fixture
async def visits(parts: Any, settings: Settings) -> AsyncIterator[Visits]:
    visits = Visits(parts, settings)
    await visits.start()
    yield visits
    await visits.close()


@dataclass
class Member:
    """A connection without a socket: the runner, its line, and what came through it."""

    runner: Any
    line: Line
    attachment: Any
    letters: list[Any]

    def send(self, first_sample: int, pcm: bytes) -> None:
        self.runner.append(self.line, first_sample, pcm)

    async def until(self, wanted: Any) -> Any:
        """The next letter for which ``wanted`` holds."""
        async with asyncio.timeout(60):
            while True:
                letter = await self.line.get()
                self.letters.append(letter)
                if wanted(letter):
                    return letter

    async def at_rest(self) -> None:
        """Return when what the visit has begun is over, which is a little after the last that it tells."""
        if self.runner._work is not None:
            await asyncio.wait([self.runner._work])

    async def status(self, state: str, detail: str | None = None) -> Any:
        return await self.until(
            lambda letter: (
                getattr(letter, "type", "") == "status"
                and letter.event
                and (letter.state, letter.detail) == (state, detail)
            )
        )


@pytest.fixture
def join(visits: Visits, user: User, encounter: Encounter) -> Any:
    async def join(mode: str = "record", recorder: str = "tab", visits: Visits = visits, **hello: Any) -> Member:
        line = Line()
        greeting = Hello(encounter_id=encounter.id, mode=mode, recorder=recorder, **hello)  # type: ignore[arg-type]
        runner, attachment = await visits.attach(EncounterId(encounter.id), user.id, greeting, line)
        return Member(runner, line, attachment, [])

    return join
