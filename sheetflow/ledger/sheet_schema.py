"""The ledger's tables for what is asked and answered in the sheet, as the migrations leave them."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, String, Table

from sheetflow.ledger.schema import Moment, Words, metadata

asks = Table(
    "asks",
    metadata,
    Column("digest", String(32), primary_key=True),
    *(
        Column(name, Words, nullable=False)
        for name in ("chapter", "recipe", "table_name", "row_id", "sentence", "changes")
    ),
    Column("asked_at", Moment, nullable=False),
    Column("given_at", Moment),
)
Index("asks_of_a_table", asks.c.chapter, asks.c.table_name)

controls = Table(
    "controls",
    metadata,
    Column("digest", String(32), primary_key=True),
    *(Column(name, Words, nullable=False) for name in ("chapter", "place", "recipe")),
    Column("ticked", Boolean, nullable=False),
    *(Column(name, Words, nullable=False) for name in ("said", "remark")),
)
Index("controls_of_a_place", controls.c.chapter, controls.c.place)

errands = Table(
    "errands",
    metadata,
    Column("digest", String(32), primary_key=True),
    *(Column(name, Words, nullable=False) for name in ("chapter", "name", "schedule")),
    Column("due_at", Moment, nullable=False),
    Column("last_at", Moment),
)
