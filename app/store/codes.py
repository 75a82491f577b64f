"""Codes: what was suggested and what people decided, every state kept as a version."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from sqlalchemy import Connection, func, insert, select

from app.errors import Conflict, NotFound
from app.records import StoredCode
from app.security.envelope import Context
from app.store import codec, schema
from app.store.part import Part, newest
from visit.codes import CodeSuggestion
from visit.ids import EncounterId, UserId

DECIDABLE = frozenset({"drafted", "signed", "filed"})
"""States in which a person may decide about codes; coders work after the signature too."""


class Codes(Part):
    """Codes of an encounter."""

    def save_codes(self, actor: UserId, encounter: EncounterId, suggestions: Sequence[CodeSuggestion]) -> None:
        """Replace the suggestions. What a person decided stays decided, and what a person accepted stays listed."""
        with self._database.change() as connection:
            if self._row(connection, encounter)["state"] in ("signed", "filed"):
                raise Conflict("The note is signed; suggestions can no longer change.", code="conflict.signed")
            decided = {c.suggestion.code: c for c in self._codes(connection, encounter) if c.decision != "suggested"}
            codes = [replace(decided.pop(s.code, StoredCode(s)), suggestion=s) for s in suggestions]
            codes += [code for code in decided.values() if code.decision == "accepted"]
            self._save(connection, encounter, actor, codes)
            self._record(connection, actor, "codes.suggested", f"encounter:{encounter}", count=len(suggestions))

    def codes(self, encounter: EncounterId) -> tuple[StoredCode, ...]:
        """The codes with what was decided about each, in the order of their suggestion."""
        with self._database.read() as connection:
            self._row(connection, encounter)
            return self._codes(connection, encounter)

    def decide_code(
        self,
        actor: UserId,
        encounter: EncounterId,
        code: str,
        decision: Literal["accepted", "rejected"],
        reason: str | None = None,
        *,
        added: CodeSuggestion | None = None,
    ) -> StoredCode:
        """Accept or reject a code; return it. A code that was not suggested needs ``added``, else :class:`NotFound`.

        The audit entry names the version of the codes, never a code: that would say what the patient has.
        """
        with self._database.change() as connection:
            state = self._row(connection, encounter)["state"]
            if state not in DECIDABLE:
                raise Conflict("There is no finished draft to code.", state=state)
            codes = list(self._codes(connection, encounter))
            place = next((i for i, c in enumerate(codes) if c.suggestion.code == code), None)
            if place is None:
                if added is None:
                    raise NotFound("This code is not listed.", code="not_found.code")
                place = len(codes)
                codes.append(StoredCode(added))
            codes[place] = replace(codes[place], decision=decision, reason=reason)
            version = self._save(connection, encounter, actor, codes)
            self._record(connection, actor, f"code.{decision}", f"encounter:{encounter}", version=version)
        return codes[place]

    def _codes(self, connection: Connection, encounter: EncounterId) -> tuple[StoredCode, ...]:
        table = schema.codes
        query = select(table).where(table.c.encounter == encounter).order_by(table.c.version.desc()).limit(1)
        row = connection.execute(query).first()
        if row is None:
            return ()
        context = Context(encounter, "codes", version=row.version)
        return codec.CODES.validate_json(self._open(connection, context, row.sealed))

    def _save(self, connection: Connection, encounter: EncounterId, actor: UserId, codes: Sequence[StoredCode]) -> int:
        table = schema.codes
        version = newest(connection, select(func.max(table.c.version)).where(table.c.encounter == encounter)) + 1
        sealed = self._seal(
            connection, Context(encounter, "codes", version=version), codec.CODES.dump_json(tuple(codes))
        )
        connection.execute(
            insert(table).values(encounter=encounter, version=version, by=actor, at=self._now(), sealed=sealed)
        )
        return version
