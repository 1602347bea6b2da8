"""What is measured: each job by several contenders, in turn, on fresh copies of one workspace."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bench.measuring import ROOT, Failed, Measured, measure
from bench.sink import Sink

OURS = "Sheetflow"
Command = Callable[[Path], Sequence[str]]
"""What is called in a workspace."""


@dataclass(frozen=True)
class Job:
    """One thing to do with a table of so many rows, and who does it how; Sheetflow is the first.

    `limit` names the contender that shows what could be had at all. `mails` says that the sink must
    have got one for each row; it answers each `late` milliseconds after its last byte.
    """

    name: str
    rows: int
    kind: str
    contenders: Mapping[str, Command]
    limit: str = ""
    mails: bool = False
    late: int = 0


@dataclass(frozen=True)
class Result:
    """A job and what was measured, by contender."""

    job: Job
    runs: Mapping[str, Sequence[Measured]]


def perform(job: Job, folder: Path, sink: Sink, rounds: int) -> Result:
    """Do a job `rounds` times by each contender in turn. Raises Failed if one did not do it."""
    fresh = folder / f"{job.kind}-{job.rows}-{'smtp' if job.mails else 'outbox'}"
    if job.rows and not fresh.exists():
        port = str(sink.port if job.mails else 0)
        make = [sys.executable, "-m", "bench.workspaces", str(fresh), str(job.rows), job.kind, port]
        subprocess.run(make, cwd=ROOT, check=True)
    sink.answer_after(job.late)
    runs: dict[str, list[Measured]] = {name: [] for name in job.contenders}
    for _ in range(rounds):
        for name, command in job.contenders.items():
            runs[name].append(_once(job, command, fresh, folder / "work", sink))
    return Result(job, runs)


def _once(job: Job, command: Command, fresh: Path, work: Path, sink: Sink) -> Measured:
    if fresh.exists():
        shutil.copytree(fresh, work)
    try:
        found = measure(command(work))
        if job.mails and (count := sink.count()) != job.rows:
            raise Failed(f"{job.name}: {count} mails arrived, not {job.rows}")
        return found
    finally:
        shutil.rmtree(work, ignore_errors=True)


def all_jobs(
    sizes: Sequence[int], mails: int, port: int, *, late: Sequence[int], late_mails: int
) -> Iterator[Job]:
    """Every job, at each size where that makes sense; `late` are milliseconds."""
    yield from starting()
    for kind in ("csv", "xlsx"):
        for rows in sizes:
            plain = {"templates alone": _plain("render", kind, 0)}
            yield Job("plan", rows, kind, {OURS: _sheetflow("plan", "welcome"), **plain})
        for rows in sizes:
            plain = {"plain script": _plain("outbox", kind, 0)}
            run = _sheetflow("run", "welcome", "--yes")
            yield Job("run to outbox", rows, kind, {OURS: run, **plain})
    yield sending(mails, port)
    for milliseconds in late:
        yield answered_late(late_mails, port, milliseconds)


def starting() -> Iterator[Job]:
    """Commands that have next to nothing to do, over a Python that has nothing at all to do."""
    nothing: Command = lambda _: [sys.executable, "-c", "pass"]  # noqa: E731 - a command, not a def
    for name, command in (
        ("--help", _module("--help")),
        ("check", _sheetflow("check")),
        ("plan", _sheetflow("plan", "welcome")),
    ):
        yield Job(name, 3, "csv", {OURS: command, "python -c pass": nothing})


def sending(mails: int, port: int) -> Job:
    """The same mails to a mail server by us, by the plain script, and by sockets alone."""
    return Job(
        "run to SMTP",
        mails,
        "csv",
        {
            OURS: _sheetflow("run", "welcome", "--yes"),
            "plain script": _plain("send", "csv", port),
            "bare job with a memory": _remembering(port),
            "bare job": _bare("job", port),
            "bare wire": _bare("wire", port),
        },
        limit="bare wire",
        mails=True,
    )


def answered_late(mails: int, port: int, milliseconds: int) -> Job:
    """The same to a mail server that takes its time over each mail, as real ones do."""
    whole = sending(mails, port)
    others = {name: found for name, found in whole.contenders.items() if name != whole.limit}
    name = f"{whole.name}, each answered after {milliseconds} ms"
    return replace(whole, name=name, contenders=others, limit="", late=milliseconds)


def reading(rows: int) -> Job:
    """A plan of a very large table, for its memory and for what grows faster than the table."""
    plain = {"templates alone": _plain("render", "csv", 0)}
    return Job("plan", rows, "csv", {OURS: _sheetflow("plan", "welcome"), **plain})


def _sheetflow(*arguments: str) -> Command:
    return lambda folder: [sys.executable, "-m", "sheetflow", "-w", str(folder), *arguments]


def _module(*arguments: str) -> Command:
    return lambda _: [sys.executable, "-m", "sheetflow", *arguments]


def _plain(job: str, kind: str, port: int) -> Command:
    return lambda at: [sys.executable, "-m", "bench.plain", job, kind, str(at), str(port)]


def _bare(job: str, port: int) -> Command:
    return lambda at: [sys.executable, "-m", "bench.bare", job, str(at), str(port)]


def _remembering(port: int) -> Command:
    return lambda at: [sys.executable, "-m", "bench.remembering", str(at), str(port)]
