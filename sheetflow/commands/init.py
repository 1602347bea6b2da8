"""`sheetflow init`: a small workspace that runs at once."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

import click

from sheetflow.commands import terminal
from sheetflow.errors import SetupError
from sheetflow.network.door import Door

STARTER = "welcome"
"""The recipe of a workspace for which none was named."""


def _list(ctx: click.Context, _option: click.Parameter, wanted: bool) -> None:
    if not wanted or ctx.resilient_parsing:
        return
    from sheetflow.commands.library import Library

    library = Library()
    for name in library.names:
        terminal.say(f"{name}\n    {library.recipe(name).about}")
    ctx.exit()


@click.command(epilog="Example: sheetflow init my-campaign --recipe event-reminder")
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option("--recipe", metavar="NAME", help="Start with this one of the shipped recipes.")
@click.option(
    *("--list", "as_list"),
    help="List the shipped recipes, and what each is for.",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_list,
)
def init(folder: Path, recipe: str | None) -> None:
    """Make a small workspace in DIR that runs at once.

    It has one recipe, its messages, and tables of made-up people, whose days are counted from
    today. Mail goes into a folder and not out. Nothing that is there is ever overwritten.
    """
    starter, name, needs = _starter(recipe)
    _make(folder, starter)
    terminal.say(_what_now(folder, starter, name, needs))


def _starter(recipe: str | None) -> tuple[Mapping[str, bytes], str, Collection[str]]:
    """The files of a new workspace, its recipe, and the connections to be set up for it."""
    if recipe is None:
        return starter_files(), STARTER, ()
    from sheetflow.commands.library import Library

    library = Library()
    found = library.recipe(recipe)
    return library.workspace_files(found, library.today()), found.id, library.connections(found)


def _make(folder: Path, starter: Mapping[str, bytes]) -> None:
    placed = {folder / name: text for name, text in starter.items()}
    try:
        in_the_way = sorted({taken for name in starter for taken in _in_the_way(folder, name)})
        if in_the_way:
            raise SetupError(
                f"Nothing was written: {', '.join(map(str, in_the_way))} would be overwritten.",
                hint="Name a new folder, or move them away.",
            )
        _write(placed)
    except OSError as error:
        raise SetupError(
            f"The workspace {folder} cannot be made: {error.strerror}.", hint="Name another folder."
        ) from None


def _in_the_way(folder: Path, name: str) -> list[Path]:
    """What stands where a file is to come, or a folder of it. Raises OSError."""
    file = folder / name
    above = [folder / one for one in Path(name).parents[:-1]]
    found = [one for one in above if one.exists() and not one.is_dir()]
    return [*found, *([file] if file.exists() or file.is_symlink() else [])]


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


def _what_now(
    folder: Path, starter: Mapping[str, bytes], recipe: str, needs: Collection[str]
) -> str:
    """What was made, and commands that work as they stand."""
    call = f"    sheetflow -w {shlex.quote(str(folder))}"
    tables = [name for name in starter if name.endswith(".csv")]
    files = ", ".join(["sheetflow.yaml", *tables])
    made = f"Made a workspace in {folder}: {files} and the recipe {recipe}."
    if needs:
        connects = [f"{call} connect {name}" for name in needs]
        lines = ["Read it and try its tests:", f"{call} explain {recipe}", f"{call} test"]
        return "\n".join([made, *lines, "To run it, connect what it writes to:", *connects])
    lines = ["Try it:", f"{call} plan {recipe}", f"{call} run {recipe}"]
    look = " and ".join(str(folder / name) for name in (tables[0], "outbox"))
    return "\n".join([made, *lines, f"Then look into {look}."])
