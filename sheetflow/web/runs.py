"""The runs, and one run with every row it was the last to touch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from starlette.responses import Response

from sheetflow.ledger import browsing
from sheetflow.ledger.browsing import Place
from sheetflow.ledger.records import STATUS_STEP, Record
from sheetflow.reporting.groups import one_line, shown
from sheetflow.values import Word
from sheetflow.web.home import in_words, told_run
from sheetflow.web.letters import Letters
from sheetflow.web.pages import moment, page, recipe_path
from sheetflow.web.visit import Refused, Visit

if TYPE_CHECKING:
    from sqlalchemy import Connection

ON_A_PAGE = 50
AT_FIRST = 20
"""How many rows of each word a run's page shows before somebody asks for one word."""


def runs(visit: Visit) -> Response:
    """The latest runs, and the way to those before them."""
    workspace = visit.site.workspace()
    recipe, before = visit.asked("recipe"), _place(visit.asked("before"))
    with visit.site.reading(workspace) as (connection, _):
        found = browsing.latest_runs(connection, recipe=recipe, limit=ON_A_PAGE + 1, before=before)
    some = found[:ON_A_PAGE]
    return page(
        visit.session,
        "runs.html",
        title="Runs",
        visit=visit,
        recipe=recipe,
        filter=f"&recipe={quote(recipe, safe='')}" if recipe else "",
        runs=[told_run(run, workspace.clock.zone) for run in some],
        more=_named((some[-1].begun_at, some[-1].id)) if len(found) > ON_A_PAGE else "",
    )


def run(visit: Visit) -> Response:
    """What a run did, by what became of it; or all of one word, page by page."""
    workspace = visit.site.workspace()
    zone = workspace.clock.zone
    with visit.site.reading(workspace) as (connection, salt):
        found = browsing.run_called(connection, visit.path["run"])
        if found is None:
            raise Refused(404, "There was no such run.")
        counts = browsing.words_of_run(connection, found.id)
        wanted = [word for word in browsing.PRESSING if word.value == visit.asked("word")]
        limit = ON_A_PAGE if wanted else AT_FIRST
        after = _place(visit.asked("after")) if wanted else None
        letters = Letters(connection, workspace)
        reader = _Reader(visit, connection, found.id, zone, salt, letters)
        parts = [
            reader.part(word, counts[word.value], limit=limit, after=after)
            for word in wanted or browsing.PRESSING
            if counts.get(word.value)
        ]
    return page(
        visit.session,
        "run.html",
        title=f"Run of {found.recipe}",
        visit=visit,
        id=found.id,
        path=f"/runs/{quote(found.id, safe='')}",
        recipe=found.recipe,
        recipe_path=recipe_path(found.recipe),
        began=moment(found.begun_at, zone),
        ended=moment(found.ended_at, zone) if found.ended_at else None,
        words=in_words(found),
        reached=found.reached,
        parts=parts,
        one_word=wanted[0].value if wanted else "",
        are_kept=letters.are_kept,
    )


class _Reader:
    """Reads the rows of one run for one visitor."""

    def __init__(
        self,
        visit: Visit,
        connection: Connection,
        run: str,
        zone: tzinfo,
        salt: str,
        letters: Letters,
    ) -> None:
        self._letters = letters
        self._visit, self._connection, self._run = visit, connection, run
        self._zone, self._salt = zone, salt

    def part(self, word: Word, count: int, *, limit: int, after: Place | None) -> Mapping[str, Any]:
        """The rows of one word, and where they go on."""
        found = browsing.of_run(
            self._connection, self._run, word.value, limit=limit + 1, after=after
        )
        some = found[:limit]
        last = (some[-1].at, some[-1].key.digest) if some else None
        letters = self._letters.of(some, run=self._run)
        return {
            "word": word.value,
            "anchor": word.value.lower().replace(" ", "-"),
            "count": f"{count:,}",
            "rows": [self._row(record, letters.get(record.key.digest, ())) for record in some],
            "more": _named(last) if len(found) > limit and last else "",
        }

    def _row(self, record: Record, letters: Sequence[Any]) -> dict[str, Any]:
        name = self._visit.site.names.row_name(record.key.ref, self._salt)
        told = told_record(record, self._zone)
        return {"path": f"/people/{name}", "letters": letters, **told}


def told_record(record: Record, zone: tzinfo) -> dict[str, Any]:
    """What became of one change, for pages."""
    told = record.key.step == STATUS_STEP
    return {
        "who": one_line(record.who) or one_line(record.key.row),
        "recipe": record.key.recipe,
        "recipe_path": recipe_path(record.key.recipe),
        "step": "row told" if told else one_line(record.key.step),
        "became": one_line(record.status or record.state.value),
        "at": moment(record.at, zone),
        "again": moment(record.retry_at, zone) if record.retry_at else None,
        "attempt": record.attempt,
        "reference": one_line(record.reference, 120),
        "untold": not record.told,
        "run": f"/runs/{quote(record.run, safe='')}" if record.run else "",
        "cells": [
            {"column": one_line(column), "value": shown(value)}
            for column, value in list(record.cells.items())[:20]
        ],
    }


def _named(place: Place) -> str:
    return quote(f"{place[0].isoformat()}_{place[1]}", safe="")


def _place(text: str) -> Place | None:
    """Where a page goes on. Raises Refused for what no page of ours says."""
    if not text:
        return None
    at, _, name = text.partition("_")
    try:
        found = datetime.fromisoformat(at)
    except ValueError:
        raise Refused(400, "This address was cut short. Go back, and try again.") from None
    if found.tzinfo is None or not name:
        raise Refused(400, "This address was cut short. Go back, and try again.")
    return found, name
