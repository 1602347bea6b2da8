"""A plugin for a workspace: counts every boundary of an effect, and dies at the one it is told.

It is copied into a workspace's plugins/ folder. `die_at.txt` there holds the number of the boundary
to die at, 0 for none; `boundaries.txt` collects their names; `taken.jsonl` is what the post office
took, for ever.
"""

from __future__ import annotations

import itertools
import json
import os
import signal
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sheetflow_plugins.csv import Csv
from sheetflow_plugins.xlsx import Xlsx

from sheetflow import Mail, Mailer, Receipt, TableSource, hookimpl

HERE = Path(__file__).parent.parent
NUMBERS = itertools.count(1)


def boundary(name: str) -> None:
    """Something is about to happen, or has just happened. The process may end here, at once."""
    number = next(NUMBERS)
    with (HERE / "boundaries.txt").open("a") as file:
        file.write(f"{name}\n")
    if number == int((HERE / "die_at.txt").read_text()):
        os.kill(os.getpid(), signal.SIGKILL)


@hookimpl
def before_apply(entry: Any) -> None:
    """The intent is durable."""
    boundary(f"meant: {entry.key}")


@hookimpl
def after_apply(outcome: Any) -> None:
    """The outcome is durable."""
    boundary(f"remembered: {outcome.entry.key}")


@dataclass(frozen=True, kw_only=True)
class Nothing:
    """No settings."""


class Post(Mailer):
    """Takes mail, and cannot be asked afterwards whether it did."""

    name = "crashing_post"
    Settings = Nothing

    def deliver(self, mail: Mail) -> Receipt:
        """Take a mail for good."""
        boundary(f"before the deed: {mail.id}")
        with (self.folder / "taken.jsonl").open("a") as taken:
            taken.write(json.dumps({"to": mail.to, "id": mail.id, "text": _text(mail)}) + "\n")
        boundary(f"after the deed: {mail.id}")
        return Receipt(mail.id)


class AnsweringPost(Post):
    """Takes mail, and can be asked afterwards whether it did."""

    name = "crashing_answering_post"

    def find(self, mail: Mail) -> Receipt | bool:
        """Whether it was taken."""
        taken = self.folder / "taken.jsonl"
        return taken.exists() and mail.id in taken.read_text() and Receipt(mail.id)


def _text(mail: Mail) -> str:
    return mail.content.decode("utf-8", "replace")


class _Boundaries:
    """A table whose every write is a boundary."""

    def __init__(self, source: TableSource) -> None:
        self._source = source

    def __getattr__(self, name: str) -> Any:
        return getattr(self._source, name)

    def write(self, *arguments: Any, **named: Any) -> Any:
        """Write between two boundaries."""
        boundary(f"before writing {self._source.name}")
        left = self._source.write(*arguments, **named)
        boundary(f"after writing {self._source.name}")
        return left


class CrashingCsv(Csv):
    """Tables in .csv files whose every write is a boundary."""

    name = "crashing_csv"

    def open_table(self, place: Mapping[str, str]) -> Any:
        """The table, watched."""
        return _Boundaries(super().open_table(place))


class CrashingXlsx(Xlsx):
    """Tables in workbooks whose every write is a boundary."""

    name = "crashing_xlsx"

    def open_table(self, place: Mapping[str, str]) -> Any:
        """The table, watched."""
        return _Boundaries(super().open_table(place))


@hookimpl
def connectors() -> list[Any]:
    """All that can crash."""
    return [Post, AnsweringPost, CrashingCsv, CrashingXlsx]
