"""*Not sure*, answered by a person: it went out, or it did not and is to be sent again."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import tzinfo
from typing import Any

from starlette.responses import Response

from sheetflow.ledger import lines
from sheetflow.ledger.answers import Answer, Answers, Said
from sheetflow.ledger.browsing import was_handed_to_somebody
from sheetflow.ledger.moves import LEFT_OVER
from sheetflow.ledger.records import Record
from sheetflow.reporting.groups import one_line
from sheetflow.tables import statuses
from sheetflow.values import State, Status
from sheetflow.web.pages import moment
from sheetflow.web.sessions import Undo
from sheetflow.web.visit import Refused, Visit

_DIGEST = re.compile(r"[0-9a-f]{32}")
_BACK = re.compile(r"/(?:waiting|people)/[0-9a-z-]{1,120}")
"""The pages on which there are buttons to answer; nobody is led anywhere else."""


def answer(visit: Visit) -> Response:
    """Keep the visitor's answer, and go back to the page that they gave it on."""
    digest, said = visit.path["change"], _said(visit.form.get("answer", ""))
    back = visit.form.get("back", "")
    back = back if _BACK.fullmatch(back) else "/waiting"
    workspace = visit.site.workspace()
    now = workspace.clock.now()
    with workspace.ledger(read_only=False) as ledger:
        with ledger.database.reading() as connection:
            known = lines.read(connection, [digest]).get(digest) if _is_key(digest) else None
            reached = was_handed_to_somebody(connection, digest)
        if known is None:
            raise Refused(404, "There is no such message.")
        status = _status(said, statuses.confirmed(now, reached=reached))
        given = Answer(said, visit.who, now)
        settled = Answers(ledger.database).give(digest, given, status)
    if settled is None:
        return visit.done(back, "This was settled meanwhile. Nothing was changed.", bad=True)
    return visit.done(back, _told(said, one_line(known.who) or "them"), _undo(said, digest, back))


def questions(record: Record) -> str:
    """What a page names the change by, if there is something to answer about it; else nothing."""
    return record.key.digest if record.state is State.NOT_KNOWN else ""


def told(given: Sequence[Answer], zone: tzinfo) -> list[Mapping[str, Any]]:
    """What was answered before, for a page."""
    return [
        {"said": each.said.value, "who": one_line(each.who), "at": moment(each.at, zone)}
        for each in given
    ]


def _is_key(digest: str) -> bool:
    return _DIGEST.fullmatch(digest) is not None


def _said(text: str) -> Said:
    try:
        return Said(text)
    except ValueError:
        raise Refused(400, "Say whether it went out, or is to be sent again.") from None


def _status(said: Said, confirmed: Status) -> Status:
    return {
        Said.WENT_OUT: confirmed,
        Said.AGAIN: statuses.once_more(),
        Said.NOT_SURE: LEFT_OVER,
    }[said]


def _told(said: Said, who: str) -> str:
    return {
        Said.WENT_OUT: f"Kept for {who}: it went out. Their row says so after the next run.",
        Said.AGAIN: f"Kept for {who}: it did not go out. The next run sends it again.",
        Said.NOT_SURE: f"Taken back for {who}: nobody is sure, and nothing is sent again.",
    }[said]


def _undo(said: Said, digest: str, back: str) -> Undo | None:
    """Only what was not done yet can be taken back: what went out never goes out again."""
    if said is not Said.AGAIN:
        return None
    fields = (("answer", Said.NOT_SURE.value), ("back", back))
    return Undo("Do not send it again", f"/unsure/{digest}", fields)
