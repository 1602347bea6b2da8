"""People as guests, and those among them whom no mail can reach."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sheetflow import Noop, Person, RowRef, RowStopped, Status, Work, statuses

from ._invitations import Guest
from ._mail import ascii_address


def guest_of(work: Work, ref: RowRef, person: Person) -> Guest:
    """The person of a row as a guest, without an address where it needs somebody to look at it."""
    address = "" if _problem(person) else person.email.value
    return Guest(ref, person.name, address, work.zone_of(person).key, person.language)


def problems_of(work: Work, people: Mapping[RowRef, Person]) -> Iterator[Noop]:
    """Those who cannot be written to, each with the reason, and whose it is if not the row's."""
    for ref, person in people.items():
        if status := _problem(person):
            whose = "" if ref == work.ref else f"{person.name or ref.row}: "
            yield Noop(f"{whose}{status.text}", status.word, part=str(ref))


def _problem(person: Person) -> Status | None:
    """Why nobody can be invited at this person's address: a calendar needs exactly one."""
    address = person.email.value
    if person.email.problem is not None or not address:
        return person.email.problem or statuses.no_email()
    if not isinstance(address, str):
        return statuses.two_addresses()
    try:
        ascii_address(address)
    except RowStopped as stopped:
        return stopped.status
    return None
