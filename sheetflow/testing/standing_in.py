"""Stand-ins for each kind of connector: they take what they are handed, and nothing leaves.

Each is of its real one's class, so that one that carries no mail carries none here either. None of
its settings is opened, and no secret is looked for.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sheetflow.errors import NotKnown
from sheetflow.network.door import Door
from sheetflow.plugin.chat import Chat, ChatMessage, ChatPlace
from sheetflow.plugin.connector import Connector
from sheetflow.plugin.library import Notebook, Writing
from sheetflow.plugin.mailer import Mail, Mailer
from sheetflow.plugin.meetings import Appointment, Calendar, MeetingPlace, MeetingRoom
from sheetflow.plugin.one_by_one import one_by_one
from sheetflow.values import Receipt

LINK = "https://calls.example/{}"
"""The link of every call in a test, with its connection's name; .example never leads anywhere."""

NOTED = "noted"
"""The reference of a deed that a test does not see otherwise: it is expected under `deeds`."""


class StandIn(Connector):
    """What all stand-ins are: the real one's settings without its secrets, and nothing opened."""

    def __init__(self, settings: Any, *, door: Door, folder: Path, called: str) -> None:
        super().__init__(settings, door=door, folder=folder)
        self.called = called

    def close(self) -> None:
        """Nothing is open."""


class MailStandIn(StandIn, Mailer):
    """Takes every mail and sends none, one after the other, so that results keep their order."""

    parallel = 1
    together = 1
    leaves_files = False

    def deliver(self, mail: Mail) -> Receipt:
        """Take it."""
        self.door.writing(f"a mail to {mail.to}")
        return Receipt(mail.id)

    def deliver_many(self, mails: Sequence[Mail]) -> Sequence[Receipt | Exception]:
        """Take each of them."""
        return one_by_one(self.deliver, mails)

    def find(self, mail: Mail) -> Receipt | bool:  # noqa: ARG002 - nothing is lost on the way
        """Nothing is ever in doubt here."""
        return False


class LosingMail(MailStandIn):
    """Takes every mail, and does not say whether those to some addresses arrived."""

    lost: Collection[str] = ()

    def deliver(self, mail: Mail) -> Receipt:
        """Take it. Raises NotKnown for one that is lost."""
        found = super().deliver(mail)
        if mail.to.casefold() in self.lost:
            raise NotKnown("Nobody heard whether it arrived.")
        return found

    def find(self, mail: Mail) -> Receipt | bool:  # noqa: ARG002 - as with most mail servers
        """What was in doubt stays so."""
        return True


class MeetingStandIn(StandIn, MeetingPlace):
    """Gives every call the same link."""

    def link(self, title: str, starts: datetime, ends: datetime) -> str:  # noqa: ARG002 - as above
        """A link that leads nowhere, and says which connection it is of."""
        return LINK.format(self.called)


class NotebookStandIn(StandIn, Notebook):
    """Documents that hold nothing, whatever is written into them."""

    def title(self, document: str) -> str:
        """Its address: nobody is asked for more."""
        return document

    def holds(self, writing: Writing) -> bool:  # noqa: ARG002 - nothing is kept
        """Not yet."""
        return False

    def put(self, writing: Writing) -> Receipt:
        """Take it."""
        self.door.writing(f"into the document {writing.document}")
        return Receipt(NOTED)


class ChatStandIn(StandIn, Chat):
    """Knows every channel and everybody, and posts nothing."""

    parallel = 1

    def channel(self, name: str) -> ChatPlace:
        """Whatever it is called."""
        return ChatPlace(name, name)

    def person(self, email: str) -> ChatPlace:
        """Whoever it is."""
        return ChatPlace(email, email, is_person=True)

    def thread(self, link: str, place: ChatPlace) -> str:  # noqa: ARG002 - every message is there
        """The link itself."""
        return link

    def post(self, message: ChatMessage) -> Receipt:
        """Take it."""
        self.door.writing(f"a message to {message.to}")
        return Receipt(NOTED, gives={"link": LINK.format(self.called)})

    def find(self, message: ChatMessage) -> Receipt | bool:  # noqa: ARG002 - nothing is lost
        """Nothing is ever in doubt here."""
        return False


class RoomStandIn(MeetingStandIn, MeetingRoom):
    """Makes no meeting, and says that it did."""

    parallel = 1

    def hold(self, appointment: Appointment) -> Receipt:
        """Take it."""
        self.door.writing(f"a meeting: {appointment.title}")
        return Receipt(appointment.id)

    def call_off(self, appointment: Appointment) -> Receipt:
        """The same."""
        return self.hold(appointment)

    def find(self, appointment: Appointment) -> Receipt | bool:  # noqa: ARG002 - nothing is lost
        """Nothing is ever in doubt here."""
        return False


class CalendarStandIn(RoomStandIn, Calendar):
    """Keeps no meeting either."""


STAND_INS: Mapping[type[Connector], type[StandIn]] = {
    Mailer: MailStandIn,
    Calendar: CalendarStandIn,
    MeetingRoom: RoomStandIn,
    MeetingPlace: MeetingStandIn,
    Notebook: NotebookStandIn,
    Chat: ChatStandIn,
}
"""What stands in for each kind of connector; what is more than another kind comes first."""


def losing_mail(to: Collection[str]) -> Mapping[type[Connector], type[StandIn]]:
    """The same, of which the one for mail loses what goes to these addresses."""
    return {**STAND_INS, Mailer: type("LosingMailStandIn", (LosingMail,), {"lost": to})}


def stand_in_for(
    connector: type[Connector], stand_ins: Mapping[type[Connector], type[StandIn]] = STAND_INS
) -> type[StandIn]:
    """The stand-in of a connector: of its class, so that its own actions can be planned with it."""
    kinds: list[type[StandIn]] = []
    for kind, stand_in in stand_ins.items():
        known = any(issubclass(found, kind) for found in kinds)
        if issubclass(connector, kind) and not known:
            kinds.append(stand_in)
    return type(f"{connector.__name__}StandIn", (*(kinds or [StandIn]), connector), {})
