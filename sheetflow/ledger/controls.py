"""What stood in the table from which organizers switch recipes on and off, when we looked last.

A tick counts only where something else stood before; so what stood there is kept here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import delete, insert, select

from sheetflow.ledger.databases import Database
from sheetflow.ledger.encoding import as_text, from_text
from sheetflow.ledger.sheet_schema import controls
from sheetflow.ledger.troubles import legible
from sheetflow.values import digest


@dataclass(frozen=True, slots=True)
class Control:
    """The line of one recipe: its tick, and by column what we last wrote beside it.

    `remark` is what it says besides, such as why a tick was not followed.
    """

    recipe: str
    ticked: bool
    said: Mapping[str, str] = field(default_factory=dict)
    remark: str = ""


@dataclass(frozen=True)
class Controls:
    """The lines of one table in an open ledger. `place` names the table, wherever it is.

    All methods raise LedgerError if the ledger fails.
    """

    database: Database
    chapter: str
    place: str

    def all(self) -> Mapping[str, Control]:
        """Every line, by recipe."""
        c = controls.c
        query = select(c.recipe, c.ticked, c.said, c.remark)
        mine = query.where(c.chapter == self.chapter, c.place == self.place)
        with self.database.reading() as connection, legible():
            return {
                recipe: Control(recipe, ticked, dict(from_text(said)), remark)
                for recipe, ticked, said, remark in connection.execute(mine)
            }

    def keep(self, line: Control) -> None:
        """Keep a line in the place of the one before."""
        name = digest(self.chapter, self.place, line.recipe)
        kept = {
            "digest": name,
            "chapter": self.chapter,
            "place": self.place,
            "recipe": line.recipe,
            "ticked": line.ticked,
            "said": as_text(line.said),
            "remark": line.remark,
        }
        with self.database.writing() as connection:
            connection.execute(delete(controls).where(controls.c.digest == name))
            connection.execute(insert(controls), kept)
