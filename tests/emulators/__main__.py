"""`python -m tests.emulators google --port 8801`: an emulator until Ctrl+C."""

from __future__ import annotations

import json
from pathlib import Path

import click

from tests.emulators.exchange_log import ExchangeLog
from tests.emulators.faults import FaultPlan
from tests.emulators.serving import NAMES, load, server

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("name", type=click.Choice(NAMES))
@click.option("--port", default=8801, show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--data", type=FILE, help="What it holds at the start (JSON).")
@click.option("--log", type=click.Path(path_type=Path), help="Append each exchange to this file.")
@click.option("--faults", type=FILE, help="The fault plan (JSON).")
@click.option("--quotas", is_flag=True, help="Refuse what goes beyond the documented quotas.")
@click.option("--coverage", is_flag=True, help="List the methods that are missing, and stop.")
def main(
    name: str,
    port: int,
    host: str,
    data: Path | None,
    log: Path | None,
    faults: Path | None,
    quotas: bool,
    coverage: bool,
) -> None:
    """Serve the emulator NAME."""
    if coverage:
        _say_coverage(name)
        return
    try:
        held = json.loads(data.read_text(encoding="utf-8")) if data else {}
        plan = FaultPlan.from_file(faults) if faults else FaultPlan()
        service = load(name, data=held, quotas=quotas)
    except ValueError as error:
        raise click.ClickException(f"{data or faults}: {error}") from error
    running, _ = server(service, host, port, log=ExchangeLog(log), faults=plan)
    click.echo(f"{name} emulator on http://{host}:{port} (Ctrl+C stops it)")
    running.run()


def _say_coverage(name: str) -> None:
    known, missing = load(name).coverage()
    for one in missing:
        click.echo(f"missing  {one}")
    click.echo(f"{len(known)} methods are served, {len(missing)} are missing")


if __name__ == "__main__":
    main(prog_name="python -m tests.emulators")
