"""Logins and tries to log in, kept in the ledger's database: over restarts, and for every copy.

Where the ledger cannot be used, nobody is locked out and nobody gets in unseen: what this process
remembers by itself counts alone then. An empty ledger is made at the first login, and never by
looking at a page.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from sheetflow.errors import SheetflowError
from sheetflow.tables.handles import keyed
from sheetflow.web.books import Books
from sheetflow.workspace import Workspace

if TYPE_CHECKING:
    from sheetflow.ledger.logins import Login, Logins, Tries

PATIENCE = timedelta(seconds=2)
"""How long a login waits for another program that is writing to the ledger."""

_log = logging.getLogger("sheetflow.web")


@dataclass(frozen=True)
class Keeper:
    """The way to what is kept. `workspace` opens it as its settings say now."""

    workspace: Callable[[], Workspace]
    books: Books

    def found(self, digest: str) -> Login | Literal["unknown"] | None:
        """The login of that digest; None if there is none, "unknown" if nobody can say."""
        try:
            return self._reader()[0].find(digest)
        except SheetflowError as error:
            return self._unknown(error)

    def keep(self, login: Login, *, ended_before: datetime) -> None:
        """Keep a login; without a ledger it is this process's alone."""
        self._write(lambda logins, _: logins.keep(login, ended_before=ended_before))

    def saw(self, digest: str, at: datetime) -> None:
        """Note that a login is in use."""
        self._write(lambda logins, _: logins.saw(digest, at))

    def end(self, digest: str) -> None:
        """End a login, everywhere."""
        self._write(lambda logins, _: logins.end(digest))

    def tries(self, names: tuple[str, str]) -> Mapping[str, Tries]:
        """How often each of these tried in vain, as far as that can be known."""
        try:
            logins, salt = self._reader()
            digests = {keyed(salt, name): name for name in names}
            found = logins.tries(list(digests))
        except SheetflowError as error:
            self._unknown(error)
            return {}
        return {digests[digest]: tries for digest, tries in found.items()}

    def count(self, names: tuple[str, str], at: datetime, *, forgotten_after: timedelta) -> None:
        """Count one more try for each."""
        self._write(
            lambda logins, salt: logins.count(
                [keyed(salt, name) for name in names], at, forgotten_after=forgotten_after
            )
        )

    def forgive(self, forgotten: str, one_less: str) -> None:
        """Forget one's tries, and take one off another's."""
        self._write(
            lambda logins, salt: logins.forgive(keyed(salt, forgotten), keyed(salt, one_less))
        )

    def _reader(self) -> tuple[Logins, str]:
        from sheetflow.ledger.logins import Logins

        ledger, salt = self.books.opened(self.workspace())
        return Logins(ledger.database), salt

    def _write(self, change: Callable[[Logins, str], None]) -> None:
        """Change something, given the logins and the ledger's salt; or note that it cannot be."""
        from sheetflow.ledger.logins import Logins
        from sheetflow.ledger.store import Ledger

        try:
            address = self.workspace().ledger_address
            with Ledger.open(address, patience=PATIENCE) as ledger:
                change(Logins(ledger.database), ledger.salt)
        except SheetflowError as error:
            self._unknown(error)

    def _unknown(self, error: SheetflowError) -> Literal["unknown"]:
        _log.warning("logins are not kept just now: %s", type(error).__name__)
        return "unknown"


def proof_of(secret: str) -> str:
    """What let somebody in, as it may be kept: another password has another one."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
