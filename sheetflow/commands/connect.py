"""`sheetflow connect`: a new connection, step by step, and tried before it is kept."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_origin

import click

from sheetflow.commands import terminal
from sheetflow.commands.asking import NOT_ASKED
from sheetflow.commands.invocation import Invocation
from sheetflow.errors import SetupError, SheetflowError

if TYPE_CHECKING:
    from sheetflow.language.vocabulary import Option
    from sheetflow.network.door import Door
    from sheetflow.plugin.connector import Connector
    from sheetflow.plugin.registry import Registry
    from sheetflow.workspace.connecting import NewConnection

FAILED = 1


@click.command(epilog="Examples: sheetflow connect google, or sheetflow connect smtp --as post")
@click.argument("name", metavar="CONNECTOR")
@click.option("--as", "called", default="", metavar="NAME", help="What to call the connection.")
@click.option(
    "--set",
    "given",
    multiple=True,
    metavar="KEY=VALUE",
    help="A setting that need not be asked for; of a secret, the file that holds it.",
)
@click.option("-y", "--yes", is_flag=True, help="Ask nothing; keep it if it works.")
@click.pass_context
def connect(ctx: click.Context, name: str, called: str, given: Sequence[str], yes: bool) -> None:
    """Connect a system: how to get credentials, what to answer, and a first try.

    Secrets go into files of their own, which only you can read. The connection is written into
    sheetflow.yaml when it works. Nothing is sent to anybody.
    """
    from sheetflow.network.door import Door
    from sheetflow.plugin.listener import Listener
    from sheetflow.workspace.connecting import NewConnection, declare

    invocation = ctx.ensure_object(Invocation)
    folder, registry = invocation.workspace_folder(), invocation.registry()
    if not yes and not terminal.somebody_is_there():
        terminal.remark("There is nobody to ask. Give the settings with --set, and --yes.")
        ctx.exit(NOT_ASKED)
    connector = _chosen(name, registry, yes=yes)
    terminal.say(_how(connector))
    door = Door(may_write=False)
    called = called or (connector.name if yes else _ask("A name for it", connector.name))
    settings = _Settings(connector, _split(given), folder, door, yes)
    while True:
        new = NewConnection(called, connector, settings.values())
        if _works(new, folder, door, yes=yes):
            break
        terminal.remark("It does not work yet. Nothing was written; mend it and begin again.")
        if yes or not click.confirm("\nAnswer once more?", default=True, err=True):
            ctx.exit(FAILED)
    if yes or click.confirm("\nWrite it into sheetflow.yaml?", default=True, err=True):
        terminal.say(_kept(new, declare(new, folder, registry)))
        if issubclass(connector, Listener):
            terminal.say("Its service can say at once that something changed: sheetflow hooks")
    else:
        terminal.remark("Nothing was written.")


def _works(new: NewConnection, folder: Path, door: Door, *, yes: bool) -> bool:
    """Whether the connection works, told line by line; a table of it is tried if it does."""
    from sheetflow.commands.doctor import line_of
    from sheetflow.workspace.connecting import try_out

    connection = new.opened(folder, door)
    try:
        found = try_out(connection)
        terminal.say("\n".join(map(line_of, found)))
        works = all(finding.ok for finding in found)
        if works and not yes:
            _try_a_table(connection, new.name)
        return works
    finally:
        connection.close()


def _chosen(name: str, registry: Registry, *, yes: bool) -> type[Connector]:
    """The connector of that name, or one of the family of that name that somebody chooses."""
    from sheetflow.language.problems import did_you_mean

    try:
        return registry.connector(name)
    except KeyError:
        pass
    known = registry.connectors()
    family = {each.name: each for each in known.values() if each.family == name}
    if not family:
        families = {each.family for each in known.values() if each.family}
        raise SetupError(
            f'There is no connector "{name}".',
            hint=did_you_mean(name, [*known, *families]) or f"There are: {', '.join(known)}.",
        )
    if yes:
        raise SetupError(f"{name} is several.", hint=f"Name one of: {', '.join(family)}.")
    for each in family.values():
        terminal.say(f"    {each.name}: {_about(each)}")
    choice = click.Choice(list(family))
    return family[click.prompt("Which one", type=choice, show_choices=False, err=True)]


@dataclass
class _Settings:
    """The settings of a new connection: as `given`, or as somebody answers; `typed` keeps that."""

    connector: type[Connector]
    given: Mapping[str, str]
    folder: Path
    door: Door
    yes: bool
    typed: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        from sheetflow.plugin.options import options_of

        self._known = {option.name: option for option in options_of(self.connector.Settings)}
        for name in self.given:
            if name not in self._known:
                raise SetupError(
                    f'{self.connector.name} has no setting "{name}".',
                    hint=f"It has: {', '.join(self._known)}.",
                )

    def values(self) -> dict[str, Any]:
        """The value of each setting by its field; whatever was not given is asked for."""
        said = {option.field: (option, self._text(option)) for option in self._known.values()}
        return {name: self._typed(option, text) for name, (option, text) in said.items() if text}

    def _text(self, option: Option) -> str:
        from sheetflow.workspace.connecting import asked_for
        from sheetflow.workspace.connection_keys import is_secret

        if option.name in self.given:
            text = self.given[option.name]
            return _content(text, self.folder) if is_secret(option) else text
        if self.yes or option not in asked_for(self.connector):
            return ""
        before = self.typed.get(option.name, "")
        text = _answer(option, self.folder, before, secret=is_secret(option))
        self.typed[option.name] = text
        return text

    def _typed(self, option: Option, text: str) -> Any:
        from sheetflow.secrets import Secret
        from sheetflow.workspace.connection_keys import is_secret

        if is_secret(option):
            return self.connector.sign_in(Secret(text.strip()), self.door, terminal.remark)
        if option.type is int:
            if not text.isdigit():
                raise SetupError(f"{option.name} is a whole number, and {text!r} is none.")
            return int(text)
        if option.type is bool:
            return text.lower() in ("yes", "true")
        if get_origin(option.type) is tuple:
            return tuple(part.strip() for part in text.split(",") if part.strip())
        return text


def _answer(option: Option, folder: Path, before: str, *, secret: bool) -> str:
    """What somebody says a setting is; by default what they said `before`."""
    terminal.say(f"\n{option.name}: {option.help}")
    if not secret:
        return _ask(option.name, before or str(option.default or ""))
    enter = "to keep it as it is" if before else _WITHOUT[option.required]
    file = _ask(f"The file that holds the {option.name} (Enter {enter})", "")
    if file or before:
        return _content(file, folder) if file else before
    return str(click.prompt(option.name, default="", hide_input=True, show_default=False, err=True))


_WITHOUT = {True: "to type or paste it", False: "to type or paste it, or to go without"}
"""What Enter is for, by whether there is no way without."""


def _try_a_table(connection: Connector, called: str) -> None:
    """Read a table that somebody names, so that they see it is the right one."""
    from sheetflow.plugin.connector import OwnTable
    from sheetflow.plugin.options import options_of

    if connection.Place is OwnTable:
        return
    places = options_of(connection.Place)
    terminal.say("\nTo try it, name a table; or press Enter.")
    place: dict[str, str] = {}
    for option in places:
        terminal.say(f"\n{option.name}: {option.help}")
        place[option.name] = _ask(option.name, "")
        if option.required and not place[option.name]:
            return
    place = {name: text for name, text in place.items() if text}
    try:
        sheet = connection.open_table(place).read()
    except SheetflowError as error:
        terminal.say(f"    amiss  {error}")
        return
    headers = [str(cell) for cell in sheet.rows[0].cells if cell] if sheet.rows else []
    columns = f"; columns: {', '.join(headers)}" if headers else ""
    terminal.say(f"\n    ok     read {max(len(sheet.rows) - 1, 0):,} rows{columns}")
    lines = "".join(f"\n      {name}: {text}" for name, text in place.items())
    terminal.say(
        f"\nIn sheetflow.yaml it is:\n  tables:\n    NAME:\n      connector: {called}{lines}"
    )


def _how(connector: type[Connector]) -> str:
    """What the plugin says of itself: what it is for, and how to get credentials."""
    said = inspect.getdoc(sys.modules[connector.__module__]) or _about(connector)
    return f"{said}\n"


def _about(connector: type[Connector]) -> str:
    return (inspect.getdoc(connector) or "").partition("\n")[0]


def _ask(question: str, default: str) -> str:
    return str(
        click.prompt(question, default=default, show_default=bool(default), err=True)
    ).strip()


def _content(file: str, folder: Path) -> str:
    path = folder / Path(file).expanduser()
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise SetupError(f"{path} cannot be read.", hint="Name the file once more.") from None


def _split(given: Sequence[str]) -> dict[str, str]:
    pairs = [text.partition("=") for text in given]
    for name, equals, _ in pairs:
        if not equals:
            raise SetupError(
                f'"{name}" is no setting.', hint="Write it like host=smtp.example.org."
            )
    return {name.strip(): value for name, _, value in pairs}


def _kept(new: NewConnection, lines: str) -> str:
    block = "\n".join(f"    {line}" for line in lines.splitlines())
    return f"Wrote into sheetflow.yaml:\n{block}\nTry it any time: sheetflow doctor {new.name}"
