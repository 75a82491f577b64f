"""An inbox folder that is watched: each transcript put there becomes a visit, once.

``INBOX/<user name>/<file>`` belongs to that clinician. A file is looked at twice before it is taken, so that it is not
read while it is still being written; files that begin with a dot or end in ``.part`` or ``.tmp`` wait. What the record
holds is removed from the folder; what cannot be taken is moved to ``failed/`` with a file that says why.
"""

import asyncio
import contextlib
import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from app.errors import InvalidInput, NotFound, SidenoteError
from app.imports.parse import LARGEST, kind_of, parse
from app.imports.spoken import Spoken
from app.imports.take import Visits, take
from app.records import User
from app.settings import Settings

if TYPE_CHECKING:
    from app.engines import Parts

log = logging.getLogger(__name__)

LOOK_S: Final = 2.0
FAILED: Final = "failed"
WAITING: Final = (".part", ".tmp", ".crdownload")
Seen = tuple[int, int]


class Inbox:
    """Watches one folder. :meth:`start` and :meth:`close` on the event loop that ``visits`` lives on."""

    def __init__(self, folder: Path, parts: "Parts", visits: Visits, settings: Settings) -> None:
        """Nothing is looked at yet."""
        self._folder, self._parts, self._visits = folder, parts, visits
        self._template = settings.template
        self._seen: dict[Path, Seen] = {}
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to watch; the folder is made when it is not there."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._task = asyncio.create_task(self._watch())

    async def close(self) -> None:
        """Stop. A file that is being taken is taken again after the next start."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def look(self) -> int:
        """Look once; take what has not changed since the last look. Returns how many files were dealt with."""
        found = await asyncio.to_thread(self._files)
        still = [path for path, seen in found.items() if self._seen.get(path) == seen]
        self._seen = found
        done = 0
        for path in still:
            done += await self._deal_with(path)
        return done

    async def _watch(self) -> None:
        while True:
            try:
                await self.look()
            except OSError as error:
                log.error("the inbox cannot be read: %s", type(error).__name__)
            await asyncio.sleep(LOOK_S)

    def _files(self) -> dict[Path, Seen]:
        """Size and time of change of every file that may be taken; links are not followed."""
        found = {}
        for folder in sorted(self._folder.iterdir()):
            if not folder.is_dir() or folder.is_symlink():
                continue
            for path in sorted(folder.iterdir()):
                waits = path.name.startswith(".") or path.suffix.lower() in WAITING
                if path.is_file() and not path.is_symlink() and not waits:
                    told = path.stat()
                    found[path] = (told.st_size, told.st_mtime_ns)
        return found

    async def _deal_with(self, path: Path) -> bool:
        """Take one file; false when it has to wait. No name of a file is logged: it may hold a patient's."""
        try:
            owner = await asyncio.to_thread(self._owner, path.parent.name)
            encounter = await take(
                self._parts, self._visits, owner, await asyncio.to_thread(_read, path), self._template
            )
        except SidenoteError as error:
            if error.retryable:
                log.warning("a file in the inbox waits: %s", error.code)
                return False
            await asyncio.to_thread(_set_aside, path, error)
            log.warning("a file in the inbox was set aside: %s", error.code)
            return True
        except Exception as error:
            # Nothing is known to be wrong with the file: it is tried again at the next look.
            log.error("a file in the inbox could not be taken: %s", type(error).__name__)
            return False
        await asyncio.to_thread(path.unlink, missing_ok=True)
        log.info("a file from the inbox became encounter %s", encounter)
        return True

    def _owner(self, username: str) -> User:
        for user in self._parts.store.users():
            if user.username == username and user.role == "clinician" and not user.disabled:
                return user
        raise NotFound("There is no clinician with the user name of this folder.", code="not_found.user")


def _read(path: Path) -> Spoken:
    kind = kind_of(path.name)
    if kind is None:
        raise InvalidInput("The file is no .txt, .vtt or .json.", code="input.media_type")
    with path.open("rb") as file:
        return parse(file.read(LARGEST + 1), kind)


def _set_aside(path: Path, error: SidenoteError) -> None:
    """Move a file out of the way, with the reason beside it; neither ever replaces another file."""
    folder = path.parent / FAILED
    folder.mkdir(mode=0o700, exist_ok=True)
    place, number = folder / path.name, 1
    while place.exists():
        place, number = folder / f"{path.stem}-{number}{path.suffix}", number + 1
    place.with_name(f"{place.name}.reason").write_text(f"{error.message}\n({error.code})\n", encoding="utf-8")
    with contextlib.suppress(FileNotFoundError):
        os.rename(path, place)
