"""Whom a step writes to, and who carries its mail: what `email`, `meet` and `invite` share."""

from __future__ import annotations

from collections.abc import Sequence

from sheetflow import Mailer, NotAllowed, Person, RowRef, Sender, Tools, Work


def people_named(work: Work, names: Sequence[str]) -> dict[RowRef, Person]:
    """Each person once, in the order in which the recipe names them."""
    found: dict[RowRef, Person] = {}
    for name in names:
        table, row = work.row_named(name)
        found.setdefault(RowRef(table.spec.name, row.id), table.person(row))
    return found


def mailer_of(sender: Sender, tools: Tools) -> Mailer:
    """The connection that the sender's mail goes by. Raises NotAllowed if it carries none."""
    connection = tools.connection(sender.by)
    if not isinstance(connection, Mailer):
        raise NotAllowed(
            f'the sender "{sender.name}" goes by "{sender.by}", which carries no mail.',
            hint="Name an smtp, gmail or outbox connection in sheetflow.yaml.",
        )
    return connection
