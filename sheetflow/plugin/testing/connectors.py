"""What every connector keeps that carries mail or gives meetings their links."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from sheetflow.errors import PlanningWrote, SheetflowError
from sheetflow.network.door import Door
from sheetflow.plugin.connector import Connector
from sheetflow.plugin.mailer import Mail
from sheetflow.plugin.meetings import MeetingPlace
from sheetflow.plugin.testing.in_memory import NOON
from sheetflow.plugin.testing.watching import watched
from sheetflow.secrets import Secret
from sheetflow.values import Blank, Receipt

MAIL = Mail(
    "us@example.org",
    "ana@example.org",
    "<contract-1@example.org>",
    b"From: us@example.org\r\nTo: ana@example.org\r\nMessage-ID: <contract-1@example.org>\r\n"
    b"Date: Sat, 14 Mar 2026 12:00:00 +0000\r\nSubject: Hi\r\n\r\nHello.\r\n",
)
"""One mail to one person, complete."""


class ConnectorContract:
    """What every connector keeps. In a test: a class with the `connector` and its `settings`.

    Where a service is needed, start its look-alike on this machine in a fixture of the class, and
    set `self.settings` there.
    """

    connector: type[Connector]
    settings: Mapping[str, Any] = {}

    def connect(self, folder: Path, *, may_write: bool = True) -> Any:
        """The connector as a workspace in `folder` would make it."""
        settings = self.connector.Settings(**self.settings)
        return self.connector(settings, door=Door(may_write=may_write), folder=folder)

    def test_making_it_does_nothing_yet(self, tmp_path: Path) -> None:
        """A workspace makes it only to look at it; lines are opened when they are needed."""
        with watched() as done:
            self.connect(tmp_path)
        assert done == []

    def test_it_can_be_closed_twice_and_without_having_been_used(self, tmp_path: Path) -> None:
        """Closing is tidying up."""
        connected = self.connect(tmp_path)
        connected.close()
        connected.close()

    def test_it_shows_no_secret_of_its_own(self, tmp_path: Path) -> None:
        """Whatever of it ends up in a log."""
        connected = self.connect(tmp_path)
        shown = f"{connected!r} {connected} {connected.settings!r} {vars(connected)!r}"
        for value in self.settings.values():
            if isinstance(value, Secret):
                assert value.reveal() not in shown, "a secret is printed"


class MailerContract(ConnectorContract):
    """What whoever carries mail keeps."""

    mail: Mail = MAIL

    def test_no_mail_goes_out_while_the_door_is_shut(self, tmp_path: Path) -> None:
        """It says so at the door first: `self.door.writing(...)`."""
        connected = self.connect(tmp_path, may_write=False)
        with watched() as done:
            refused = _raises(PlanningWrote, lambda: connected.deliver(self.mail))
        assert refused, "deliver went past the door"
        assert done == [], f"before the door stopped it, it did: {done}"

    def test_a_mail_that_was_taken_has_a_receipt(self, tmp_path: Path) -> None:
        """With the service's own reference, to find it again."""
        connected = self.connect(tmp_path)
        receipt = connected.deliver(self.mail)
        connected.close()
        assert isinstance(receipt, Receipt)
        assert receipt.reference, "the receipt has a reference"

    def test_find_never_says_what_is_not_so(self, tmp_path: Path) -> None:
        """Before: False, or True for unknown. Afterwards: a receipt, or True for unknown."""
        connected = self.connect(tmp_path)
        assert isinstance(connected.find(self.mail), bool), "it was not handed over yet"
        connected.deliver(self.mail)
        found = connected.find(self.mail)
        connected.close()
        assert found is True or isinstance(found, Receipt), "it was handed over"

    def test_the_same_mail_twice_is_one_if_it_says_so(self, tmp_path: Path) -> None:
        """An idempotent mailer gives the first receipt again."""
        connected = self.connect(tmp_path)
        if connected.idempotent:
            assert connected.deliver(self.mail) == connected.deliver(self.mail)
        connected.close()

    def test_it_takes_at_least_one_at_a_time(self, tmp_path: Path) -> None:
        """And each may come from another thread."""
        assert self.connect(tmp_path).parallel >= 1

    def test_of_several_mails_each_has_a_receipt_of_its_own(self, tmp_path: Path) -> None:
        """In their order, whether it takes them together or one after the other."""
        connected = self.connect(tmp_path)
        numbers = range(connected.together + 1)
        mails = [replace(self.mail, id=f"<{number}.{self.mail.id[1:]}") for number in numbers]
        receipts = connected.deliver_many(mails)
        connected.close()
        assert len(receipts) == len(mails)
        assert all(isinstance(receipt, Receipt) for receipt in receipts)


class MeetingPlaceContract(ConnectorContract):
    """What whoever gives meetings their link keeps."""

    def test_a_link_is_known_or_a_named_blank_and_asking_changes_nothing(
        self, tmp_path: Path
    ) -> None:
        """It is asked while planning, so the same question has the same answer."""
        connected = self.connect(tmp_path, may_write=False)
        with watched() as done:
            links = [connected.link("A call", NOON, NOON + timedelta(hours=1)) for _ in range(2)]
        assert done == [], f"asking for a link did: {done}"
        assert links[0] == links[1]
        assert isinstance(links[0], str | Blank)
        assert str(links[0]).startswith(("https://", "‹")), "a link, or a name for it"
        assert isinstance(connected, MeetingPlace)


def _raises(kind: type[SheetflowError], call: Any) -> bool:
    try:
        call()
    except kind:
        return True
    return False
