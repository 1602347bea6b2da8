"""outbox: puts each mail into a folder as a file, instead of sending it.

For rehearsing, for demos, and for those who send by hand: every mail program opens an .eml file.

    connections:
      outbox:
        connector: outbox
        folder: outbox

Needs no account. The folder is made when the first mail is put there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sheetflow import Connector, Finding, Mail, Mailer, Receipt, Refused, digest, hookimpl, option

_DATE = re.compile(rb"^Date: .*\r\n", re.MULTILINE)
_LONGEST_LABEL = 40


class Outbox(Mailer):
    """A folder that mails are put into, each in a file of its own."""

    name = "outbox"
    idempotent = True
    leaves_files = True

    @dataclass(frozen=True, kw_only=True)
    class Settings:
        """Where the files go."""

        folder: str = option(
            "The folder that mails are put into; one without / in front is inside the workspace.",
            default="outbox",
        )

    settings: Settings

    @property
    def parallel(self) -> int:
        """Several: a disk makes many files durable in about the time that it takes for one."""
        return 8

    def deliver(self, mail: Mail) -> Receipt:
        """Write the mail into its file. The same mail twice is the same file."""
        self.door.writing("a mail into the outbox")
        path = self._path(mail)
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self.door.save(path, mail.content, new=True)
        except FileExistsError:
            if not _is_same(path.read_bytes(), mail.content):
                raise Refused(f"the outbox has another mail by that id: {path.name}") from None
        return Receipt(path.name)

    def find(self, mail: Mail) -> Receipt | bool:
        """The mail's file, if it is there. It is there whole or not at all."""
        path = self._path(mail)
        return Receipt(path.name) if path.is_file() else False

    def examine(self) -> Iterator[Finding]:
        """Where mails lie, and how many there are."""
        place = self.folder / self.settings.folder
        count = len(list(place.glob("*.eml"))) if place.is_dir() else 0
        yield Finding("folder", True, f"{count:,} mails in {self.settings.folder}; none leave it")

    def _path(self, mail: Mail) -> Path:
        label = re.sub(r"[^a-z0-9]+", "-", mail.to.partition("@")[0].lower())
        label = label.strip("-")[:_LONGEST_LABEL] or "mail"
        return self.folder / self.settings.folder / f"{label}-{digest(mail.id)[:12]}.eml"


def _is_same(one: bytes, other: bytes) -> bool:
    """Whether two mails differ in nothing but the time at which they were put together."""
    return _DATE.sub(b"", one, count=1) == _DATE.sub(b"", other, count=1)


@hookimpl
def connectors() -> list[type[Connector]]:
    """The connector `outbox`."""
    return [Outbox]
