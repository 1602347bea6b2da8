"""The catalogue: every sentence that a row says about itself, one function for each situation.

What people wrote is quoted short, so that the part that says what to do is never cut off.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sheetflow.tables.wording import (
    asking,
    day as day,
    fitted,
    long_day,
    moment as moment,
    short as short,
)
from sheetflow.values import Status, Word

WHEN = "‹when›"
"""Stands in a planned status for the moment at which the thing is done."""


def sent(at: datetime | None = None, tidied: str = "") -> Status:
    """A message was taken. `tidied` is what was cleaned away in the address on the way.

    Without `at`, it is planned, and WHEN stands for the moment.
    """
    when = moment(at) if at else WHEN
    return Status(Word.SENT, when + (f" (tidied {short(tidied, 60)})" if tidied else ""))


def confirmed(at: datetime, *, reached: bool) -> Status:
    """A person said that it went out, where nobody was sure; `reached`: it was a message."""
    return Status(Word.SENT if reached else Word.DONE, f"as somebody confirmed {moment(at)}")


def once_more() -> Status:
    """A person said that it did not go out, and asked for it to be sent again."""
    return Status(Word.WAITING, "goes out again with the next run")


def done(at: datetime, what: str = "") -> Status:
    """A step other than a message is done; `what` says it in the recipe's words."""
    if not what:
        return Status(Word.DONE, moment(at))
    return fitted(Word.DONE, lambda text: f"{text}, {moment(at)}", what)


def held(until: datetime, now: datetime | None = None, why: str = "it is night there") -> Status:
    """It goes out later by itself, for instance because it is night where the person is."""
    days = (until.date() - now.astimezone(until.tzinfo).date()).days if now else None
    when = moment(until)
    if days in (0, 1):
        when = f"{'tomorrow ' if days else ''}{until:%H:%M}"
    return fitted(Word.WAITING, lambda text: f"goes out {when} ({text})", why)


def forgotten(at: datetime, again: str = "Send again?") -> Status:
    """It may have been done, by a ledger that was lost and of which an older copy was put back."""
    start = f"may be done: what was known on {day(at)} is lost"
    return Status(Word.NOT_SURE, f'{start}. In "{short(again, 20)}": yes or it came')


def matched_before(recipe: str) -> Status:
    """The row matched already when the recipe of that name was switched on."""
    end = "was switched on: nothing sent by it"
    return fitted(Word.SKIPPED, lambda name: f"matched before {name} {end}", recipe)


def no_email() -> Status:
    """The row has no address to write to."""
    return Status(Word.NEEDS_YOU, "no e-mail address")


def two_addresses() -> Status:
    """One cell holds several addresses, and the column is not declared to."""
    return Status(Word.NEEDS_YOU, "two addresses here, keep one")


def odd_address(text: str, suggestion: str = "") -> Status:
    """An address that cannot be one, or is probably misspelt; `suggestion` is what it may mean."""
    end = f' right? Or "{short(suggestion, 30)}"?' if suggestion else " right?"
    return asking(text, lambda quoted: f"is {quoted}{end}")


def look_alike(text: str) -> Status:
    """An address that mixes alphabets, so that it may only look like the one that is meant."""
    return asking(text, lambda quoted: f"check {quoted}: some letters only look right, retype it")


def two_phones() -> Status:
    """One cell holds several phone numbers."""
    return Status(Word.NEEDS_YOU, "two phone numbers here, keep one")


def odd_phone(text: str) -> Status:
    """Something that is no phone number in the table's country, nor with its own."""
    return asking(text, lambda quoted: f"is {quoted} a whole phone number?")


def phone_without_country(text: str) -> Status:
    """A number that does not say its country, in a table that does not either."""
    return asking(text, lambda quoted: f"which country is {quoted} in? Write it with + and code")


def ambiguous_date(text: str, options: Sequence[date] = ()) -> Status:
    """A date that can be read in two ways, which are the `options`, or in none."""
    if len(options) < 2:
        return asking(text, lambda quoted: f"which day is {quoted}? Write it like 2026-04-03")
    first, second = options[:2]
    either = f"the {long_day(first)} or {long_day(second)}? Write {first.isoformat()}"
    return fitted(Word.NEEDS_YOU, lambda plain: f"is {plain} {either}", text)


def no_time(on: date) -> Status:
    """A day stands where a day and a time are needed."""
    return Status(
        Word.NEEDS_YOU, f"what time on {long_day(on)}? Write it like {on.isoformat()} 19:00"
    )


def no_such_time(local: datetime) -> Status:
    """A time that the clocks jump over when summer time begins."""
    return Status(
        Word.NEEDS_YOU,
        f"{local:%H:%M} on {long_day(local)} is skipped as clocks go forward. Another time?",
    )


def doubled_time(local: datetime) -> Status:
    """A time that comes twice when summer time ends."""
    return Status(
        Word.NEEDS_YOU,
        f"{local:%H:%M} on {long_day(local)} comes twice as clocks go back. Another time?",
    )


def unknown_zone(text: str) -> Status:
    """A time zone that is not known by that name."""
    return asking(text, lambda quoted: f"which time zone is {quoted}? Write Europe/Berlin")


def past_event() -> Status:
    """Too late to be of use."""
    return Status(Word.SKIPPED, "the event is over")


def not_yes_or_no(text: str) -> Status:
    """Neither ticked nor unticked."""
    return asking(text, lambda quoted: f"is {quoted} a yes or a no?")


def not_a_number(text: str) -> Status:
    """A number is needed, and this is none, or one of two."""
    return asking(text, lambda quoted: f"which number is {quoted}? Write only digits")


def unknown_choice(text: str, column: str) -> Status:
    """A value that the column is not declared to hold."""
    name = short(column, 20)
    return asking(text, lambda quoted: f'{quoted} is not one of the choices for "{name}"')


def too_long(column: str) -> Status:
    """A cell so long, or so odd, that nothing is made of it."""
    return fitted(Word.NEEDS_YOU, lambda name: f'the text in "{name}" is too long to use', column)


def same_person(label: str) -> Status:
    """A second row with the same person; `label` is the row that counts."""
    return fitted(Word.SKIPPED, lambda who: f'same person as "{who}"', label)


def copy_of_row() -> Status:
    """A copy with the id of the row it was copied from."""
    return Status(Word.SKIPPED, "copy of another row")


def same_key(column: str) -> Status:
    """Two different rows with one natural key."""
    return fitted(Word.NEEDS_YOU, lambda name: f'another row has the same "{name}"', column)


def changed_hands(id_column: str) -> Status:
    """Name and address of a row are both somebody else's now, under the id of the one before."""
    return fitted(
        Word.NEEDS_YOU, lambda name: f'new person in this row? Then clear its "{name}"', id_column
    )


def merged_cell(column: str) -> Status:
    """A merged cell leaves open whose name or address it is."""
    return fitted(Word.NEEDS_YOU, lambda name: f'"{name}" is merged with other cells', column)


def empty_cell(column: str) -> Status:
    """A cell is needed, and there is nothing in it."""
    return fitted(Word.NEEDS_YOU, lambda name: f'"{name}" is empty here', column)


def error_cell(text: str) -> Status:
    """A cell shows a formula's error, or has not been worked out yet."""
    return fitted(Word.WAITING, lambda error: f"a cell in this row shows {error}", text)


def nobody_known(name: str, table: str) -> Status:
    """A cell should name a row of another table, and that table has none of that name."""
    return fitted(Word.NEEDS_YOU, lambda who: f'who is "{who}"? Not in "{short(table, 24)}"', name)


def not_in_table(name: str, table: str) -> Status:
    """The same as `nobody_known`."""
    return nobody_known(name, table)


def two_of_that_name(name: str, table: str) -> Status:
    """A cell should name a row of another table, and several have that name."""
    return fitted(
        Word.NEEDS_YOU, lambda who: f'which "{who}" of "{short(table, 24)}"? Write the e-mail', name
    )


def nobody_free(table: str) -> Status:
    """Everybody who could take this row has as many as they can."""
    return fitted(Word.WAITING, lambda name: f"everyone in {name} is at their limit", table)


def person_changed(column: str, value: object) -> Status:
    """Somebody wrote into the cell while we worked, and theirs stays."""
    name = short(column, 24)
    if value is None or not str(value).strip():
        return Status(Word.DONE, f'you emptied "{name}", so I left it')
    return fitted(Word.DONE, lambda new: f"you changed {name} to {new}, so I left it", value)


def formula_left(column: str) -> Status:
    """A formula stands in a column that is ours to write, and stays."""
    return fitted(Word.DONE, lambda name: f'"{name}" holds a formula, so I left it', column)


def merged_left(column: str) -> Status:
    """A cell that is ours to write is part of a merged one, and stays as it is."""
    return fitted(
        Word.DONE, lambda name: f'"{name}" is merged with other cells, so I left it', column
    )


def row_vanished(label: str) -> Status:
    """The row cannot be found any more. It is told in the log, there being no row."""
    return fitted(Word.NOT_SURE, lambda who: f'the row for "{who}" went away while I worked', label)


def changed_since_plan() -> Status:
    """Somebody edited the row after the plan was made."""
    return Status(Word.SKIPPED, "this row changed after the plan was made")


def still_blank(name: str) -> Status:
    """An earlier step should have given a value, and has not."""
    return fitted(Word.WAITING, lambda text: f"{text} is not there yet", name)


def not_sure(who: str, again: str = "Send again?") -> Status:
    """Nobody can know whether it went out; a person has to ask `who`."""
    column = short(again, 20)
    return fitted(
        Word.NOT_SURE,
        lambda name: f'line dropped. Ask {name}, then write yes or it came in "{column}"',
        who,
    )


def unclear_answer(text: str, again: str = "Send again?") -> Status:
    """What a person answered where nobody is sure says neither that it came nor a yes or a no."""
    column = short(again, 20)
    return fitted(
        Word.NOT_SURE, lambda said: f'is "{said}" a yes? "{column}": yes, no or it came', text
    )


def refused_content(admin: str = "") -> Status:
    """The service turned this message down for what is in it."""
    asked = f". Ask {short(admin, 40)}" if admin else ""
    return Status(Word.NEEDS_YOU, f"the mail service refused this message{asked}")


def no_such_address() -> Status:
    """The service says that nobody has this address."""
    return Status(Word.NEEDS_YOU, "address does not exist. Maybe phone?")


def provider_busy(at: datetime | None = None) -> Status:
    """The service takes nothing just now; tried again at `at`."""
    again = f"at {at:%H:%M}" if at else "at the next run"
    return Status(Word.WAITING, f"mail service is busy, trying again {again}")


def asked_not_to(since: date | None = None) -> Status:
    """The person does not want e-mail."""
    return Status(Word.SKIPPED, "asked not to get e-mail" + (f" ({day(since)})" if since else ""))


def no_consent(column: str) -> Status:
    """The consent column does not say yes."""
    return fitted(Word.SKIPPED, lambda name: f'"{name}" is not Yes', column)


def switched_off() -> Status:
    """Somebody switched the recipe off."""
    return Status(Word.WAITING, "this recipe is switched off")


def not_switched_on(recipe: str) -> Status:
    """Nobody ever switched the recipe on, and nobody is there who saw the plan."""
    return fitted(
        Word.WAITING, lambda name: f"switch this recipe on first: sheetflow on {name}", recipe
    )


def too_late() -> Status:
    """It was held back until it was of no use any more."""
    return Status(Word.SKIPPED, "too late to be useful")


def never_day() -> Status:
    """The places where the person may be are so far apart that it is never day in all of them."""
    return Status(Word.NEEDS_YOU, "which time zone? It is never day in all of people_are_in")


def had_enough(count: int, within: timedelta, until: datetime, now: datetime) -> Status:
    """The person had as many mails as they may, until a moment in the zone of `now`."""
    period = {1: "today", 7: "this week"}.get(within.days, "this month")
    mails = "1 mail" if count == 1 else f"{count} mails"
    return Status(Word.WAITING, f"had {mails} {period}, next from {_from(until, now)}")


def over_limit(count: int, what: str, limit: int) -> Status:
    """A run would reach more `what` (people, messages) than its recipe allows."""
    text = f"{count} {what} at once is over the recipe's limit of {limit} ({what}_per_run)"
    return Status(Word.WAITING, text)


def unusual(people: int, least: int, most: int, recipe: str) -> Status:
    """A run would reach far more people than the runs before it."""
    usual = f"{least:,} to {most:,}" if least < most else f"{most:,}"
    start = f"{people:,} people now, usually {usual}. Needs a Go: sheetflow approve"
    return fitted(Word.WAITING, lambda name: f"{start} {name}", recipe)


def needs_a_go(people: int, recipe: str, changed_since: datetime | None = None) -> Status:
    """Somebody must agree to the plan; or must again, because it changed since they did."""
    start = "1 person needs a Go" if people == 1 else f"{people:,} people need a Go"
    if changed_since:
        start = f"the plan changed since the Go of {day(changed_since)}"
    return fitted(Word.WAITING, lambda name: f"{start}: sheetflow approve {name}", recipe)


def tick_to_send(column: str, recipe: str) -> Status:
    """Nothing is done for a row before somebody has ticked a cell in it."""
    start = f'tick "{short(column, 20)}" to send'
    return fitted(Word.WAITING, lambda name: f"{start} ({name})", recipe)


def tick_once_more(column: str, recipe: str) -> Status:
    """Something changed after somebody had ticked, so that the tick was for something else."""
    start = f'it changed since. Look, then tick "{short(column, 20)}" again'
    return fitted(Word.WAITING, lambda name: f"{start} ({name})", recipe)


def _from(until: datetime, now: datetime) -> str:
    """A moment to come as one says it: an hour of today or tomorrow, a weekday, or a day."""
    days = (until.date() - now.date()).days
    if days < 2:
        return f"{'tomorrow ' if days else ''}{until:%H:%M}"
    return _WEEKDAYS[until.weekday()] if days < 7 else day(until)


_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
