"""A plan as text: what would happen, for whom, and why not for the others.

On a terminal it is a table; elsewhere it is plain lines, for files and for programs that read
aloud. Both say everything in words, and fit into 80 columns.
"""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from sheetflow.reporting.groups import (
    LONGEST_HALT,
    Overview,
    PersonPlan,
    Reason,
    counted,
    listed,
    one_line,
    overview,
    shown,
    when,
)
from sheetflow.values import Change, Entry, Plan, Status

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

NAMED = 8
"""How many people are named for one reason; the page names everybody."""

REASONS = 25
"""How many reasons are told; in a long table nearly every row may have one of its own."""


TICKS = "What a tick would let go out"
LONGEST_ASKED = 400
"""Characters in which it is told what a tick is for."""

UNWRAPPED = 200
"""Columns of a line that goes into a file or a pipe, so that most sentences stay in one."""

AT_ONCE = 1_000
"""How many lines are written together into a file or a pipe."""

ON_A_SCREEN = 200
"""How many people a terminal shows; nobody scrolls further, and a file or a page has them all."""


def plan_summary(plan: Plan) -> str:
    """What a run would do, in two or three sentences."""
    return _summary(overview(plan))


def _summary(found: Overview) -> str:
    plan = found.plan
    lines = [f"{one_line(plan.name)} (recipe {plan.recipe}), planned {when(plan.made_at)}."]
    if plan.halted:
        why = one_line(plan.halted, LONGEST_HALT)
        return "\n".join([*lines, f"Nothing can be done now: {why}"])
    return "\n".join([*lines, in_short(found), *map(one_line, plan.notices)])


def in_short(found: Overview) -> str:
    """How many people it is about, what they would get, how many wait, how many are left out."""
    deeds = [
        counted(found.letters, "message") + _of_them_invitations(found) if found.letters else "",
        f"{counted(found.cells, 'cell')} filled in" if found.cells else "",
    ]
    said = listed(deed for deed in deeds if deed) if any(deeds) else ""
    acted = len(found.acted_on)
    parts = [f"{counted(acted, 'person', 'people')}{': ' + said if said else ''}."]
    if not acted:
        parts = ["Nothing to do." if not found.doubts else "Nothing new to do."]
    if found.doubts:
        parts.append(f"The service is asked about {found.doubts:,} first: it may be done already.")
    for reasons, one, many in (
        (found.waiting, "waits", "wait"),
        (found.left_out, "is left out", "are left out"),
    ):
        if count := _people(reasons):
            parts.append(f"{count:,} {one if count == 1 else many}.")
    return " ".join(parts)


def print_plan(plan: Plan, console: Console | None) -> None:
    """Print the whole plan: a table on a terminal, plain lines elsewhere.

    Without a console, the lines go to stdout as they are.
    """
    if console is not None and console.is_terminal:
        _print_tables(plan, console)
        return
    lines = plan_lines(plan, width=console.width if console else UNWRAPPED)
    file = console.file if console else sys.stdout
    while some := list(islice(lines, AT_ONCE)):
        file.write("\n".join([*some, ""]))


def plan_lines(plan: Plan, *, width: int = 80) -> Iterator[str]:
    """The whole plan as plain lines of at most `width` characters, where words allow it."""
    return (line for text in _lines(plan) for line in _wrapped(text, width))


def _lines(plan: Plan) -> Iterator[str]:
    found = overview(plan)
    yield from _summary(found).splitlines()
    if found.acted_on:
        yield from ("", "WHAT WOULD HAPPEN")
    for person in found.acted_on:
        yield str(person.someone)
        yield from (f"  {step}: {what}" for step, what in _steps(person))
    if plan.asks:
        yield from ("", TICKS.upper())
        yield from (f"{who}: {what}" for who, what in _asked(plan))
    for title, reasons in _kinds(found):
        yield from ("", title.upper())
        for reason in reasons[:REASONS]:
            yield _headline(reason)
            yield f"  {_names(reason)}"
        yield from _untold(reasons)


def _print_tables(plan: Plan, console: Console) -> None:
    from rich.text import Text

    found = overview(plan)
    console.print(Text(_summary(found)))
    if found.acted_on:
        table = _table("What would happen", Who=3, Step=2, What=7)
        for person in found.acted_on[:ON_A_SCREEN]:
            _add(table, str(person.someone), _steps(person))
        console.print(table)
        if (more := len(found.acted_on) - ON_A_SCREEN) > 0:
            people = counted(more, "more person", "more people")
            console.print(Text(f"And {people}. All of them: sheetflow plan --html FILE"))
    if plan.asks:
        table = _table(TICKS, Who=3, What=9)
        for who, what in islice(_asked(plan), ON_A_SCREEN):
            table.add_row(Text(who), Text(what))
        console.print(table)
    for title, reasons in _kinds(found):
        table = _table(title, People=2, Why=6, Who=6)
        for reason in reasons[:REASONS]:
            count = f"{len(reason.people):,}"
            table.add_row(count, _coloured(reason), Text(_names(reason)))
        console.print(table)
        for line in _untold(reasons):
            console.print(Text(line))


def _asked(plan: Plan) -> Iterator[tuple[str, str]]:
    """What waits for a tick: whose row, and what exactly would be done."""
    for row, asked in plan.asks.items():
        yield one_line(asked.who) or one_line(row), one_line(asked.says, LONGEST_ASKED)


def _table(title: str, **columns: int) -> Table:
    """An empty table; each column with its share of the width."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    table = Table(
        title=Text(f"\n{title}", "bold"), title_justify="left", box=SIMPLE_HEAD, expand=True
    )
    for name, share in columns.items():
        table.add_column(name, overflow="fold", ratio=share)
    return table


def _add(table: Table, who: str, steps: Iterator[tuple[str, str]]) -> None:
    from rich.text import Text

    for number, (step, what) in enumerate(steps):
        table.add_row(Text(who if number == 0 else "", "bold"), Text(step), Text(what))
    table.add_section()


def _coloured(reason: Reason) -> Any:
    from rich.text import Text

    style = "yellow" if reason.word is not None and reason.word.stops else ""
    return Text(_why(reason), style)


def _steps(person: PersonPlan) -> Iterator[tuple[str, str]]:
    for entry, change in person.changes:
        for what in told(entry, change):
            yield entry.action, what
    for entry, noop in person.remarks:
        yield entry.action or "row", str(noop.status)


def told(entry: Entry, change: Change) -> Iterator[str]:
    """What one change would do, a sentence for each thing that somebody could see afterwards."""
    if change.summary:
        yield one_line(change.summary) + (" (asks first: it may be done already)" * entry.doubtful)
    if letter := change.letter:
        yield f'to {one_line(letter["to"])}: "{one_line(letter["subject"])}"'
    elif change.meeting is not None and change.to:
        yield f"to {listed(map(one_line, change.to))}, by the calendar"
    for column, value in change.cells.items():
        yield f"{one_line(column)} becomes {shown(value)} (was {shown(entry.was.get(column))})"


def _kinds(found: Overview) -> Iterator[tuple[str, Sequence[Reason]]]:
    if found.waiting:
        yield "Waits for a person, or for time", found.waiting
    if found.left_out:
        yield "Left out", found.left_out


def _untold(reasons: Sequence[Reason]) -> Iterator[str]:
    rest = reasons[REASONS:]
    if rest:
        about = counted(_people(rest), "person", "people")
        more = counted(len(rest), "more reason")
        yield f"{more}, about {about}. All of them: sheetflow plan --html FILE"


def _headline(reason: Reason) -> str:
    return f"{counted(len(reason.people), 'person', 'people')}: {_why(reason)}"


def _why(reason: Reason) -> str:
    return str(Status(reason.word, reason.text)) if reason.word else reason.text


def _names(reason: Reason) -> str:
    more = len(reason.people) - NAMED
    names = ", ".join(map(str, reason.people[:NAMED]))
    return f"{names} and {more:,} more" if more > 0 else names


def _people(reasons: Sequence[Reason]) -> int:
    return sum(len(reason.people) for reason in reasons)


def _of_them_invitations(found: Overview) -> str:
    return f" ({found.meetings:,} with an invitation)" if found.meetings else ""


def _wrapped(text: str, width: int) -> list[str]:
    if len(text) <= width and text.isprintable():
        return [text.rstrip()]
    indent = " " * (len(text) - len(text.lstrip()))
    wrapped = textwrap.wrap(
        text,
        width,
        subsequent_indent=indent + "    ",
        break_long_words=False,
        break_on_hyphens=False,
    )
    return wrapped or [""]
