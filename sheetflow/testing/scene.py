"""One run of a test as it is looked at: what was expected, what happened, and who is who."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sheetflow.reporting.groups import counted, one_line
from sheetflow.testing.cases import Expected
from sheetflow.testing.happening import Happened
from sheetflow.testing.roll import Roll, Someone

NAMED = 3
"""How many reasons are told where nobody knows whose row a missing mail would have been about."""


@dataclass(frozen=True)
class Difference:
    """Something that should have been otherwise, as a sentence. `row` is 0 if it is of no row."""

    row: int
    who: str
    what: str


@dataclass(frozen=True)
class Scene:
    """What the sentences about one run are made from."""

    expected: Expected
    happened: Happened
    roll: Roll
    zone: ZoneInfo

    def about(self, row: int, what: str, table: str = "") -> Difference:
        """A difference about a row; {} in `what` becomes what the row is called."""
        who = self.roll.called(row, table) if row else "The run"
        own = row if table in ("", self.roll.table) else 0
        return Difference(own, who, what.replace("{}", who, 1))

    def owner(self, address: str) -> str:
        """What to call whoever has this address: by name if a row is theirs."""
        return self._called(self.roll.whose(address)) or address

    def nothing_sent(self, addresses: Iterable[str], name: str, what: str) -> Difference:
        """That `what` did not go to any of these addresses, and the planner's reason for it."""
        someone = next(filter(None, map(self.roll.whose, sorted(addresses))), None)
        own = someone is not None and someone.table == self.roll.table
        row = someone.number if someone is not None and own else 0
        who = self._called(someone) or name
        why = self.why(row)
        return Difference(row, who, f"{who} should have got {what}, but nothing was sent{why}")

    def why(self, row: int) -> str:
        """The planner's reasons, to end a sentence with: the row's, or those of the first rows."""
        if row:
            reasons = self.happened.reasons.get(row, ())
            return f": {'; '.join(map(one_line, reasons))}" if reasons else ""
        about = [
            f"{self.roll.called(number)}: {one_line(reasons[0])}"
            for number, reasons in sorted(self.happened.reasons.items())
            if reasons
        ]
        more = f", and {counted(len(about) - NAMED, 'other')}" if len(about) > NAMED else ""
        return f" ({'; '.join(about[:NAMED])}{more})" if about else ""

    def at(self, moment: datetime) -> datetime:
        """A moment of a test, in the workspace's zone unless it says its own."""
        return moment if moment.tzinfo else moment.replace(tzinfo=self.zone)

    def _called(self, someone: Someone | None) -> str:
        return self.roll.called(someone.number, someone.table) if someone else ""


def words(text: str) -> str:
    """A text as two are compared: without regard to case and spaces."""
    return " ".join(text.casefold().split())
