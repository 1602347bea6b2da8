"""A plan by person, and reasons by how many they are about: what every report is made of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from sheetflow.errors import RowStopped
from sheetflow.language.written import as_text, clean, date_in_words, day_and_time
from sheetflow.values import Blank, Change, Entry, Noop, Plan, RowRef, Word

LONGEST_VALUE = 200
"""Characters of a cell that a report repeats."""


@dataclass(frozen=True)
class Someone:
    """A row's person in a report: what the recipe calls them, and where to find them."""

    ref: RowRef
    who: str
    number: int | None = None

    def __str__(self) -> str:
        name = one_line(self.who) or self.ref.row
        return f"{name} (row {self.number})" if self.number else name


@dataclass(frozen=True)
class PersonPlan:
    """All that a plan says about one row."""

    someone: Someone
    entries: tuple[Entry, ...]

    @cached_property
    def changes(self) -> tuple[tuple[Entry, Change], ...]:
        """What would be done."""
        return tuple((entry, entry.change) for entry in self.entries if entry.change)

    @cached_property
    def remarks(self) -> tuple[tuple[Entry, Noop], ...]:
        """What would not be done, where that is worth saying."""
        found = ((entry, entry.deed) for entry in self.entries)
        return tuple(
            (entry, deed) for entry, deed in found if isinstance(deed, Noop) and not deed.quiet
        )


@dataclass(frozen=True)
class Reason:
    """One reason, and everybody it is about."""

    text: str
    people: tuple[Someone, ...]
    word: Word | None = None


@dataclass(frozen=True)
class Overview:
    """A plan, sorted: who is acted on, who waits, and who is left out for which reason."""

    plan: Plan
    acted_on: tuple[PersonPlan, ...]
    waiting: tuple[Reason, ...]
    left_out: tuple[Reason, ...]

    @cached_property
    def letters(self) -> int:
        """How many messages would go out, invitations among them."""
        return sum("letter" in entry.change.data for entry in self.plan.changes if entry.change)

    @cached_property
    def meetings(self) -> int:
        """How many of the messages are invitations."""
        return sum("meeting" in entry.change.data for entry in self.plan.changes if entry.change)

    @cached_property
    def cells(self) -> int:
        """How many cells would be filled in."""
        return sum(len(entry.change.cells) for entry in self.plan.changes if entry.change)


def overview(plan: Plan) -> Overview:
    """The plan, sorted as people ask about it.

    Everybody is in one of its parts; who is acted on and needs somebody as well is in two.
    """
    people = [_person(entries) for entries in _by_row(plan.entries).values()]
    waiting, left_out = Reasons(), Reasons()
    for left in plan.left_out:
        left_out.add(left.reason, None, Someone(left.row, left.who, left.number))
    for person in people:
        _sort(person, waiting, left_out)
    acted_on = tuple(person for person in people if person.changes)
    return Overview(plan, acted_on, waiting.found(), left_out.found())


def one_line(text: object, longest: int = LONGEST_VALUE) -> str:
    """Text from a cell as a report can show it: on one line, nothing hidden, not too long."""
    line = " ".join(clean(str(text)[: 10 * longest], lines=False).split())
    return line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"


def shown(value: Any) -> str:
    """A cell's value in words: "empty" where there is nothing."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return "empty"
    if isinstance(value, Blank | RowRef):
        return one_line(value)
    try:
        return one_line(as_text(value))
    except RowStopped:
        return one_line(value)


def when(moment: datetime) -> str:
    """A moment in its own zone: "Tue 17 March 2026, 18:00 CET"."""
    words = day_and_time(moment, "en", None)
    weekday, clock = words.partition(" ")[0], words.partition(", ")[2]
    return f"{weekday} {date_in_words(moment, 'en')}, {clock}"


def counted(count: int, one: str, many: str = "") -> str:
    """A number with its noun.

    >>> counted(1, "person", "people"), counted(1200, "message")
    ('1 person', '1,200 messages')
    """
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def listed(parts: Iterable[str]) -> str:
    """Words as a sentence lists them.

    >>> listed(["a", "b", "c"]), listed(["a"])
    ('a, b and c', 'a')
    """
    *others, last = parts
    return f"{', '.join(others)} and {last}" if others else last


@dataclass
class Reasons:
    """Reasons as they are gathered, each with the people it is about."""

    _people: dict[tuple[str, Word | None], list[Someone]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def add(self, text: str, word: Word | None, someone: Someone) -> None:
        """One more person for a reason."""
        self._people[one_line(text), word].append(someone)

    def found(self) -> tuple[Reason, ...]:
        """The most frequent reason first."""
        reasons = (Reason(text, tuple(who), word) for (text, word), who in self._people.items())
        return tuple(sorted(reasons, key=lambda reason: (-len(reason.people), reason.text)))


def _by_row(entries: Iterable[Entry]) -> Mapping[RowRef, list[Entry]]:
    found: dict[RowRef, list[Entry]] = defaultdict(list)
    for entry in entries:
        found[entry.key.ref].append(entry)
    return found


def _person(entries: list[Entry]) -> PersonPlan:
    first = entries[0]
    return PersonPlan(Someone(first.key.ref, first.who), tuple(entries))


def _sort(person: PersonPlan, waiting: Reasons, left_out: Reasons) -> None:
    """Put somebody where their most pressing reason belongs."""
    noops = [entry.deed for entry in person.entries if isinstance(entry.deed, Noop)]
    pressing = next((noop for noop in noops if noop.word.stops), None)
    if pressing is not None:
        waiting.add(pressing.reason, pressing.word, person.someone)
    elif person.changes:
        return
    elif all(noop.quiet and noop.word is Word.DONE for noop in noops):
        left_out.add("everything was done before", None, person.someone)
    else:
        said = [noop for noop in noops if not noop.quiet] or noops
        left_out.add(said[-1].reason, said[-1].word, person.someone)
