"""How far a run is: a bar on a terminal, a line for each change everywhere else."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from sheetflow.commands import terminal

if TYPE_CHECKING:
    from sheetflow.values import Outcome, Plan

Progress = Callable[["Outcome", int, int], None]


@contextmanager
def shown_progress(plan: Plan) -> Iterator[Progress]:
    """What a run may call after each entry, from any thread. It never raises."""
    console = terminal.remarks()
    if not console.is_terminal:
        yield _lines()
        return
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
    from rich.progress import Progress as Bar

    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}", markup=False))
    with Bar(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=len(plan.entries))

        def show(outcome: Outcome, count: int, total: int) -> None:
            who = terminal.printable(outcome.entry.who)
            bar.update(task, completed=count, total=total, description=who)

        yield show


def _lines() -> Progress:
    lock = threading.Lock()

    def show(outcome: Outcome, count: int, total: int) -> None:
        with lock, suppress(OSError):  # that nobody reads along is no reason to stop
            terminal.remark(f"{count} of {total}: {outcome.entry.who}: {outcome.status}")

    return show
