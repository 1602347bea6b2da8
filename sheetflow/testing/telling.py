"""The results of tests, as text for people and as JSON for programs."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from sheetflow.reporting.groups import counted
from sheetflow.testing.cases import CaseFile
from sheetflow.testing.trying import CaseResult

Result = tuple[CaseFile, CaseResult]

LONGEST = 24
"""Lines of one difference that are shown; a mail that says something else may be longer."""


def told(file: CaseFile, result: CaseResult) -> str:
    """One test: a line, and below it, if it failed, every difference."""
    if result.passed:
        return f"  passed  {result.case.name}"
    return "\n".join([f"  FAILED  {result.case.name} ({_place(file, result)})", *_below(result)])


def told_at_last(results: Sequence[Result], untested: Sequence[str] = ()) -> str:
    """How many there were, how many failed, and which recipes have no tests."""
    failed = sum(not result.passed for _, result in results)
    passed = len(results) - failed
    counts = f"{counted(len(results), 'test')}: {passed:,} passed, {failed:,} failed."
    if not untested:
        return counts
    names = ", ".join(untested)
    return f"{counts}\nNo tests yet: {names}."


def results_to_json(results: Sequence[Result], untested: Sequence[str] = ()) -> str:
    """The same for other programs: `{"tests": [{"name", "passed", "differences", ...}], ...}`."""
    failed = sum(not result.passed for _, result in results)
    found: dict[str, Any] = {
        "passed": len(results) - failed,
        "failed": failed,
        "untested": list(untested),
        "tests": [_as_json(file, result) for file, result in results],
    }
    return json.dumps(found, indent=1, ensure_ascii=False)


def title(file: CaseFile) -> str:
    """The heading over the tests of one file."""
    return f"{file.recipe.name} ({_near(file.path)})"


def _below(result: CaseResult) -> Iterator[str]:
    for turn in result.turns:
        indent = " " * 10
        if turn.title and turn.differences:
            yield f"{indent}{turn.title}:"
            indent += "  "
        for difference in turn.differences:
            lines = difference.what.rstrip().splitlines()
            shown = lines if len(lines) <= LONGEST else [*lines[:LONGEST], "…"]
            yield textwrap.indent("\n    ".join(shown), indent)
    if result.broken:
        yield f"{' ' * 10}It could not be tried to its end: {result.broken}"


def _as_json(file: CaseFile, result: CaseResult) -> dict[str, Any]:
    return {
        "recipe": file.recipe.id,
        "file": str(file.path),
        "line": result.case.line,
        "name": result.case.name,
        "passed": result.passed,
        "broken": result.broken,
        "differences": [
            {"run": turn.title, "who": difference.who, "what": difference.what}
            for turn in result.turns
            for difference in turn.differences
        ],
    }


def _place(file: CaseFile, result: CaseResult) -> str:
    return f"{_near(file.path)}:{result.case.line}"


def _near(path: Path) -> str:
    """The path as one would type it here."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)
