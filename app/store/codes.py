"""Codes: what was suggested and what people decided, every state kept as a version."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from sqlalchemy import Connection, func, insert, select

from app.coding.agreement import Decided, Verdict
from app.errors import Conflict, NotFound
from app.records import StoredCode
from app.security.envelope import Context
from app.store import codec, schema
from app.store.part import Part, newest
from app.wire import views
from app.wire.messages import CodesEvent
from visit.codes import CodeSuggestion
from visit.ids import EncounterId, UserId

DECIDABLE = frozenset({"drafted", "signed", "filed"})
"""States in which a person may decide about codes; coders work after the signature too."""


class Codes(Part):
    """Codes of an encounter. Every change of them is told."""

    def save_codes(self, actor: UserId, encounter: EncounterId, suggestions: Sequence[CodeSuggestion]) -> None:
        """Replace the suggestions. What a person decided stays decided, and what a person accepted stays listed."""
        with self._database.change() as connection:
            if self._row(connection, encounter)["state"] in ("signed", "filed"):
                raise Conflict("The note is signed; suggestions can no longer change.", code="conflict.signed")
            self._suggest(connection, actor, encounter, suggestions)

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
        decision: Literal["suggested", "accepted", "rejected"],
        reason: str | None = None,
        *,
        model: str = "",
    ) -> StoredCode:
        """Accept or reject a listed code, or take that back (``suggested``); return it.

        Raises :class:`NotFound` for a code that is not listed.

        ``model`` names what suggests, for statistics. The audit entry names the version of the codes, never a code:
        that would say what the patient has. Raises :class:`Conflict` while another coder has the visit
        (``conflict.locked``) and once it is coded (``conflict.coded``).
        """
        with self._database.change() as connection:
            codes = self._decidable(connection, actor, encounter)
            place = _place(codes, code)
            if place is None:
                raise NotFound("This code is not listed.", code="not_found.code")
            codes[place] = replace(codes[place], decision=decision, reason=reason)
            version = self._save(connection, encounter, actor, codes)
            verdict: Verdict = "undecided" if decision == "suggested" else decision
            self._keep_decision(connection, Decided(encounter, code, verdict, actor, model))
            self._record(connection, actor, f"code.{verdict}", f"encounter:{encounter}", version=version)
        return codes[place]

    def add_code(self, actor: UserId, encounter: EncounterId, code: CodeSuggestion, *, model: str = "") -> StoredCode:
        """Accept a code that is not listed yet. Refused as :meth:`decide_code` is."""
        with self._database.change() as connection:
            codes = self._decidable(connection, actor, encounter)
            if _place(codes, code.code) is not None:
                raise Conflict("This code is listed already.", code="conflict.listed")
            added = StoredCode(code, "accepted")
            version = self._save(connection, encounter, actor, [*codes, added])
            self._keep_decision(connection, Decided(encounter, code.code, "added", actor, model))
            self._record(connection, actor, "code.accepted", f"encounter:{encounter}", version=version)
        return added

    def change_code(
        self, actor: UserId, encounter: EncounterId, code: str, to: CodeSuggestion, reason: str, *, model: str = ""
    ) -> StoredCode:
        """Put ``to``, accepted, in the place of a listed code, which is rejected with ``reason``; return the new one.

        The new code keeps the evidence of the old one when it brings none. Refused as :meth:`decide_code` is.
        """
        with self._database.change() as connection:
            codes = self._decidable(connection, actor, encounter)
            place = _place(codes, code)
            if place is None:
                raise NotFound("This code is not listed.", code="not_found.code")
            if to.code == code:
                raise Conflict("This is the same code.", code="conflict.same_code")
            old = codes[place]
            codes[place] = replace(old, decision="rejected", reason=reason)
            new = StoredCode(replace(to, evidence=to.evidence or old.suggestion.evidence), "accepted")
            codes = [c for c in codes if c.suggestion.code != to.code]
            codes.insert(_place(codes, code) or 0, new)
            version = self._save(connection, encounter, actor, codes)
            self._keep_decision(connection, Decided(encounter, code, "changed", actor, model))
            self._record(connection, actor, "code.changed", f"encounter:{encounter}", version=version)
        return new

    def decisions(self) -> list[Decided]:
        """Every decision of a person about a code that is still kept, oldest first."""
        table = schema.decisions
        query = select(table).order_by(table.c.at, table.c.encounter, table.c.number)
        with self._database.read() as connection:
            rows = connection.execute(query).all()
            return [
                Decided(
                    EncounterId(row.encounter),
                    self._open(
                        connection, Context(EncounterId(row.encounter), "decision", version=row.number), row.sealed
                    ).decode(),
                    row.verdict,
                    UserId(row.by),
                    row.model,
                )
                for row in rows
            ]

    def _suggest(
        self, connection: Connection, actor: UserId, encounter: EncounterId, suggestions: Sequence[CodeSuggestion]
    ) -> None:
        decided = {c.suggestion.code: c for c in self._codes(connection, encounter) if c.decision != "suggested"}
        codes = [replace(decided.pop(s.code, StoredCode(s)), suggestion=s) for s in suggestions]
        codes += [code for code in decided.values() if code.decision == "accepted"]
        self._save(connection, encounter, actor, codes)
        self._record(connection, actor, "codes.suggested", f"encounter:{encounter}", count=len(suggestions))

    def _decidable(self, connection: Connection, actor: UserId, encounter: EncounterId) -> list[StoredCode]:
        """The codes, when ``actor`` may decide about them now."""
        state = self._row(connection, encounter)["state"]
        if state not in DECIDABLE:
            raise Conflict("There is no finished draft to code.", state=state)
        table, users = schema.reviews, schema.users
        review = connection.execute(select(table).where(table.c.encounter == encounter)).first()
        if review is not None and review.state == "coded":
            raise Conflict("The visit is coded. Reopen it first.", code="conflict.coded")
        role = connection.execute(select(users.c.role).where(users.c.id == actor)).scalar()
        held = review is not None and review.assignee not in (None, actor) and self._now() < review.locked_until
        if role == "coder" and held:
            raise Conflict("Another coder has this visit.", code="conflict.locked")
        return list(self._codes(connection, encounter))

    def _keep_decision(self, connection: Connection, one: Decided) -> None:
        table = schema.decisions
        number = newest(connection, select(func.max(table.c.number)).where(table.c.encounter == one.encounter)) + 1
        context = Context(one.encounter, "decision", version=number)
        connection.execute(
            insert(table).values(
                encounter=one.encounter,
                number=number,
                verdict=one.verdict,
                by=one.by,
                model=one.model,
                at=self._now(),
                sealed=self._seal(connection, context, one.code.encode()),
            )
        )

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
        self._tell(connection, encounter, CodesEvent(codes=[views.code_view(code) for code in codes]))
        return version


def _place(codes: Sequence[StoredCode], code: str) -> int | None:
    return next((i for i, c in enumerate(codes) if c.suggestion.code == code), None)
