"""A new connection: tried before it is declared, its secrets in files of their own."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sheetflow.errors import SetupError, SheetflowError
from sheetflow.language.nodes import Map
from sheetflow.language.problems import Problems
from sheetflow.language.vocabulary import Option
from sheetflow.language.yamlfile import read_yaml
from sheetflow.network.door import Door
from sheetflow.plugin.connector import Connector, Finding
from sheetflow.plugin.options import options_of
from sheetflow.plugin.registry import Registry
from sheetflow.secrets import Secret
from sheetflow.workspace.connection_keys import is_secret
from sheetflow.workspace.loading import load_settings
from sheetflow.workspace.settings import FILE

SECRETS = "secrets"
"""The folder of a workspace that holds its secrets; what is in it is kept out of git."""

_LATER = ("url", "token_url", "hook_secret")
"""Settings that hardly anybody needs on the first day."""

_PLAIN = re.compile(r"[A-Za-z0-9_./@][A-Za-z0-9_./@+-]*")


@dataclass(frozen=True)
class NewConnection:
    """A connection as somebody describes it: its settings by field, secrets as themselves."""

    name: str
    connector: type[Connector]
    values: Mapping[str, Any]

    def opened(self, folder: Path, door: Door) -> Connector:
        """The connection itself. Raises SetupError when a setting cannot be right."""
        try:
            settings = self.connector.Settings(**self.values)
        except (TypeError, ValueError) as error:
            raise SetupError(str(error), hint="Answer again.") from None
        return self.connector(settings, door=door, folder=folder)


def asked_for(connector: type[Connector]) -> tuple[Option, ...]:
    """The settings that somebody has to be asked for: whatever has no default worth keeping.

    Numbers and choices have one; another address of the service is for tests, and what its calls
    are signed with is for whoever lets it call.
    """
    return tuple(
        option
        for option in options_of(connector.Settings)
        if option.required or is_secret(option) or (option.type is str and not option.default)
        if option.required or option.name not in _LATER
    )


def try_out(connection: Connector) -> tuple[Finding, ...]:
    """What the connection finds out about its credentials; a failure is a finding."""
    try:
        return tuple(connection.examine())
    except SheetflowError as error:
        return (Finding.amiss("credentials", error),)


def declare(new: NewConnection, folder: Path, registry: Registry) -> str:
    """Write the connection into sheetflow.yaml, its secrets beside it; the lines as written.

    Raises SetupError when the file would not be sound with it: then it stays as it was.
    """
    path = folder / FILE
    before = path.read_text(encoding="utf-8")
    lines = _lines(new)
    after = _with_connection(before, new.name, lines, path)
    door = Door(may_write=True)
    _keep_secrets(new, folder, door)
    door.save(path, after.encode())
    try:
        load_settings(path, registry)
    except SheetflowError as error:
        door.save(path, before.encode())
        raise SetupError(f"{FILE} stays as it was: {error.message}", hint=error.hint) from None
    return "\n".join(lines)


def secret_file(name: str, field: str) -> str:
    """Where a secret of a connection is kept, seen from the workspace."""
    return f"{SECRETS}/{re.sub(r'[^A-Za-z0-9_-]', '-', name)}-{field.rstrip('_')}"


def _lines(new: NewConnection) -> list[str]:
    lines = [f"{_written(new.name)}:", f"  connector: {new.connector.name}"]
    for option in options_of(new.connector.Settings):
        value = new.values.get(option.field)
        if value is not None and value != option.default:
            lines.append(f"  {option.name}: {_value(new.name, option, value)}")
    return lines


def _value(name: str, option: Option, value: object) -> str:
    if isinstance(value, Secret):
        return f"{{file: {secret_file(name, option.field)}}}"
    if isinstance(value, tuple):
        return f"[{', '.join(_written(str(one)) for one in value)}]"
    return _written(str(value))


def _written(text: str) -> str:
    """A text as YAML reads it back: in JSON's quotes, where it needs any."""
    return text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)


def _with_connection(text: str, name: str, lines: Iterable[str], path: Path) -> str:
    """The file with the new lines at the end of `connections`; every other line stays."""
    document = read_yaml(path, Problems())
    root = document.root if document is not None else None
    declared = root.get("connections") if isinstance(root, Map) else None
    if declared is None:
        block = "".join(f"  {line}\n" for line in lines)
        return f"{text.rstrip()}\n\nconnections:\n{block}"
    if not isinstance(declared, Map) or not declared.entries:
        raise _cannot(lines)
    if declared.get(name) is not None:
        raise SetupError(f'There is a connection "{name}" already.', hint="Take another name.")
    first = declared.entries[0].key.position
    rows = text.splitlines(keepends=True)
    if rows[first.line - 1][: first.column - 1].strip():
        raise _cannot(lines)  # written in braces, on one line
    indent = " " * (first.column - 1)
    last = declared.entries[-1].last_line
    while not rows[last - 1].strip() or rows[last - 1].startswith("#"):
        last -= 1  # what stands there belongs to the next key
    rows[last - 1] = rows[last - 1].rstrip("\r\n") + "\n"
    rows[last:last] = [f"{indent}{line}\n" for line in lines]
    return "".join(rows)


def _cannot(lines: Iterable[str]) -> SetupError:
    block = "\n".join(f"  {line}" for line in lines)
    return SetupError(
        f"Your connections are written on one line in {FILE}, so nothing was added.",
        hint=f"Write below connections:\n{block}",
    )


def keep_secret(folder: Path, name: str, field: str, secret: Secret, door: Door) -> str:
    """Put a secret of a connection into a file that only its owner can read; gives its name.

    What git sees of that folder is nothing.
    """
    kept = secret_file(name, field)
    path = folder / kept
    path.parent.mkdir(mode=0o700, exist_ok=True)
    ignore = path.parent / ".gitignore"
    if not ignore.exists():
        door.save(ignore, b"*\n", new=True)
    path.touch(mode=0o600)
    path.chmod(0o600)
    door.save(path, f"{secret.reveal()}\n".encode())
    return kept


def _keep_secrets(new: NewConnection, folder: Path, door: Door) -> None:
    for field, value in new.values.items():
        if isinstance(value, Secret):
            keep_secret(folder, new.name, field, value, door)
