"""Answers given by links, as the dashboard's pages tell them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import tzinfo
from typing import TYPE_CHECKING, Any

from sheetflow.ledger.replies import Reply, open_replies, replies_of
from sheetflow.reporting.groups import one_line
from sheetflow.reporting.replies import became, said
from sheetflow.values import RowRef
from sheetflow.web.pages import moment, recipe_path
from sheetflow.web.visit import Visit
from sheetflow.workspace import CHAPTER

if TYPE_CHECKING:
    from sqlalchemy import Connection

ON_A_PAGE = 100


def not_in_the_sheet(
    visit: Visit, connection: Connection, salt: str, zone: tzinfo
) -> list[dict[str, Any]]:
    """Every answer that the sheet does not say yet, the oldest first."""
    found = open_replies(connection, CHAPTER)
    return [_told(each, visit, salt, zone) for each in found]


def events(
    connection: Connection, rows: Iterable[RowRef], whom: str, zone: tzinfo
) -> list[tuple[Any, dict[str, Any]]]:
    """A person's answers and those about their rows, as lines of their page: when, and what."""
    rows = set(rows)
    return [
        (each.at, _event(each, "" if each.ref in rows else f"about {one_line(each.ref.row)}", zone))
        for each in replies_of(connection, rows, [whom])
    ]


def _told(reply: Reply, visit: Visit, salt: str, zone: tzinfo) -> dict[str, Any]:
    return {
        "who": one_line(reply.who) or one_line(reply.ref.row),
        "path": f"/people/{visit.site.names.row_name(reply.ref, salt)}",
        "said": said(reply),
        "became": became(reply, zone),
        "at": moment(reply.at, zone),
        "recipe": reply.recipe,
        "recipe_path": recipe_path(reply.recipe),
    }


def _event(reply: Reply, tie: str, zone: tzinfo) -> dict[str, Any]:
    return {
        "became": f"{one_line(reply.who)} {said(reply)}".strip(),
        "at": moment(reply.at, zone),
        "recipe": reply.recipe,
        "recipe_path": recipe_path(reply.recipe),
        "step": became(reply, zone),
        "tie": tie,
        "run": "",
        "again": None,
        "attempt": 1,
        "letters": (),
        "unsure": (),
        "answers": (),
    }
