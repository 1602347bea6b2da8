"""How far a run is: a bar on a terminal, a line for each change everywhere else."""

from __future__ import annotations

import itertools
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from sheetflow.commands import terminal

if TYPE_CHECKING:
    from sheetflow.runner.course import Progress
    from sheetflow.values import Outcome, Plan


@contextmanager
def shown_progress(plan: Plan) -> Iterator[Progress]:
    """What a run may call after each entry, from any thread. It never raises."""
    console = terminal.remarks_on_screen()
    total = len(plan.changes)
    if console is None or not console.is_terminal:
        yield _lines(total)
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress as Bar, TextColumn

    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}", markup=False))
    with Bar(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=total)

        def show(outcome: Outcome, _count: int, _all: int) -> None:
            who = terminal.printable(outcome.entry.who)
            bar.update(task, advance=outcome.entry.change is not None, description=who)

        yield show


def _lines(total: int) -> Progress:
    lock, numbers = threading.Lock(), itertools.count(1)

    def show(outcome: Outcome, _count: int, _all: int) -> None:
        if outcome.entry.change is None:
            return
        with lock, suppress(OSError):  # that nobody reads along is no reason to stop
            entry = outcome.entry
            line = f"{next(numbers)} of {total}: {entry.who}: {outcome.status}"
            print(terminal.printable(line), file=sys.stderr)

    return show
