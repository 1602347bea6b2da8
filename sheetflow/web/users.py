"""Who may log in: `users.yaml` in the workspace, with a role and a hashed password for each.

It is a file and not a table of the ledger, so that an old ledger that is put back brings no old
password back, and nobody is locked out while the ledger cannot be read.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_hex
from threading import BoundedSemaphore
from typing import Any

from sheetflow.errors import SetupError
from sheetflow.web.access import Role

FILE = "users.yaml"
SHORTEST = 10
"""Characters of a password; length is what helps (NIST SP 800-63B asks for 8 at least)."""
LONGEST = 256

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+-]{0,63}")
_HASHING = BoundedSemaphore(2)
"""Each check takes 64 MiB; more at once could take all there is."""


@dataclass(frozen=True)
class User:
    """Somebody who may log in. Without a `password`, only a reverse proxy can let them in."""

    name: str
    role: Role
    password: str = ""


@dataclass
class Users:
    """The users of a workspace, as the file says now."""

    folder: Path
    _stamp: tuple[int, int] | None = None
    _known: Mapping[str, User] = field(default_factory=dict)

    @property
    def path(self) -> Path:
        """Where they are kept."""
        return self.folder / FILE

    def all(self) -> Mapping[str, User]:
        """By name in small letters; read again when the file changed.

        Raises SetupError when it cannot be understood: then nobody gets in.
        """
        stamp = _stamp_of(self.path)
        if stamp is None:
            return {}
        if stamp != self._stamp:
            self._known, self._stamp = _read(self.path), stamp
        return self._known

    def named(self, name: str) -> User | None:
        """The user of that name, however it is capitalized."""
        return self.all().get(name.casefold())

    def keep(self, user: User) -> None:
        """Add a user, or replace the one of that name. SetupError for a name that is none."""
        self.refuse_name(user.name)
        self._write({**self.all(), user.name.casefold(): user})

    def refuse_name(self, name: str) -> None:
        """Raise SetupError for what cannot be the name of a user."""
        if not _NAME.fullmatch(name):
            raise SetupError(
                f'"{name[:80]}" cannot be the name of a user.',
                hint="Take letters and digits, such as lee or lee.park.",
            )

    def remove(self, name: str) -> bool:
        """Take a user away; whether there was one."""
        known = dict(self.all())
        gone = known.pop(name.casefold(), None)
        if gone is not None:
            self._write(known)
        return gone is not None

    def _write(self, users: Mapping[str, User]) -> None:
        from ruamel.yaml import YAML

        lines = {user.name: _line(user) for user in users.values()}
        fresh = self.path.with_name(f".{FILE}.{token_hex(8)}")
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write("# Who may open the dashboard. Change it with: sheetflow user\n")
            YAML().dump({"users": lines}, file)
        fresh.replace(self.path)


def hashed(password: str) -> str:
    """A password as it may be kept: argon2id with the library's parameters (RFC 9106, low memory).

    Raises SetupError for one that is too short or too long.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise SetupError(
            f"A password has {SHORTEST} to {LONGEST} characters.",
            hint="Four words that have nothing to do with each other are good and easy to keep.",
        )
    from argon2 import PasswordHasher

    return PasswordHasher().hash(password)


def fits(user: User | None, password: str) -> bool:
    """Whether it is the password of `user`. For nobody, it takes as long, and says no."""
    from argon2 import PasswordHasher
    from argon2.exceptions import InvalidHashError, VerificationError

    kept = user.password if user is not None and user.password else _NOBODYS
    with _HASHING:
        try:
            PasswordHasher().verify(kept, password[:LONGEST])
        except (VerificationError, InvalidHashError):
            return False
    return kept is not _NOBODYS


_NOBODYS = (
    "$argon2id$v=19$m=65536,t=3,p=4$bm9ib2R5cyBzYWx0IGlzIQ"
    "$c29tZSBieXRlcyB0aGF0IG5vIHBhc3N3b3JkIGdpdmU"
)
"""As long to check as any password, and no password fits it: its digest was not made by one."""


def _line(user: User) -> dict[str, str]:
    line = {"role": user.role.name.lower()}
    return {**line, "password": user.password} if user.password else line


def _stamp_of(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_mtime_ns, found.st_ino


def _read(path: Path) -> dict[str, User]:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        read = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
        return {str(name).casefold(): _user(str(name), line) for name, line in _lines(read)}
    except PermissionError:
        raise SetupError(
            f"{path.name} belongs to somebody else, so nobody can log in.",
            hint="Give it to the user that serve runs as, and type each command as that user.",
        ) from None
    except (YAMLError, OSError, AttributeError, KeyError, TypeError, ValueError):
        raise SetupError(
            f"{path.name} cannot be read, so nobody can log in.",
            hint="Put back a good copy, or move it away and add users: sheetflow user add NAME.",
        ) from None


def _lines(read: Any) -> Any:
    return () if read is None or read["users"] is None else read["users"].items()


def _user(name: str, line: Mapping[str, Any]) -> User:
    return User(name, Role.named(str(line["role"])), str(line.get("password", "")))
