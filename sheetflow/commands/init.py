"""`sheetflow init`: a small workspace that runs at once."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

import click

from sheetflow.commands import terminal
from sheetflow.errors import SetupError
from sheetflow.network.door import Door


@click.command(epilog="Example: sheetflow init my-campaign")
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
def init(folder: Path) -> None:
    """Make a small workspace in DIR that runs at once.

    It has one recipe, one message, and a table of three made-up people. Mail goes into a folder and
    not out. Nothing that is there is ever overwritten.
    """
    starter = {folder / name: text for name, text in starter_files().items()}
    in_the_way = [path for path in starter if path.exists() or path.is_symlink()]
    if in_the_way:
        raise SetupError(
            f"Nothing was written: {', '.join(map(str, in_the_way))} would be overwritten.",
            hint="Name a new folder, or move them away.",
        )
    try:
        _write(starter)
    except OSError as error:
        raise SetupError(
            f"The workspace {folder} cannot be made: {error.strerror}.", hint="Name another folder."
        ) from None
    terminal.say(_what_now(folder))


def _write(starter: Mapping[Path, bytes]) -> None:
    door = Door(may_write=True)
    for path, content in starter.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        door.save(path, content, new=True)


def starter_files() -> Mapping[str, bytes]:
    """What a new workspace holds: the content of each file, by its path within."""
    return dict(_files_in(files("sheetflow.commands") / "starter", ""))


def _files_in(folder: Traversable, within: str) -> list[tuple[str, bytes]]:
    found: list[tuple[str, bytes]] = []
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            found += _files_in(entry, f"{within}{entry.name}/")
        else:
            found.append((within + entry.name, entry.read_bytes()))
    return found


def _what_now(folder: Path) -> str:
    there = shlex.quote(str(folder))
    return (
        f"Made a workspace in {folder}: sheetflow.yaml, people.csv and the recipe welcome.\n"
        "Try it:\n"
        f"    sheetflow -w {there} plan welcome\n"
        f"    sheetflow -w {there} run welcome\n"
        f"Then look into {folder / 'people.csv'} and {folder / 'outbox'}."
    )
