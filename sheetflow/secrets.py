"""Where a secret comes from, and a type that never prints it.

A secret is named in `sheetflow.yaml`, never written there:

    password: {file: /run/secrets/smtp}     a file that only its owner can read
    password: {environment: SMTP_PASSWORD}  a variable of the process
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path

from sheetflow.errors import SetupError


class Secret:
    """A text that prints as ***. `reveal()` is the only way to it."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The secret itself: call it in the very expression that hands it over."""
        return self._text

    def __repr__(self) -> str:
        return "Secret(***)"

    def __str__(self) -> str:
        return "***"

    def __format__(self, _spec: str) -> str:
        return "***"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._text == other._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __reduce__(self) -> str:
        raise TypeError("a secret is not written anywhere")


def find_secret(source: Mapping[str, str], *, folder: Path) -> Secret:
    """The secret that `source` names, with relative files looked up in `folder`.

    Raises SetupError when it is missing, empty, or readable by everybody.
    """
    match list(source.items()):
        case [("file", name)]:
            return _from_file(folder / name)
        case [("environment", name)]:
            if text := os.environ.get(name, ""):
                return Secret(text)
            raise SetupError(
                f"The secret in the environment variable {name} is not set.",
                hint=f"Set {name} before you start Sheetflow, or name a file instead.",
            )
        case _:
            raise SetupError(
                "A secret needs a source.", hint="Write {file: NAME} or {environment: NAME}."
            )


def _from_file(path: Path) -> Secret:
    try:
        mode = path.stat().st_mode
        text = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SetupError(
            f"The secret file {path} cannot be read: {error}.",
            hint="Write the secret into it, alone on one line.",
        ) from None
    if os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise SetupError(
            f"The secret file {path} can be read by others.", hint=f"Run: chmod 600 {path}"
        )
    if not text:
        raise SetupError(f"The secret file {path} is empty.", hint="Write the secret into it.")
    return Secret(text)
