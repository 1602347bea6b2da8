"""A command as a process of its own: how long it took, and the most memory it ever had."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

ROOT = Path(__file__).parent.parent
_MACOS = sys.platform == "darwin"


class Failed(Exception):
    """A command that was to be measured did not do its work."""


@dataclass(frozen=True)
class Measured:
    """One run: wall-clock seconds, processor seconds, and peak memory in bytes."""

    seconds: float
    busy: float
    peak: int


def measure(command: Sequence[str]) -> Measured:
    """Run `command` from the project's folder. Raises Failed with its last words.

    The memory is `ru_maxrss` as the kernel counted it for this child, in kilobytes except on macOS.
    """
    began = perf_counter()
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as process:
        assert process.stderr is not None
        said = b""
        while part := process.stderr.read(1 << 16):
            said = (said + part)[-2000:]
        _, status, used = os.wait4(process.pid, 0)
        seconds = perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise Failed(f"{' '.join(command)}\n{said.decode('utf-8', 'replace')}")
    peak = used.ru_maxrss * (1 if _MACOS else 1024)
    return Measured(seconds, used.ru_utime + used.ru_stime, peak)


def middle(runs: Sequence[Measured]) -> Measured:
    """The median of each figure."""
    return Measured(
        median(run.seconds for run in runs),
        median(run.busy for run in runs),
        round(median(run.peak for run in runs)),
    )


def ratio(ours: Sequence[Measured], theirs: Sequence[Measured]) -> float:
    """The median of the ratios of time, round by round: what slows the machine slows both."""
    return median(one.seconds / other.seconds for one, other in zip(ours, theirs, strict=True))
