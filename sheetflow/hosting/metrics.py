"""What `/metrics` says, in the text format of Prometheus (version 0.0.4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from sqlalchemy import func, select

from sheetflow.hosting.tally import Tally
from sheetflow.ledger.databases import Database
from sheetflow.ledger.schema import STOPPED, statuses
from sheetflow.ledger.ticks import Tick
from sheetflow.network.bill import Bill

Stopped = Mapping[tuple[str, str], int]
"""How many rows of a recipe say a word that waits for a person or for time."""

Sample = tuple[Mapping[str, str], float]


def stopped_rows(database: Database, chapter: str) -> Stopped:
    """How many rows wait, need somebody or are in doubt, by recipe and word. Raises LedgerError."""
    s = statuses.c
    query = select(s.recipe, s.word, func.count().label("rows"))
    query = query.where(s.chapter == chapter, STOPPED).group_by(s.recipe, s.word)
    with database.reading() as connection:
        return {(line.recipe, line.word): line.rows for line in connection.execute(query)}


def page(
    tally: Tally,
    bill: Bill,
    ticks: Iterable[Tick],
    stopped: Stopped,
    *,
    healthy: bool,
    now: datetime,
) -> str:
    """All figures of this process and of its ledger."""
    known = sorted(ticks, key=lambda tick: tick.recipe)
    families = [
        _family("healthy", "gauge", "1 while all is well, else 0.", [({}, float(healthy))]),
        *_of_runs(tally),
        *_of_services(bill),
        _family(
            "hooks_total",
            "counter",
            "Calls of services at /hooks, by what became of them.",
            [({"connection": c, "how": h}, n) for (c, h), n in sorted(tally.calls.items())],
        ),
        *_of_ticks(known, now),
        _family(
            "rows",
            "gauge",
            "Rows that wait for a person or for time, by what they say.",
            [({"recipe": r, "word": w}, n) for (r, w), n in sorted(stopped.items())],
        ),
    ]
    return "".join(families)


def _of_runs(tally: Tally) -> Iterator[str]:
    runs = [({"recipe": r, "how": how}, n) for (r, how), n in sorted(tally.runs.items())]
    yield _family("runs_total", "counter", "Runs that the clock began, by how they ended.", runs)
    words = [({"recipe": r, "word": word}, n) for (r, word), n in sorted(tally.words.items())]
    yield _family("outcomes_total", "counter", "Outcomes of steps, by the word told.", words)
    late = [({"recipe": r}, seconds) for r, seconds in sorted(tally.late.items())]
    yield _family("begun_late_seconds", "gauge", "How late the latest run began.", late)


def _of_services(bill: Bill) -> Iterator[str]:
    asked = [
        ({"service": s, "nature": n}, count) for (s, n), count in sorted(bill.requests.items())
    ]
    yield _family("requests_total", "counter", "Requests to services.", asked)
    faults = [
        ({"service": s, "meaning": m}, count) for (s, m), count in sorted(bill.faults.items())
    ]
    about = "Requests that were turned down; too fast is an answer 429 or the like."
    yield _family("requests_turned_down_total", "counter", about, faults)


def _of_ticks(ticks: Iterable[Tick], now: datetime) -> Iterator[str]:
    lag, due = [], []
    for tick in ticks:
        recipe, owed = {"recipe": tick.recipe}, tick.owed(now)
        lag.append((recipe, max((now - owed).total_seconds(), 0.0) if owed else 0.0))
        if tick.due_at is not None:
            due.append((recipe, tick.due_at.timestamp()))
    yield _family("due_lag_seconds", "gauge", "How long a run has been owed; 0 for none.", lag)
    yield _family("next_due_timestamp_seconds", "gauge", "When a recipe is due next.", due)


def _family(name: str, kind: str, about: str, samples: Iterable[Sample]) -> str:
    whole = f"sheetflow_{name}"
    lines = [f"# HELP {whole} {about}", f"# TYPE {whole} {kind}"]
    lines += [f"{whole}{_labels(labels)} {float(value)!r}" for labels, value in samples]
    return "\n".join(lines) + "\n"


def _labels(labels: Mapping[str, str]) -> str:
    inside = ",".join(f'{name}="{_escaped(value)}"' for name, value in labels.items())
    return f"{{{inside}}}" if inside else ""


def _escaped(value: str) -> str:
    """Backslash, quote and end of line, as the format wants them; no half characters."""
    plain = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return plain.encode("utf-8", "replace").decode("utf-8")
