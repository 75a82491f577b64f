"""A clinic's own note formats: every version kept, so that a note always finds the format it was written in."""

import json
from dataclasses import replace

from sqlalchemy import Connection, RowMapping, func, insert, select, update

from app.errors import Broken, Conflict, NotFound
from app.store import schema
from app.store.part import Part, newest
from prompts import templates
from prompts.errors import TemplateError
from prompts.templates import Template
from visit.ids import UserId


class Templates(Part):
    """Note formats, the shipped ones included."""

    def save_template(self, actor: UserId, template: Template) -> Template:
        """Keep a format as the next version of its name; return it with that version.

        Raises :class:`Conflict` (``conflict.template``) for the name of a shipped format.
        """
        if template.name in templates.names():
            raise Conflict("A format of this name comes with Sidenote. Choose another name.", code="conflict.template")
        table = schema.templates
        with self._database.change() as connection:
            version = newest(connection, select(func.max(table.c.version)).where(table.c.name == template.name)) + 1
            kept = replace(template, version=version)
            content = json.dumps(templates.data_of(kept), ensure_ascii=False)
            connection.execute(
                insert(table).values(
                    name=kept.name, version=version, by=actor, at=self._now(), deleted=0, content=content
                )
            )
            self._record(connection, actor, "template.saved", f"template:{kept.name}", version=version)
        templates.publish(kept)
        return kept

    def delete_template(self, actor: UserId, name: str) -> None:
        """Offer a format no longer. Notes written in it keep it."""
        table = schema.templates
        with self._database.change() as connection:
            row = _newest(connection, name)
            if row is None or row["deleted"]:
                raise _unknown()
            connection.execute(update(table).where(table.c.name == name).values(deleted=1))
            self._record(connection, actor, "template.deleted", f"template:{name}", version=row["version"])

    def templates(self) -> list[Template]:
        """Every format that is offered, the shipped ones first, each in its newest version."""
        table = schema.templates
        with self._database.read() as connection:
            names = connection.execute(
                select(table.c.name).where(table.c.deleted == 0).distinct().order_by(table.c.name)
            ).scalars()
            own = [_template(row) for name in names if (row := _newest(connection, name))]
        return [templates.load(name) for name in templates.names()] + own

    def template(self, name: str) -> Template:
        """The format called ``name`` (its newest version) or ``name@version``; :class:`NotFound` when there is none.

        A deleted one is still found: notes and visits under way name it.
        """
        with self._database.read() as connection:
            return find_template(connection, name)


def find_template(connection: Connection, name: str) -> Template:
    """See :meth:`Templates.template`."""
    if templates.known(name):
        return templates.load(name)
    plain, _, version = name.partition("@")
    row = _newest(connection, plain, int(version) if version.isdecimal() else None)
    if row is None:
        raise _unknown()
    found = _template(row)
    templates.publish(found)
    return found


def _newest(connection: Connection, name: str, version: int | None = None) -> RowMapping | None:
    table = schema.templates
    query = select(table).where(table.c.name == name).order_by(table.c.version.desc()).limit(1)
    if version is not None:
        query = query.where(table.c.version == version)
    return connection.execute(query).mappings().first()


def _template(row: RowMapping) -> Template:
    try:
        return templates.validate(json.loads(row["content"]))
    except (ValueError, TemplateError):
        raise Broken("A stored note format cannot be read.", code="broken.template") from None


def _unknown() -> NotFound:
    return NotFound("There is no such note format.", code="not_found.template")
