"""The database's history: an ordered list that only ever grows. A released step is never edited."""

import time
from collections.abc import Sequence
from typing import Final

from sqlalchemy import text

from app.errors import Broken
from app.store.database import AnyDatabase

Migration = tuple[str, tuple[str, ...]]
"""A name and the statements that run, in one transaction, the first time the name is seen."""

MIGRATIONS: Final[tuple[Migration, ...]] = (
    (
        "0001 people",
        (
            """CREATE TABLE users (
                id TEXT PRIMARY KEY, username TEXT NOT NULL UNIQUE COLLATE NOCASE, name TEXT NOT NULL,
                role TEXT NOT NULL CHECK (role IN ('clinician', 'coder', 'admin')), password TEXT NOT NULL,
                disabled INTEGER NOT NULL DEFAULT 0, created REAL NOT NULL)""",
            "CREATE TABLE attempts (who TEXT PRIMARY KEY, failures INTEGER NOT NULL, until REAL NOT NULL)",
            """CREATE TABLE sessions (
                hash TEXT PRIMARY KEY, user TEXT NOT NULL REFERENCES users (id), created REAL NOT NULL,
                seen REAL NOT NULL)""",
        ),
    ),
    (
        "0002 encounters",
        (
            """CREATE TABLE encounters (
                id TEXT PRIMARY KEY, ehr_id TEXT NOT NULL UNIQUE, owner TEXT NOT NULL REFERENCES users (id),
                state TEXT NOT NULL, template TEXT NOT NULL, problem TEXT, created REAL NOT NULL,
                channels INTEGER NOT NULL DEFAULT 0, samples INTEGER NOT NULL DEFAULT 0, chart BLOB NOT NULL)""",
            """CREATE TABLE data_keys (
                encounter TEXT PRIMARY KEY REFERENCES encounters (id), wrapped BLOB NOT NULL)""",
            """CREATE TABLE consents (
                number INTEGER PRIMARY KEY, encounter TEXT NOT NULL REFERENCES encounters (id),
                given INTEGER NOT NULL, method TEXT NOT NULL, by TEXT NOT NULL REFERENCES users (id),
                at REAL NOT NULL)""",
            """CREATE TABLE tickets (
                hash TEXT PRIMARY KEY, user TEXT NOT NULL REFERENCES users (id),
                encounter TEXT NOT NULL REFERENCES encounters (id), origin TEXT NOT NULL, session TEXT,
                expires REAL NOT NULL)""",
        ),
    ),
    (
        "0003 what was heard and understood",
        (
            """CREATE TABLE audio (
                encounter TEXT NOT NULL REFERENCES encounters (id), first_sample INTEGER NOT NULL,
                samples INTEGER NOT NULL CHECK (samples > 0), sealed BLOB NOT NULL,
                PRIMARY KEY (encounter, first_sample))""",
            """CREATE TABLE turns (
                encounter TEXT NOT NULL REFERENCES encounters (id), number INTEGER NOT NULL, sealed BLOB NOT NULL,
                PRIMARY KEY (encounter, number))""",
            """CREATE TABLE transcripts (
                encounter TEXT NOT NULL REFERENCES encounters (id), version INTEGER NOT NULL, kind TEXT NOT NULL,
                at REAL NOT NULL, sealed BLOB NOT NULL, PRIMARY KEY (encounter, version))""",
            """CREATE TABLE findings (
                encounter TEXT PRIMARY KEY REFERENCES encounters (id), version INTEGER NOT NULL,
                sealed BLOB NOT NULL)""",
            """CREATE TABLE events (
                encounter TEXT NOT NULL REFERENCES encounters (id), number INTEGER NOT NULL, sealed BLOB NOT NULL,
                PRIMARY KEY (encounter, number))""",
        ),
    ),
    (
        "0004 notes, codes, signatures, submissions",
        (
            """CREATE TABLE notes (
                encounter TEXT NOT NULL REFERENCES encounters (id), version INTEGER NOT NULL, by TEXT NOT NULL,
                drafter TEXT NOT NULL, edited INTEGER NOT NULL, at REAL NOT NULL, sealed BLOB NOT NULL,
                PRIMARY KEY (encounter, version))""",
            """CREATE TABLE codes (
                encounter TEXT NOT NULL REFERENCES encounters (id), version INTEGER NOT NULL, by TEXT NOT NULL,
                at REAL NOT NULL, sealed BLOB NOT NULL, PRIMARY KEY (encounter, version))""",
            """CREATE TABLE signatures (
                encounter TEXT PRIMARY KEY REFERENCES encounters (id), version INTEGER NOT NULL,
                sha256 TEXT NOT NULL, by TEXT NOT NULL REFERENCES users (id), at REAL NOT NULL,
                attestation BLOB NOT NULL, text BLOB NOT NULL)""",
            """CREATE TABLE submissions (
                id TEXT PRIMARY KEY, encounter TEXT NOT NULL REFERENCES encounters (id), number INTEGER NOT NULL,
                note_version INTEGER NOT NULL, state TEXT NOT NULL, sha256 TEXT NOT NULL, location TEXT,
                problem TEXT, at REAL NOT NULL, UNIQUE (encounter, number))""",
            # Whatever goes wrong above, the database itself refuses a second filing of one note version.
            """CREATE UNIQUE INDEX one_submission ON submissions (encounter, note_version)
                WHERE state <> 'rejected'""",
        ),
    ),
    (
        "0005 audit",
        (
            """CREATE TABLE audit (
                number INTEGER PRIMARY KEY, at TEXT NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL,
                target TEXT NOT NULL, ids TEXT NOT NULL, head TEXT NOT NULL)""",
            "CREATE INDEX audit_target ON audit (target)",
            "CREATE TRIGGER audit_kept BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit is kept'); END",
            "CREATE TRIGGER audit_fixed BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit is fixed'); END",
        ),
    ),
    (
        "0006 lists of encounters",
        (
            "CREATE INDEX encounters_by_owner ON encounters (owner, created)",
            "CREATE INDEX encounters_by_state ON encounters (state, created)",
            "CREATE INDEX consents_by_encounter ON consents (encounter, number)",
        ),
    ),
    (
        "0007 amendments",
        (
            """CREATE TABLE amendments (
                encounter TEXT NOT NULL REFERENCES encounters (id), number INTEGER NOT NULL CHECK (number > 0),
                kind TEXT NOT NULL CHECK (kind IN ('addendum', 'replacement', 'retraction')),
                target INTEGER NOT NULL, note_version INTEGER NOT NULL, sha256 TEXT NOT NULL,
                by TEXT NOT NULL REFERENCES users (id), at REAL NOT NULL, sealed BLOB NOT NULL,
                PRIMARY KEY (encounter, number))""",
            "ALTER TABLE submissions ADD COLUMN amendment INTEGER NOT NULL DEFAULT 0",
            "DROP INDEX one_submission",
            """CREATE UNIQUE INDEX one_submission ON submissions (encounter, note_version, amendment)
                WHERE state <> 'rejected'""",
        ),
    ),
    (
        "0008 legal holds, emergency access, second factors",
        (
            """CREATE TABLE holds (
                encounter TEXT PRIMARY KEY REFERENCES encounters (id), by TEXT NOT NULL, at REAL NOT NULL,
                reason BLOB NOT NULL)""",
            """CREATE TABLE grants (
                encounter TEXT NOT NULL REFERENCES encounters (id), "user" TEXT NOT NULL REFERENCES users (id),
                at REAL NOT NULL, until REAL NOT NULL, reason BLOB NOT NULL, PRIMARY KEY (encounter, "user", at))""",
            """CREATE TABLE second_factors (
                "user" TEXT PRIMARY KEY REFERENCES users (id), sealed BLOB NOT NULL, confirmed INTEGER NOT NULL,
                counter INTEGER NOT NULL, at REAL NOT NULL)""",
        ),
    ),
    (
        "0009 note formats of a clinic",
        (
            """CREATE TABLE templates (
                name TEXT NOT NULL, version INTEGER NOT NULL CHECK (version > 0), by TEXT NOT NULL, at REAL NOT NULL,
                deleted INTEGER NOT NULL DEFAULT 0, content TEXT NOT NULL, PRIMARY KEY (name, version))""",
        ),
    ),
    (
        "0010 reviews of codes",
        (
            """CREATE TABLE reviews (
                encounter TEXT PRIMARY KEY REFERENCES encounters (id), state TEXT NOT NULL, priority TEXT NOT NULL,
                assignee TEXT REFERENCES users (id), coder TEXT REFERENCES users (id), locked_until REAL NOT NULL,
                at REAL NOT NULL)""",
            """CREATE TABLE remarks (
                encounter TEXT NOT NULL REFERENCES encounters (id), number INTEGER NOT NULL, kind TEXT NOT NULL,
                by TEXT NOT NULL REFERENCES users (id), at REAL NOT NULL, sealed BLOB NOT NULL,
                PRIMARY KEY (encounter, number))""",
            """CREATE TABLE decisions (
                encounter TEXT NOT NULL REFERENCES encounters (id), number INTEGER NOT NULL, verdict TEXT NOT NULL,
                by TEXT NOT NULL REFERENCES users (id), model TEXT NOT NULL, at REAL NOT NULL, sealed BLOB NOT NULL,
                PRIMARY KEY (encounter, number))""",
        ),
    ),
    (
        "0011 voices of clinicians",
        (
            """CREATE TABLE voices (
                "user" TEXT PRIMARY KEY REFERENCES users (id), sealed BLOB NOT NULL, at REAL NOT NULL)""",
        ),
    ),
    (
        "0012 single sign-on, launches that outlive a restart",
        (
            "ALTER TABLE sessions ADD COLUMN via TEXT NOT NULL DEFAULT 'password'",
            "ALTER TABLE sessions ADD COLUMN launched INTEGER NOT NULL DEFAULT 0",
            """CREATE TABLE identities (
                issuer TEXT NOT NULL, subject TEXT NOT NULL, "user" TEXT NOT NULL REFERENCES users (id),
                at REAL NOT NULL, PRIMARY KEY (issuer, subject), UNIQUE (issuer, "user"))""",
            """CREATE TABLE launches (
                hash TEXT PRIMARY KEY, "user" TEXT NOT NULL REFERENCES users (id), ends REAL NOT NULL,
                sealed BLOB NOT NULL)""",
        ),
    ),
    (
        "0013 visits of one patient",
        (
            "ALTER TABLE encounters ADD COLUMN patient TEXT",
            "CREATE INDEX encounters_by_patient ON encounters (patient)",
        ),
    ),
)


def migrate(database: AnyDatabase, migrations: Sequence[Migration] = MIGRATIONS) -> None:
    """Bring the database up to date; each step commits with its entry in ``migrations``.

    Raises :class:`Broken` when the database comes from a newer version or its history differs.
    """
    with database.change() as connection:
        connection.execute(
            text(
                database.translate(
                    "CREATE TABLE IF NOT EXISTS migrations ("
                    "number INTEGER PRIMARY KEY, name TEXT NOT NULL, at REAL NOT NULL)"
                )
            )
        )
        applied = connection.execute(text("SELECT name FROM migrations ORDER BY number")).scalars().all()
    known = [name for name, _ in migrations]
    if applied != known[: len(applied)]:
        raise Broken("The database was made by another version of Sidenote.", code="broken.schema")
    for number, (name, statements) in list(enumerate(migrations, 1))[len(applied) :]:
        with database.change() as connection:
            if connection.execute(text("SELECT 1 FROM migrations WHERE number = :n"), {"n": number}).first():
                continue  # another process that starts now was faster
            for statement in statements:
                connection.exec_driver_sql(database.translate(statement))
            connection.execute(
                text("INSERT INTO migrations VALUES (:number, :name, :at)"),
                {"number": number, "name": name, "at": time.time()},
            )
