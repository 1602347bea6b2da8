"""Everything the emulator holds: files, people, calendars, mailboxes, the log of changes, ids.

One lock is held around each request; a test that looks at or changes the world while the emulator
runs takes it, too (`with world.lock`).
"""

from __future__ import annotations

import random
import string
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

OWNER = "owner@example.org"
ROLES = ("reader", "commenter", "writer", "fileOrganizer", "organizer", "owner")
FOLDER = "application/vnd.google-apps.folder"
SPREADSHEET = "application/vnd.google-apps.spreadsheet"
DOCUMENT = "application/vnd.google-apps.document"
FORM = "application/vnd.google-apps.form"
ID_ALPHABET = string.ascii_letters + string.digits + "-_"


@dataclass
class User:
    """Somebody with an account, a person or a service account."""

    email: str
    name: str = ""
    refresh_token: str = ""
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass
class Permission:
    """Who may do what with a file."""

    id: str
    type: str  # user, group, domain, anyone
    role: str  # one of ROLES
    email: str = ""
    domain: str = ""
    extra: dict[str, Any] = field(default_factory=dict)

    def covers(self, user: str) -> bool:
        """Whether it is meant for this e-mail address (groups have one address each)."""
        if self.type == "anyone":
            return True
        if self.type == "domain":
            return user.lower().endswith("@" + self.domain.lower())
        return self.email.lower() == user.lower()


@dataclass
class DriveFile:
    """A file in Drive: a folder, a blob, or one that holds a spreadsheet, document or form."""

    id: str
    name: str
    mime_type: str
    created: datetime
    modified: datetime
    permissions: list[Permission] = field(default_factory=list)
    parents: list[str] = field(default_factory=list)
    trashed: bool = False
    version: int = 1
    last_modified_by: str = ""
    document: Any = None
    """A Spreadsheet, the model of a document or form, or None."""
    content: bytes | None = None
    """What a blob holds."""
    drive_id: str = ""
    extra: dict[str, Any] = field(default_factory=dict)
    """Other fields of the Drive resource, by their API names."""

    @property
    def owner(self) -> str:
        """The owner's e-mail address; "" in a shared drive."""
        return next((one.email for one in self.permissions if one.role == "owner"), "")


@dataclass
class Change:
    """One line of the log of changes."""

    number: int
    time: datetime
    file_id: str
    removed_for: tuple[str, ...] = ()
    """E-mail addresses that lost the file by this change; ("*",) when it is gone for all."""
    drive_id: str = ""
    user: str = ""
    """Who changed the content or metadata; "" when it was about sharing."""


def real_time() -> datetime:
    """The time of this machine."""
    return datetime.now(UTC)


class World:
    """All state of one emulator."""

    def __init__(
        self, *, clock: Callable[[], datetime] = real_time, seed: int | None = None
    ) -> None:
        self.lock = threading.RLock()
        self.clock = clock
        self.chance = random.Random(seed)
        self.strict = False
        self.users: dict[str, User] = {}
        self.files: dict[str, DriveFile] = {}
        self.changes: list[Change] = []
        self.on_change: list[Callable[[Change], None]] = []
        """Called with each new line of the log of changes."""
        self.calendars: dict[str, Any] = {}
        self.mailboxes: dict[str, Any] = {}
        self.services: dict[str, Any] = {}
        """Whatever else a service holds, under a key of its own."""
        self._number = 0

    # ids ----------------------------------------------------------------------------------------

    def new_id(self, length: int = 44) -> str:
        """An id as Drive makes them: 44 characters for Docs editors files, 33 for others."""
        return "1" + "".join(self.chance.choices(ID_ALPHABET, k=length - 1))

    def new_number(self, digits: int = 19) -> int:
        """A number of so many digits."""
        return self.chance.randrange(10 ** (digits - 1), 10**digits)

    def next_number(self) -> int:
        """1, 2, 3 ... for history ids, versions and the like."""
        self._number += 1
        return self._number

    def now(self) -> datetime:
        """The time, in UTC."""
        return self.clock().astimezone(UTC)

    # people -------------------------------------------------------------------------------------

    @property
    def default_user(self) -> str:
        """Who a request without known credentials speaks for: the first of the data's users."""
        return next(iter(self.users), OWNER)

    def user(self, email: str) -> User:
        """The account of this address, made when it is not there yet."""
        return self.users.setdefault(email, User(email, email.split("@")[0]))

    # files --------------------------------------------------------------------------------------

    def add_file(
        self,
        name: str,
        mime_type: str,
        *,
        owner: str,
        document: Any = None,
        content: bytes | None = None,
        parents: list[str] | None = None,
        file_id: str = "",
    ) -> DriveFile:
        """A new file of `owner`, in the log of changes."""
        now = self.now()
        mine = Permission(self.permission_id(owner), "user", "owner", owner)
        file = DriveFile(
            file_id or self.new_id(44 if document is not None else 33),
            name,
            mime_type,
            created=now,
            modified=now,
            permissions=[mine],
            parents=list(parents or []),
            last_modified_by=owner,
            document=document,
            content=content,
        )
        self.files[file.id] = file
        self.log_change(file, user=owner)
        return file

    def permission_id(self, email: str) -> str:
        """The permission id of a person: the same on every file."""
        return str(10**19 + random.Random(email.lower()).randrange(10**19))

    def touched(self, file: DriveFile, user: str) -> None:
        """The file's content or metadata was changed by `user`."""
        file.modified = max(self.now(), file.modified)
        file.last_modified_by = user
        self.log_change(file, user=user)

    def log_change(
        self, file: DriveFile, *, removed_for: tuple[str, ...] = (), user: str = ""
    ) -> Change:
        """Write a line into the log of changes, and count the file's version up."""
        file.version += 1
        number = len(self.changes) + 1
        change = Change(number, self.now(), file.id, removed_for, file.drive_id, user)
        self.changes.append(change)
        for tell in self.on_change:
            tell(change)
        return change

    # permissions --------------------------------------------------------------------------------

    def permissions_on(self, file: DriveFile) -> Iterator[Permission]:
        """The file's own permissions and those it inherits from the folders above."""
        seen: set[str] = set()
        waiting = [file]
        while waiting:
            one = waiting.pop()
            if one.id in seen:
                continue
            seen.add(one.id)
            yield from (given for given in one.permissions if not self._over(given))
            waiting += [self.files[parent] for parent in one.parents if parent in self.files]

    def _over(self, permission: Permission) -> bool:
        """Whether a permission that ends has ended."""
        until = permission.extra.get("expirationTime")
        return bool(until) and datetime.fromisoformat(until) <= self.now()

    def role(self, user: str, file: DriveFile) -> str:
        """The strongest role of `user` on the file, one of ROLES, or "" for none."""
        roles = [one.role for one in self.permissions_on(file) if one.covers(user)]
        return max(roles, key=ROLES.index, default="")

    def may(self, user: str, file: DriveFile, role: str = "reader") -> bool:
        """Whether `user` has at least `role` on the file."""
        has = self.role(user, file)
        return bool(has) and ROLES.index(has) >= ROLES.index(role)
