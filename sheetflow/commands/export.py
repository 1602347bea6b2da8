"""`sheetflow export`: what the ledger knows, as a file for a spreadsheet or a program."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sheetflow.commands.files import NEW_FILE, leave_lines
from sheetflow.commands.invocation import Invocation
from sheetflow.commands.moments import moment
from sheetflow.commands.terminal import printable

if TYPE_CHECKING:
    from sheetflow.ledger.records import Record
    from sheetflow.reporting.timeline import Known


@click.command(epilog="Example: sheetflow export done.csv --recipe welcome --since 2026-11-01")
@click.argument("file", required=False, type=NEW_FILE, metavar="[FILE]")
@click.option(
    "--format",
    "form",
    type=click.Choice(["csv", "json"]),
    help="How it is written. Without it: as FILE ends, or else csv.",
)
@click.option("--recipe", default="", metavar="NAME", help="Only what this recipe did.")
@click.option("--since", default="", metavar="MOMENT", help="Only from this day or moment on.")
@click.option("--person", default="", metavar="TEXT", help="Only what concerns this person.")
@click.pass_obj
def export(
    invocation: Invocation,
    file: Path | None,
    form: str | None,
    recipe: str,
    since: str,
    person: str,
) -> None:
    """Write what the ledger knows to FILE, or print it: a line for each thing done or tried.

    No cell of it is a formula, wherever it is opened. What messages said, links and secrets are not
    in it. It changes nothing.
    """
    from sheetflow.reporting.export import as_csv, as_json
    from sheetflow.reporting.timeline import known_as

    workspace = invocation.open_workspace()
    zone = workspace.clock.zone
    start = moment(since, zone, "--since") if since else None
    with workspace.open_session(may_write=False) as session:
        known = known_as(person, session, workspace.settings.with_people) if person else None
        records = _about(known, session.ledger.every(recipe=recipe, since=start))
        form = form or _form_of(file)
        written = as_json if form == "json" else as_csv
        if file is None:
            for line in written(records, zone):
                click.echo(line if form == "csv" else printable(line), nl=False)
        else:
            leave_lines(file, written(records, zone))


def _about(known: Known | None, records: Iterable[Record]) -> Iterator[Record]:
    return (record for record in records if known is None or known.tie(record))


def _form_of(file: Path | None) -> str:
    return "json" if file is not None and file.suffix.lower() == ".json" else "csv"
