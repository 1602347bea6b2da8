"""How long each page of the dashboard takes over a ledger of a million outcomes.

    python -m bench.pages --outcomes 1000000 --rounds 200

It fills a ledger as a year of campaigning would: ten recipes that each reached every person of a
table once, a run of each of them every day, three in a hundred rows waiting for time or for a
person. Then `sheetflow serve` answers over loopback, one request after the other, each page by
turns, so that what slows the machine slows all of them alike. Besides the time until the answer is
read it tells the processor time of the server (so: on Linux), which others do not lengthen.

Left out are the two pages that read the tables themselves, because what they cost is what planning
costs: a plan made now, and looking for a person by a part of their name.
"""

from __future__ import annotations

import argparse
import json
import re
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles

import requests

from bench.hosting import SAID, processor_seconds, serving
from bench.measuring import Failed
from bench.workspaces import make_workspace
from sheetflow.ledger.encoding import as_text
from sheetflow.ledger.migrations import all_migrations
from sheetflow.ledger.store import Ledger
from sheetflow.tables.handles import keyed
from sheetflow.tables.identity import address_digest
from sheetflow.values import Key, RowRef, digest
from sheetflow.web.naming import Names
from sheetflow.workspace import CHAPTER

RECIPES = 10
DAYS = 365
AT_ONCE = 20_000
"""Lines in one statement while the ledger is filled."""

RECIPE = """\
recipe: Number {number}
about: What number {number} tells everybody.
for_each: person in People
where: everyone
steps:
  - email: person
    template: hello
"""
MESSAGE = "---\nsubject: Hello\n---\nHello {{ person.name }}.\n"


@dataclass(frozen=True)
class Taken:
    """What one page took: seconds until each answer was read, and of the processor for one."""

    seconds: Sequence[float]
    busy: float

    @property
    def told(self) -> str:
        """Median, 95th and 99th in a hundred, and the processor, in milliseconds."""
        marks = quantiles(self.seconds, n=100)
        figures = (median(self.seconds), marks[94], marks[98], self.busy)
        return " | ".join(f"{figure * 1000:.1f}" for figure in figures)


def main(arguments: Sequence[str]) -> int:
    """Fill a ledger, open every page, and say what each took."""
    parser = argparse.ArgumentParser(prog="python -m bench.pages", description=__doc__)
    parser.add_argument("--outcomes", type=int, default=1_000_000, metavar="COUNT")
    parser.add_argument("--rounds", type=int, default=200, metavar="COUNT")
    parser.add_argument("--folder", type=Path, help="Keep the workspace there, and use it again.")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = given.folder or Path(name) / "workspace"
        if not folder.exists():
            fill(folder, given.outcomes)
        with serving(folder) as pid:
            taken = _opened(_address(folder), _pages(folder), given.rounds, pid)
    print("| page | median | p95 | p99 | processor |\n|---|---:|---:|---:|---:|")
    for page, each in taken.items():
        print(f"| {page} | {each.told} |")
    return 0


def fill(folder: Path, outcomes: int) -> None:
    """A workspace of a few people whose ledger remembers that many outcomes of many more."""
    make_workspace(folder, 10, "csv", 0)
    (folder / "recipes" / "templates").mkdir(exist_ok=True)
    (folder / "recipes" / "templates" / "hello.md").write_text(MESSAGE, "utf-8")
    for number in range(RECIPES):
        (folder / "recipes" / f"r{number}.yaml").write_text(RECIPE.format(number=number), "utf-8")
    path = folder / "sheetflow.db"
    with Ledger.open(path) as ledger:
        salt = ledger.salt
    connection = sqlite3.connect(path, isolation_level=None)
    for statement in ("PRAGMA synchronous=OFF", "PRAGMA cache_size=-200000", "BEGIN"):
        connection.execute(statement)
    for table, lines in _tables(outcomes // RECIPES, salt).items():
        for some in _in_parts(lines):
            columns = ", ".join(some[0])
            marks = ", ".join(f":{column}" for column in some[0])
            connection.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", some)
    for statement in _kept_counts():
        connection.execute(statement)
    connection.execute("COMMIT")
    connection.close()


def _kept_counts() -> Iterator[str]:
    """How a ledger from before gets the counts and look-ups that pages use."""
    (pages,) = (each for each in all_migrations() if each.name == "pages")
    return (each for each in pages.statements if each.startswith("INSERT"))


def _tables(people: int, salt: str) -> Mapping[str, Iterator[dict[str, object]]]:
    """The lines of each table of the ledger."""
    return {
        "runs": _runs(people),
        "records": _records(people),
        "statuses": _statuses(people),
        "identities": _identities(people, salt),
        "contacts": _contacts(people, salt),
        "funnels": _funnels(people),
        "loads": _loads(),
    }


def _run(recipe: int, day: int) -> str:
    return f"20260101-{day:04}-{recipe}"


def _moment(number: int, people: int) -> str:
    """When somebody was written to: everybody within the year, in the order of their numbers."""
    at = _start() + timedelta(days=number * DAYS / people)
    return at.isoformat(timespec="microseconds")


def _start() -> datetime:
    return datetime.now(UTC).replace(hour=8, minute=0, second=0, microsecond=0) - timedelta(DAYS)


def _day(number: int, people: int) -> int:
    return number * DAYS // people


def _word(number: int) -> tuple[str, str, str]:
    """The state, the word and the sentence of a row."""
    match number % 100:
        case 0:
            return "waiting", "Waiting", "quiet hours, goes out tomorrow 08:00"
        case 1:
            return "waiting", "Waiting", f"enough messages this week {number % 7}"
        case 2:
            return "waiting", "Needs you", '"Email" holds two addresses'
        case 3 if number % 1000 == 3:
            return "not known", "Not sure", f"Check with Person {number}, then tick Send again?"
        case _:
            return "done", "Sent", ""


def _records(people: int) -> Iterator[dict[str, object]]:
    for recipe in range(RECIPES):
        for number in range(people):
            state, word, status = _word(number)
            at = _moment(number, people)
            key = Key(CHAPTER, f"r{recipe}", "email", "People", f"p{number:07}")
            yield {
                "digest": key.digest,
                "chapter": CHAPTER,
                "recipe": f"r{recipe}",
                "step": "email",
                "table_name": "People",
                "row_id": key.row,
                "occasion": "",
                "state": state,
                "action": "email",
                "content": key.digest,
                "who": f"Person {number}",
                "word": word,
                "status": status,
                "reference": f"<{key.digest}@example.org>",
                "gives": "{}",
                "cells": "{}",
                "data": "{}",
                "since": at,
                "at": at,
                "retry_at": at if word == "Waiting" else None,
                "attempt": int(state != "waiting"),
                "told": 1,
                "run": _run(recipe, _day(number, people)),
            }


def _statuses(people: int) -> Iterator[dict[str, object]]:
    for recipe in range(RECIPES):
        for number in range(people):
            _, word, status = _word(number)
            row = f"p{number:07}"
            yield {
                "digest": digest(CHAPTER, "People", f"r{recipe}", row),
                "chapter": CHAPTER,
                "table_name": "People",
                "row_id": row,
                "recipe": f"r{recipe}",
                "word": word,
                "status": status,
                "at": _moment(number, people),
            }


def _identities(people: int, salt: str) -> Iterator[dict[str, object]]:
    for number in range(people):
        row = f"p{number:07}"
        marks = {"name": digest(salt, row), "email": address_digest(_email(number), salt)}
        yield {
            "digest": digest(CHAPTER, "People", row),
            "chapter": CHAPTER,
            "table_name": "People",
            "row_id": row,
            "marks": as_text(marks),
        }


def _contacts(people: int, salt: str) -> Iterator[dict[str, object]]:
    for recipe in range(RECIPES):
        for number in range(people):
            if _word(number)[0] == "done":
                key = Key(CHAPTER, f"r{recipe}", "email", "People", f"p{number:07}")
                yield {
                    "digest": key.digest,
                    "whom": keyed(salt, _email(number)),
                    "channel": "email",
                    "kind": "relationship",
                    "at": _moment(number, people),
                }


def _runs(people: int) -> Iterator[dict[str, object]]:
    each = people / DAYS
    for recipe in range(RECIPES):
        for day in range(DAYS):
            at = (_start() + timedelta(days=day, minutes=recipe)).isoformat(timespec="microseconds")
            yield {
                "id": _run(recipe, day),
                "chapter": CHAPTER,
                "recipe": f"r{recipe}",
                "fingerprint": "0",
                "made_at": at,
                "begun_at": at,
                "ended_at": at,
                "summary": json.dumps({"Sent": int(each * 0.96), "Waiting": int(each * 0.02)}),
                "reached": int(each * 0.96),
            }


def _funnels(people: int) -> Iterator[dict[str, object]]:
    for recipe in range(RECIPES):
        for day in range(DAYS):
            found = people * (day + 1) // DAYS
            held = found * 3 // 100
            yield {"run": _run(recipe, day), "matched": found, "held": held, "done": found - held}


def _loads() -> Iterator[dict[str, object]]:
    """Two hundred coaches of one recipe."""
    for number in range(200):
        yield {
            "digest": digest("coach", number),
            "chapter": CHAPTER,
            "recipe": "r3",
            "step": "assign",
            "name": f"Coach {number}",
            "load": number * 7 % 13,
            "room": 10,
            "at": _moment(1, 1),
        }


def _email(number: int) -> str:
    return f"person{number}@example.org"


def _in_parts(lines: Iterator[dict[str, object]]) -> Iterator[list[dict[str, object]]]:
    some: list[dict[str, object]] = []
    for line in lines:
        some.append(line)
        if len(some) == AT_ONCE:
            yield some
            some = []
    if some:
        yield some


def _address(folder: Path) -> str:
    """Where the server says that it is."""
    by = time.monotonic() + 60
    said = folder / SAID
    while time.monotonic() < by:
        found = re.search(r"http://127\.0\.0\.1:\d+", said.read_text("utf-8"))
        if found:
            return found[0]
        time.sleep(0.1)
    raise Failed("the server did not start")


def _pages(folder: Path) -> Mapping[str, str]:
    """Each page by what it is called, and where it is, as the links of pages lead there."""
    with sqlite3.connect(folder / "sheetflow.db") as connection:
        ((people, salt),) = connection.execute(
            "SELECT (SELECT count(*) FROM identities), (SELECT value FROM meta WHERE name='salt')"
        )
    middle = people // 2 // 100 * 100 + 7
    email, row = _email(middle), f"p{middle:07}"
    mark = address_digest(email, salt)
    return {
        "home": "/",
        "waiting": "/waiting",
        "one cause": "/waiting/CAUSE",
        "runs": "/runs",
        "runs of a recipe": "/runs?recipe=r3",
        "run": f"/runs/{_run(3, 200)}",
        "run, one word": f"/runs/{_run(3, 200)}?word=Sent",
        "recipe": "/recipes/r3",
        "person by e-mail": f"/people/email-{keyed(salt, email)}-{mark}",
        "person by row": f"/people/{Names().row_name(RowRef('People', row), salt)}",
        "find a person": "/people",
    }


def _opened(address: str, pages: Mapping[str, str], rounds: int, pid: int) -> dict[str, Taken]:
    """Every page so many times, by turns, in one browser."""
    with requests.Session() as browser:
        home = browser.get(f"{address}/waiting", timeout=60).text
        cause = re.findall(r"/waiting/[0-9a-f]+", home)
        if not cause:
            raise Failed("no cause is told")
        seconds: dict[str, list[float]] = {page: [] for page in pages}
        busy = dict.fromkeys(pages, 0.0)
        for _ in range(rounds + 3):
            for page, path in pages.items():
                url = address + (cause[0] if path.endswith("CAUSE") else path)
                before, began = processor_seconds(pid), time.perf_counter()
                answer = browser.get(url, timeout=60)
                seconds[page].append(time.perf_counter() - began)
                busy[page] += processor_seconds(pid) - before
                if answer.status_code != 200:
                    raise Failed(f"{url} says {answer.status_code}")
        return {page: Taken(taken[3:], busy[page] / len(taken)) for page, taken in seconds.items()}


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Failed as failed:
        sys.exit(f"This could not be measured: {failed}")
