"""`sheetflow serve`: run recipes by themselves, until it is told to stop."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from sheetflow.commands import terminal
from sheetflow.commands.invocation import Invocation

if TYPE_CHECKING:
    from sheetflow.hosting.journal import Form
    from sheetflow.hosting.serving import Serving
    from sheetflow.organizing.attending import Attending
    from sheetflow.secrets import Secret

AT_ONCE = 130
OVERSEE = 60.0
"""Seconds between two looks whether it is over, where only links are answered."""
PORT = 8484


@click.command(epilog="Example: sheetflow serve --log json")
@click.option("--host", default="127.0.0.1", metavar="ADDRESS", help="Where to listen.")
@click.option("--port", default=PORT, metavar="NUMBER", help=f"Without it: {PORT}.")
@click.option(
    "--name",
    "names",
    multiple=True,
    metavar="NAME",
    help="A name under which browsers reach it, such as flow.example.org.",
)
@click.option(
    "--proxy-header", default="", metavar="HEADER", help="Where a reverse proxy here names users."
)
@click.option(
    "--log", "form", type=click.Choice(["text", "json"]), default="text", help="How to log."
)
@click.option(
    "--answers-only",
    is_flag=True,
    help="Answer the links in mails and calls of services; run nothing, show no dashboard.",
)
@click.pass_context
def serve(
    ctx: click.Context,
    host: str,
    port: int,
    names: Sequence[str],
    proxy_header: str,
    form: Form,
    answers_only: bool,
) -> None:
    """Run each recipe that is switched on when its schedule says, until it is told to stop.

    What happens is logged on stderr, a line for each event, without names or addresses. Recipes
    and settings are read anew for each run. Two of it may run at once, also beside sheetflow run
    --due: each due time is still once. Monitors ask /healthz and /readyz from anywhere, and from
    this machine, or with the token of monitor_token, why it is not well, and /metrics.

    The dashboard is at the same address. From this machine it needs no login until there are users
    (sheetflow user); to be reached from others it needs them.

    With --answers-only it is there for those who run recipes in another way, such as by cron: links
    in mails work, also while nothing runs, and what people answer waits for the next run.

    Ctrl-C, or a SIGTERM: what is being handed over is finished, the sheet is told, and the exit
    code is 0. A second one stops at once.
    """
    from sheetflow.hosting.endpoints import PATHS, Endpoints, application
    from sheetflow.hosting.hearing import Hearing
    from sheetflow.web.access import Access
    from sheetflow.web.app import beside, make_app

    invocation = ctx.ensure_object(Invocation)
    if answers_only:
        _answer_only(invocation, host, port)
        return
    access = Access(host, frozenset(names), proxy_header)
    serving = _serving(invocation, form)
    hearing = Hearing(serving.clock, serving.rounds.tally, serving.hurry)
    dashboard = make_app(invocation.workspace_folder(), access=access, hearing=hearing)
    app = beside(dashboard, application(serving, _token(serving)), PATHS)
    endpoints = Endpoints(app, host, port, has_login=True)
    worker = threading.Thread(target=serving.work, name="rounds", daemon=True)
    attending = _attending(serving)
    with serving.bell.signalled((signal.SIGINT, signal.SIGTERM)):
        endpoints.start()
        terminal.tell(f"Sheetflow is at {endpoints.address}; Ctrl-C stops it.")
        serving.journal.say("started", at_address=endpoints.address, process=os.getpid())
        worker.start()
        attending.begin()
        if not serving.oversee(worker):
            sys.stdout.flush()
            os._exit(AT_ONCE)  # its threads are in the middle of something: end as if killed
        endpoints.stop()
        attending.end()
    hearing.close()
    serving.overseer.close()
    serving.bell.close()
    serving.journal.say("stopped")


def _answer_only(invocation: Invocation, host: str, port: int) -> None:
    """Answer links until it is told to stop."""
    from sheetflow.hosting.bell import Bell
    from sheetflow.hosting.endpoints import PATHS, Endpoints, only_there
    from sheetflow.web.app import beside, make_public_app

    folder = invocation.workspace_folder()
    invocation.open_workspace()  # what is wrong with its settings is told before it answers
    app = beside(make_public_app(folder), only_there(), PATHS)
    endpoints, bell = Endpoints(app, host, port, has_login=True), Bell()
    with bell.signalled((signal.SIGINT, signal.SIGTERM)):
        endpoints.start()
        terminal.tell(f"Sheetflow answers links at {endpoints.address}; Ctrl-C stops it.")
        while bell.heard(OVERSEE) is None:
            pass
        endpoints.stop()
    bell.close()


def _attending(serving: Serving) -> Attending:
    """Whoever looks after the control table, and sends the digest."""
    from sheetflow.organizing.attending import attending

    rounds = serving.rounds
    return attending(rounds.roster, serving.clock, serving.journal)


def _token(serving: Serving) -> Secret | None:
    """The token of monitors elsewhere, if there is one. Raises SetupError if it cannot be had."""
    from sheetflow.hosting.sight import must_be_long
    from sheetflow.secrets import find_secret

    workspace = serving.rounds.roster.look().workspace
    source = workspace.settings.hosting.monitor_token
    return must_be_long(find_secret(source, folder=workspace.folder)) if source else None


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
    rounds = Rounds(roster, clock, journal)
    return Serving(rounds, overseer, clock, journal)
