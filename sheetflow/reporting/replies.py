"""Answers that people gave by links, in words: what they said, and whether the sheet says so."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import tzinfo
from typing import Any

from sheetflow.ledger.replies import Reply
from sheetflow.reporting.groups import one_line, when

LONGEST = 200
"""Characters of a reason that are told."""


def said(reply: Reply) -> str:
    """What somebody answered, and into which cell it goes."""
    return (
        f"answered “{one_line(reply.label)}” by a link "
        f"({one_line(reply.column)}: {one_line(reply.value)})"
    )


def became(reply: Reply, zone: tzinfo) -> str:
    """What became of an answer."""
    done = when(reply.done_at.astimezone(zone)) if reply.done_at else ""
    why = f": {one_line(reply.says, LONGEST)}" if reply.says else ""
    match reply.state:
        case "written":
            return f"in the sheet since {done}"
        case "overtaken":
            return "a later answer took its place"
        case "settled":
            return f"settled by hand, seen {done}"
        case "kept back":
            return f"not written{why}"
    again = f". Tried again from {when(reply.try_at.astimezone(zone))}" if reply.try_at else ""
    return f"not in the sheet yet{why}{again}"


def facts(reply: Reply, zone: tzinfo) -> Mapping[str, Any]:
    """The same for programs."""
    moments = {"at": reply.at, "done_at": reply.done_at, "tried_again_from": reply.try_at}
    return {
        **{name: at.astimezone(zone).isoformat() if at else "" for name, at in moments.items()},
        "chapter": reply.chapter,
        "recipe": reply.recipe,
        "step": "answer by link",
        "table": reply.ref.table,
        "row": reply.ref.row,
        "who": reply.who,
        "answer": reply.label,
        "column": reply.column,
        "value": reply.value,
        "state": reply.state,
        "says": reply.says,
    }
