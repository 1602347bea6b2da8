"""The mistakes of a workspace as text and as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sheetflow.errors import Problem
from sheetflow.reporting.groups import counted


def problems_text(problems: Sequence[Problem]) -> str:
    """Each mistake on a line of its own with its place and its cure, and how many there are."""
    if not problems:
        return "No mistakes found."
    found = sorted(set(problems))
    return "\n".join([*map(str, found), f"{counted(len(found), 'mistake')}."])


def problems_to_json(problems: Sequence[Problem]) -> str:
    """The same for other programs: `{"problems": [{"file", "line", "column", ...}]}`.

    `line` and `column` count from 1; 0 means the whole file.
    """
    found = [
        {
            "file": str(problem.file),
            "line": problem.line,
            "column": problem.column,
            "where": problem.where,
            "what": problem.what,
            "cure": problem.cure,
        }
        for problem in sorted(set(problems))
    ]
    return json.dumps({"problems": found}, indent=1)
