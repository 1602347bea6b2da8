"""What ran before under another name: which recipes did which steps, and how a table's rows had
their ids, so that a new name is not taken for a new message.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from sheetflow.ledger.databases import Database
from sheetflow.ledger.facts import read_meta, write_meta
from sheetflow.ledger.recalled import NOTHING_DONE
from sheetflow.ledger.schema import records, runs
from sheetflow.ledger.writer import Writer
from sheetflow.values import digest


def recipes_run(database: Database, chapter: str) -> Sequence[str]:
    """Every recipe that ever ran. Raises LedgerError if the ledger fails, as all of these do."""
    query = select(runs.c.recipe).where(runs.c.chapter == chapter).distinct()
    with database.reading() as connection:
        return sorted(connection.scalars(query))


def steps_done(database: Database, chapter: str, recipe: str, table: str) -> Mapping[str, str]:
    """The steps that a recipe may have done anything of for rows of a table, with their actions."""
    r = records.c
    place = (r.chapter == chapter, r.recipe == recipe, r.table_name == table)
    done = r.state.not_in([state.value for state in NOTHING_DONE])
    with database.reading() as connection:
        found = connection.execute(select(r.step, r.action).where(*place, done).distinct())
        return {line.step: line.action for line in found}


def ids_by(database: Database, chapter: str, table: str) -> str:
    """How the rows of a table had their ids when anything was first done for them; or ""."""
    with database.reading() as connection:
        return read_meta(connection, _name(chapter, table))


def remember_ids_by(writer: Writer, chapter: str, table: str, how: str) -> None:
    """Keep how the rows of a table have their ids, if that is not known yet."""
    with writer.transaction() as connection:
        if not read_meta(connection, _name(chapter, table)):
            write_meta(connection, _name(chapter, table), how)


def _name(chapter: str, table: str) -> str:
    return f"ids of {digest(chapter, table)}"
