"""The digest: who waits for somebody, sent at its times and only if there is anything to say.

Whoever looks after a recipe gets what is about it; the rest goes to whom the settings name.
After a week without one, a short mail says that all is well, so that silence is not mistaken for
it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sheetflow.clock import Clock
from sheetflow.errors import NotKnown, SheetflowError
from sheetflow.hosting.journal import Journal
from sheetflow.hosting.notices import Notice, deliver
from sheetflow.hosting.roster import Listed, Roll, Roster
from sheetflow.hosting.timetable import next_due
from sheetflow.ledger.errands import Due, Errands, Next
from sheetflow.organizing.controlling import Controlling
from sheetflow.organizing.digest_mail import as_html, as_text, subject
from sheetflow.organizing.gathering import Gathered, gather
from sheetflow.plugin.chat import is_channel
from sheetflow.values import digest
from sheetflow.workspace import CHAPTER
from sheetflow.workspace.organizer_keys import Digest

if TYPE_CHECKING:
    from sheetflow.ledger.store import Ledger

NAME = "digest"

SIGN_OF_LIFE = timedelta(days=7) - timedelta(hours=12)
"""After how long without a mail one says that all is well: a week, however long its hours."""

LATER = timedelta(minutes=15)
"""When it is tried again, if the mail was certainly not taken."""


@dataclass
class Digesting:
    """Sends the digest of one workspace. Only one thread may use it.

    `control` may have something to say in it. `trouble` is why the digest cannot be looked after.
    """

    roster: Roster
    clock: Clock
    journal: Journal
    control: Controlling | None = None
    trouble: str = ""
    _ledger: Ledger | None = None

    def close(self) -> None:
        """Let go of the ledger."""
        if self._ledger is not None:
            self._ledger.close()
            self._ledger = None

    def look(self) -> None:
        """Send it if it is due. What goes wrong is told to the journal, and tried again."""
        try:
            roll = self.roster.look()
            wanted = roll.workspace.settings.organizing.digest
            if wanted is not None:
                self._look(roll, wanted)
            self.trouble = ""
        except SheetflowError as error:
            if str(error) != self.trouble:
                self.journal.say("digest", says=str(error))
            self.trouble = str(error)
            self.close()

    def _look(self, roll: Roll, wanted: Digest) -> None:
        if self._ledger is None:
            self._ledger = roll.workspace.ledger(read_only=False)
        amiss = self.control.trouble if self.control is not None else ""
        for to, part in parts(roll, wanted.to).items():
            name, trouble = (NAME, amiss) if to == wanted.to else (f"{NAME} for {to}", "")
            self._send(name, part, replace(wanted, to=to), self._ledger, trouble)

    def _send(self, name: str, roll: Roll, wanted: Digest, ledger: Ledger, amiss: str) -> None:
        """Send the part of one recipient, if it is due."""
        errands = Errands(ledger.database, CHAPTER)
        now = self.clock.now().astimezone(roll.zone)
        due = errands.take(name, f"{wanted.when} ({roll.zone.key})", now, _following(roll, wanted))
        if due is None:
            return
        found = gather(roll, ledger, now, trouble=amiss)
        if not found.is_news and not _is_time_for_a_sign(due, now):
            return
        try:
            deliver(notice(found, wanted, due.at), roll.workspace, now)
        except NotKnown as error:
            self.journal.say("digest may have been sent", says=str(error))
        except SheetflowError as error:
            errands.put_off(name, due, now + LATER)
            self.journal.say("digest could not be sent", says=str(error))
            return
        else:
            self.journal.say("digest sent", causes=len(found.causes))
        errands.done(name, now)


def parts(roll: Roll, to: str) -> Mapping[str, Roll]:
    """The recipes by who hears of them: their owner, or for those without one, `to`."""
    owners = roll.owners
    found: dict[str, dict[str, Listed]] = {to: {}}
    for name, listed in roll.recipes.items():
        owner = owners.get(name, to)
        known = next((one for one in found if one.casefold() == owner.casefold()), owner)
        found.setdefault(known, {})[name] = listed
    return {whom: replace(roll, recipes=some) for whom, some in found.items()}


def notice(found: Gathered, wanted: Digest, due: datetime) -> Notice:
    """The digest as it goes out."""
    return Notice(
        f"digest-{digest(NAME, wanted.to, due.isoformat())}",
        wanted.to,
        subject(found),
        as_text(found),
        "" if is_channel(wanted.to) else as_html(found),
        wanted.sender,
        wanted.by,
    )


def _following(roll: Roll, wanted: Digest) -> Next:
    def following(after: datetime) -> datetime:
        found = next_due(wanted.when, after, roll.zone)
        assert found is not None  # it has a time of day
        return found

    return following


def _is_time_for_a_sign(due: Due, now: datetime) -> bool:
    return due.last_at is not None and now - due.last_at >= SIGN_OF_LIFE
