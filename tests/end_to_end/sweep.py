"""A program: runs a campaign once to the end, then once for each boundary with kill -9 right there.

    python -m tests.end_to_end.sweep FOLDER PATTERN

PATTERN says at which boundaries, by their names, as a regular expression; "." is all of them.
FOLDER/start is the campaign as it begins. FOLDER/7/killed is what the process left that was killed
at the 7th boundary (0: the one that nobody killed), FOLDER/7/restarted what the next run made of
it, and FOLDER/7/again the one after. `codes.txt` beside them keeps how each ended, -9 for killed.
Each run is a process of its own, forked from this one, which has everything imported already.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from contextlib import redirect_stdout
from pathlib import Path


def main() -> None:
    """Sweep over all boundaries."""
    from sheetflow.cli import run_cli

    folder, pattern = Path(sys.argv[1]), sys.argv[2]
    start = folder / "start"
    with (folder / "planned.txt").open("w") as planned, redirect_stdout(planned):
        run_cli(
            ["-w", str(start), "plan", "everything"]
        )  # imports what a run needs, before the forks
    names = _three_runs(start, folder / "0", die_at=0)
    if not names:
        sys.exit((folder / "0" / "killed" / "said.txt").read_text())
    for number, name in enumerate(names, start=1):
        if re.search(pattern, name):
            _three_runs(start, folder / str(number), die_at=number)


def _three_runs(start: Path, there: Path, *, die_at: int) -> list[str]:
    """The run that is killed and the two after it. Gives the boundaries that the first one met."""
    codes = []
    for name in ("killed", "restarted", "again"):
        shutil.copytree(start, there / name)
        start = there / name
        (start / "die_at.txt").write_text(str(die_at if name == "killed" else 0))
        codes.append(_in_a_process_of_its_own(start))
    (there / "codes.txt").write_text(" ".join(map(str, codes)))
    met = there / "killed" / "boundaries.txt"
    return met.read_text().splitlines() if met.exists() else []


def _in_a_process_of_its_own(folder: Path) -> int:
    """Run the campaign in `folder`, and say how the process ended."""
    from sheetflow.cli import run_cli

    child = os.fork()
    if child == 0:
        with (folder / "said.txt").open("a") as said:
            os.dup2(said.fileno(), 1)
            os.dup2(said.fileno(), 2)
        os._exit(run_cli(["-w", str(folder), "run", "everything", "--yes"]))
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


if __name__ == "__main__":
    main()
