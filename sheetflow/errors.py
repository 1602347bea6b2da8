"""Everything that can go wrong, and what to do about it.

SheetflowError                  exit  hint: what to do
├── SetupError                  2     recipe, settings or secrets are wrong; nothing was done
│   └── ProblemsFound           2     all mistakes of a workspace at once, each with its place
├── TableError                  1     a table cannot be read or written now
│   ├── TableBusy               1     open or locked elsewhere
│   │   └── TableReadOnly       1     can never be written, only read
│   ├── TableChanged            1     somebody saved it while we were about to write
│   └── ColumnMissing           1     a needed column cannot be found
├── LedgerError                 1     the ledger cannot be trusted or written: nothing goes out
│   └── LedgerBusy              1     another process is applying in this workspace
├── ServiceError                1     what a vendor's error becomes, whoever the vendor is
│   ├── NotAllowed              1     our credentials do not allow it
│   ├── NotFound                1     it does not exist, or not for us
│   ├── Refused                 1     turned down: trying again gives the same answer
│   │   └── ThereAlready        1     something of this name is there already
│   ├── TooFast                 1     not taken, try later
│   │   └── UsedUp              1     not taken: today's or this month's allowance is gone
│   ├── Unreachable             1     not taken, the line was down before anything was handed over
│   └── NotKnown                1     it may have been taken: never repeated without a person
├── PlanningWrote               3     something tried to change the world while planning
└── RowStopped                  -     this row goes no further, and says why in its status
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sheetflow.values import Status


class SheetflowError(Exception):
    """The base of all our errors: a sentence, and a hint that says what to do."""

    exit_code = 3

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".rstrip()


class SetupError(SheetflowError):
    """The recipe, the settings or a secret is wrong; nothing was done."""

    exit_code = 2


@dataclass(frozen=True, order=True)
class Problem:
    """One mistake in a file an author wrote, with its place and its cure.

    `line` and `column` count from 1; 0 means the whole file.

    >>> print(Problem(Path("r.yaml"), 14, 5, "meet", 'there is no "lenght".', 'Write "for".'))
    r.yaml:14:5: meet: there is no "lenght". Write "for".
    """

    file: Path
    line: int
    column: int
    where: str
    what: str
    cure: str = ""

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part)
        return f"{place}: {self.where}: {self.what} {self.cure}".rstrip()


class ProblemsFound(SetupError):
    """All the mistakes of a workspace, a recipe or a template, told at once."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(str(problem) for problem in self.problems))


class TableError(SheetflowError):
    """A table cannot be read or written now."""

    exit_code = 1


class TableBusy(TableError):
    """The table is open or locked elsewhere."""


class TableReadOnly(TableBusy):
    """The table can never be written, whoever lets go of it."""


class TableChanged(TableError):
    """Somebody saved the table between our reading and our writing."""


class ColumnMissing(TableError):
    """A needed column cannot be found among the headers."""


class LedgerError(SheetflowError):
    """The ledger cannot be read, trusted or written, so nothing may be handed over."""

    exit_code = 1


class LedgerBusy(LedgerError):
    """Another process is applying in this workspace."""


class ServiceError(SheetflowError):
    """What a vendor's error becomes, whoever the vendor is; `reason` is the vendor's own word."""

    exit_code = 1

    def __init__(self, message: str, *, hint: str = "", reason: str = "") -> None:
        super().__init__(message, hint=hint)
        self.reason = reason


class NotAllowed(ServiceError):
    """Our credentials do not allow it."""


class NotFound(ServiceError):
    """It does not exist, or not for us."""


class Refused(ServiceError):
    """It was turned down, and trying again would give the same answer."""


class ThereAlready(Refused):
    """Something of this name is there already: perhaps an earlier try of the same."""


class TooFast(ServiceError):
    """It was not taken; it may be tried again after `retry_after`."""

    def __init__(
        self,
        message: str,
        *,
        hint: str = "",
        retry_after: timedelta | None = None,
        reason: str = "",
    ) -> None:
        super().__init__(message, hint=hint, reason=reason)
        self.retry_after = retry_after


class UsedUp(TooFast):
    """It was not taken: the allowance of a day or a month is gone, and waiting a little is vain."""


class Unreachable(ServiceError):
    """The line was down before anything was handed over, so it may be tried again."""


class NotKnown(ServiceError):
    """It may have been taken. Only a person may have it repeated."""


class PlanningWrote(SheetflowError):
    """Something tried to change the world while planning."""


class RowStopped(Exception):
    """This row goes no further in this recipe; its status says why."""

    def __init__(self, status: Status) -> None:
        super().__init__(str(status))
        self.status = status
