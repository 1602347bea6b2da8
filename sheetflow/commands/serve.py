"""`sheetflow serve`: run recipes by themselves, until it is told to stop."""

from __future__ import annotations

import os
import queue
import signal
import sys
import threading
from typing import TYPE_CHECKING

import click

from sheetflow.commands import terminal
from sheetflow.commands.invocation import Invocation

if TYPE_CHECKING:
    from sheetflow.hosting.journal import Form
    from sheetflow.hosting.serving import Serving

AT_ONCE = 130
PORT = 8484


@click.command(epilog="Example: sheetflow serve --log json")
@click.option("--host", default="127.0.0.1", metavar="NAME", help="Where to answer monitors.")
@click.option("--port", default=PORT, metavar="NUMBER", help=f"Without it: {PORT}.")
@click.option(
    "--log", "form", type=click.Choice(["text", "json"]), default="text", help="How to log."
)
@click.pass_context
def serve(ctx: click.Context, host: str, port: int, form: Form) -> None:
    """Run each recipe that is switched on when its schedule says, until it is told to stop.

    What happens is logged on stderr, a line for each event, without names or addresses. Recipes
    and settings are read anew for each run. Two of it may run at once, also beside sheetflow run
    --due: each due time is still once. Monitors ask /healthz, /readyz and /metrics, from this
    machine only.

    Ctrl-C, or a SIGTERM: what is being handed over is finished, the sheet is told, and the exit
    code is 0. A second one stops at once.
    """
    from sheetflow.hosting.endpoints import Endpoints, application

    serving = _serving(ctx.ensure_object(Invocation), form)
    endpoints = Endpoints(application(serving), host, port)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, _frame: serving.signals.put(number))
    worker = threading.Thread(target=serving.work, name="rounds", daemon=True)
    endpoints.start()
    terminal.tell(f"Sheetflow is at {endpoints.address}; Ctrl-C stops it.")
    serving.journal.say("started", at_address=endpoints.address, process=os.getpid())
    worker.start()
    in_order = serving.oversee(worker)
    endpoints.stop()
    serving.overseer.close()
    serving.journal.say("stopped", in_order=in_order)
    if not in_order:
        sys.stdout.flush()
        os._exit(AT_ONCE)  # its threads are in the middle of something: end as if killed


def _serving(invocation: Invocation, form: Form) -> Serving:
    """A scheduler for the workspace. Raises SetupError if its settings are wrong."""
    from sheetflow.clock import Clock
    from sheetflow.hosting.health import Health
    from sheetflow.hosting.journal import Journal
    from sheetflow.hosting.overseer import Overseer
    from sheetflow.hosting.roster import Roster
    from sheetflow.hosting.rounds import Rounds
    from sheetflow.hosting.serving import Serving

    roster = Roster(invocation.workspace_folder(), Clock())
    clock = Clock().in_zone(roster.look().zone)
    journal = Journal(sys.stderr, clock, form)
    overseer = Overseer(clock, journal, Health(clock.now()))
    signals: queue.SimpleQueue[int] = queue.SimpleQueue()
    rounds = Rounds(roster, clock, journal)
    return Serving(rounds, overseer, clock, journal, signals=signals)
