"""Of what somebody was alerted, so that they hear of it once and not again until it is well."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from sheetflow.ledger.databases import Database
from sheetflow.ledger.inserting import insert_into
from sheetflow.ledger.schema import incidents
from sheetflow.values import digest


@dataclass(frozen=True)
class Incidents:
    """The incidents of one chapter in an open ledger, each by what it is about.

    All methods raise LedgerError if the ledger fails.
    """

    database: Database
    chapter: str

    def begin(self, what: str, at: datetime) -> bool:
        """Note that somebody is alerted of it now; False if somebody was already."""
        line = {"name": digest(self.chapter, what), "what": what, "since": at}
        with self.database.writing() as connection:
            made = insert_into(connection, incidents).values(line).on_conflict_do_nothing()
            return connection.execute(made.returning(incidents.c.name)).first() is not None

    def end(self, what: str) -> bool:
        """Note that it is well again; whether anybody had been alerted of it."""
        gone = delete(incidents).where(incidents.c.name == digest(self.chapter, what))
        with self.database.writing() as connection:
            return bool(connection.execute(gone).rowcount)

    def open(self) -> Mapping[str, datetime]:
        """What somebody was alerted of and is not well yet, and since when."""
        query = select(incidents.c.name, incidents.c.what, incidents.c.since)
        with self.database.reading() as connection:
            found = connection.execute(query).all()
        return {what: at for name, what, at in found if name == digest(self.chapter, what)}
