"""Files that a command leaves: whole or not at all, and for their owner's eyes only."""

from __future__ import annotations

import os
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
    path.touch(mode=0o600)  # a new file is closed to others before anything is in it
    Door(may_write=True).save(path, text.encode("utf-8", "surrogatepass"))
