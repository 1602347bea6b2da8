"""Files that a command leaves: whole or not at all, and for their owner's eyes only."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from sheetflow.network.door import Door


class NewFile(click.Path):
    """A file to be written, in a folder that is there."""

    def __init__(self) -> None:
        super().__init__(dir_okay=False, path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path, or an error that names the folder that is missing."""
        path = Path(os.fsdecode(super().convert(value, param, ctx)))
        if not path.parent.is_dir():
            self.fail(f"There is no folder {path.parent}.", param, ctx)
        return path


NEW_FILE = NewFile()


def leave(path: Path, text: str) -> None:
    """Write a text of ours, which may hold people's names and messages."""
    leave_lines(path, [text])


def leave_lines(path: Path, lines: Iterable[str]) -> None:
    """The same for a text that is long, line by line."""
    encoded = (line.encode("utf-8", "surrogatepass") for line in lines)
    if path.exists() and not path.is_file():
        _pour(path, encoded)
        return
    is_new = not path.exists()
    path = path.resolve()  # behind a link, the file is replaced and not the link
    path.touch(mode=0o600)  # a new file is closed to others before anything is in it
    try:
        Door(may_write=True).save(path, encoded)
    except BaseException:
        if is_new:
            path.unlink(missing_ok=True)
        raise


def _pour(path: Path, lines: Iterable[bytes]) -> None:
    """Into what is no file: `/dev/stdout`, or a pipe. It must stay what it is."""
    with path.open("wb") as there:
        there.writelines(lines)
