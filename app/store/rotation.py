"""A new master key for the whole record, in steps that can be broken off anywhere and gone on with.

1. The next key is made, in a file of its own. From here on the record opens for nothing but this.
2. Every data key and every other wrapped secret is wrapped anew, a batch to a transaction; hashes made with the old key
   are forgotten, and those of patients made anew when the record is next opened.
3. Every page is encrypted anew, in one transaction of SQLCipher.
4. The audit log says so, naming the signing keys before and after.
5. The next key's file takes the place of the key's, at once.

Sessions, tickets and launches end: their hashes were made with the old key.
"""

import time
from collections.abc import Callable
from contextlib import closing
from typing import Final

from sqlalchemy import Table, delete, select, update

from app.errors import Broken
from app.security import keys as keyring
from app.security.checkpoints import ROTATED, Signer
from app.security.envelope import Wrapper
from app.security.keys import Keys
from app.settings import Settings
from app.store import schema
from app.store.database import AnyDatabase
from app.store.engine import Database, opens, rekey
from app.store.factors import factor_context
from app.store.lock import FolderLock
from app.store.part import SYSTEM
from app.store.postgres import Postgres
from app.store.store import DATABASE_FILE, Store
from app.store.voices import voice_context
from visit.ids import EncounterId, UserId

BATCH = 500
PERSONAL: Final[tuple[tuple[Table, Callable[[UserId], str]], ...]] = (
    (schema.second_factors, factor_context),
    (schema.voices, voice_context),
)
"""Tables of secrets that are a person's, not an encounter's, and what each secret is bound to."""

FORGOTTEN: Final = (schema.launches,)
"""Tables of secrets that end with the old key."""


def rotate(settings: Settings, *, clock: Callable[[], float] = time.time) -> bool:
    """Give the record a new master key, or finish what was broken off.

    Returns whether the new key is in its place; ``False`` when the environment or a command gives the key, so that a
    person must put the new one there. Raises :class:`Unavailable` while the record is open, :class:`Broken` when
    neither key opens it.
    """
    path, url = settings.data_dir / DATABASE_FILE, settings.database_url.get_secret_value()
    if not url and not path.exists():
        raise Broken("There is no record yet.", code="broken.record")
    with FolderLock(settings.data_dir, exclusive=True):
        current = keyring.load_keys(settings, may_create=False)
        if keyring.next_keys(settings) is None:
            keyring.create_key_file(keyring.next_key_file(settings))
        following = keyring.next_keys(settings)
        assert following is not None
        if following != current:
            wrapper = Wrapper(following.wrapping, current.wrapping)
            if url:
                with closing(Postgres(url)) as database:
                    _rewrap(database, wrapper)
            elif opens(path, current.database):
                with closing(Database(path, current.database)) as database:
                    _rewrap(database, wrapper)
                rekey(path, current.database, following.database)
            renewed = Postgres(url) if url else Database(path, following.database)
            with closing(Store.on(settings, following, renewed, clock)) as store:
                _enter(store, current, following)
        return _settle(settings, following)


def _rewrap(database: AnyDatabase, wrapper: Wrapper) -> None:
    """Wrap anew whatever is wrapped, in batches by id."""
    keys = schema.data_keys
    after = ""
    while True:
        query = select(keys).where(keys.c.encounter > after).order_by(keys.c.encounter).limit(BATCH)
        with database.change() as connection:
            rows = connection.execute(query).all()
            for row in rows:
                fresh = wrapper.rewrap(EncounterId(row.encounter), row.wrapped)
                connection.execute(update(keys).where(keys.c.encounter == row.encounter).values(wrapped=fresh))
        if not rows:
            break
        after = rows[-1].encounter
    with database.change() as connection:
        connection.execute(update(schema.encounters).values(patient=None))
        for table in FORGOTTEN:
            connection.execute(delete(table))
        for table, context_of in PERSONAL:
            for row in connection.execute(select(table)).all():
                context = context_of(UserId(row.user))
                fresh = wrapper.wrap(context, wrapper.reveal(context, row.sealed))
                connection.execute(update(table).where(table.c.user == row.user).values(sealed=fresh))


def _enter(store: Store, current: Keys, following: Keys) -> None:
    """Write it into the audit log, once."""
    before, after = (Signer(keys.signing).public for keys in (current, following))
    entries = (entry for entry in store.audit_chain() if entry.action == ROTATED)
    if not any(entry.ids.get("to") == after for entry in entries):
        store.audit(SYSTEM, ROTATED, "keys", **{"from": before, "to": after})
        store.end_all_sessions()


def _settle(settings: Settings, following: Keys) -> bool:
    """Put the key in its place, where that is ours to do."""
    if not keyring.from_file(settings):
        return keyring.load_keys(settings, may_create=False) == following
    keyring.replace_key_file(settings)
    return True
