"""What was measured, as the tables of bench/README.md: ratios first, because machines differ."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator, Sequence
from datetime import date

from bench.jobs import OURS, Result
from bench.measuring import middle, ratio

MARK = "<!-- measured by python -m bench; what is above this line is written by hand -->"


def written(readme: str, results: Sequence[Result], today: date, rounds: int) -> str:
    """The page with everything below its mark replaced by these results."""
    above, _, _ = readme.partition(MARK)
    return "\n".join([above.rstrip(), "", MARK, "", *tables(results, today, rounds), ""])


def tables(results: Sequence[Result], today: date, rounds: int) -> Iterator[str]:
    """The lines of all tables."""
    yield f"Measured on {today} on {machine()}."
    yield from _how_often(results, rounds)
    jobs = [result for result in results if "python -c pass" not in result.runs]
    starts = [result for result in results if "python -c pass" in result.runs]
    yield from ("", "## Ratios", "")
    yield "| job | rows | table | against | time | processor time | peak memory |"
    yield "|---|---:|---|---|---:|---:|---:|"
    for result in jobs:
        yield from _ratios(result)
    yield from ("", "## Starting", "")
    yield "| command | ms over `python -c pass` | peak MB |"
    yield "|---|---:|---:|"
    yield from (_start(result) for result in starts)
    yield from ("", "## Figures", "")
    yield "| job | rows | table | who | s | rows a second | processor s | peak MB |"
    yield "|---|---:|---|---|---:|---:|---:|---:|"
    for result in jobs:
        yield from _figures(result)


def _how_often(results: Sequence[Result], rounds: int) -> Iterator[str]:
    """How many rounds the figures are from; long jobs have fewer."""
    if rounds == 1:
        yield "Every figure is from one round, in which the contenders took turns."
        return
    yield f"Every figure is the median of {rounds} rounds, in which the contenders took turns."
    once = {result.job.rows for result in results if len(result.runs[OURS]) == 1}
    if once:
        yield f"Tables of {min(once):,} rows or more had one round."


def machine() -> str:
    """Cores, memory and Python, without a name that anybody could be known by."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    system = f"{platform.system()} {platform.machine()}"
    return f"{os.cpu_count()} cores, {memory:.0f} GB, {system}, Python {platform.python_version()}"


def _ratios(result: Result) -> Iterator[str]:
    ours = result.runs[OURS]
    for name, theirs in result.runs.items():
        if name != OURS:
            mine, other = middle(ours), middle(theirs)
            figures = (ratio(ours, theirs), mine.busy / other.busy, mine.peak / other.peak)
            shown = " | ".join(f"{figure:.2f}" for figure in figures)
            yield f"| {_job(result)} | {name} | {shown} |"


def _start(result: Result) -> str:
    ours, nothing = middle(result.runs[OURS]), middle(result.runs["python -c pass"])
    over = 1000 * (ours.seconds - nothing.seconds)
    return f"| `{result.job.name}` | {over:.0f} | {_megabytes(ours.peak)} |"


def _figures(result: Result) -> Iterator[str]:
    for name, runs in result.runs.items():
        found = middle(runs)
        speed = f"{result.job.rows / found.seconds:,.0f}"
        peak = _megabytes(found.peak)
        yield (
            f"| {_job(result)} | {name} | {found.seconds:.2f} | {speed} "
            f"| {found.busy:.2f} | {peak} |"
        )


def _job(result: Result) -> str:
    return f"{result.job.name} | {result.job.rows:,} | {result.job.kind}"


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.0f}"
