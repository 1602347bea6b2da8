"""A plan by person, and reasons by how many they are about: what every report is made of."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import compress
from typing import Any

from sheetflow.errors import RowStopped
from sheetflow.language.written import as_text, clean, date_in_words, day_and_time
from sheetflow.packed import Lookup
from sheetflow.sequences import LongSequence, Picked
from sheetflow.spool import Spool
from sheetflow.values import Blank, Change, Entry, Key, Noop, Plan, RowRef, Word

LONGEST_VALUE = 200
"""Characters of a cell that a report repeats."""

LONGEST_HALT = 1_000
"""Characters in which it is said why nothing can be done, and what to do about it."""

IN_DOUBT = "may be done already; repeated only where the service is sure that it was not"


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

    @property
    def changes(self) -> tuple[tuple[Entry, Change], ...]:
        """What would be done."""
        return tuple([(entry, entry.change) for entry in self.entries if entry.change])

    @property
    def remarks(self) -> tuple[tuple[Entry, Noop], ...]:
        """What would not be done, where that is worth saying."""
        found = [(entry, entry.deed) for entry in self.entries]
        return tuple(
            [(entry, deed) for entry, deed in found if isinstance(deed, Noop) and not deed.quiet]
        )


@dataclass(frozen=True)
class Reason:
    """One reason, and everybody it is about."""

    text: str
    people: Sequence[Someone]
    word: Word | None = None


class PeoplePlans(LongSequence[PersonPlan]):
    """Somebody's entries after the other's: gathered when asked for, by where each one stands."""

    def __init__(self, entries: Sequence[Entry], places: Lookup, rows: Sequence[int]) -> None:
        self._entries = entries
        self._places = places
        self._rows = rows

    def __len__(self) -> int:
        return len(self._rows)

    def _at(self, number: int) -> PersonPlan:
        found = tuple([self._entries[place] for place in self._places.at(self._rows[number])])
        return PersonPlan(Someone(found[0].key.ref, found[0].who), found)


@dataclass(frozen=True)
class Overview:
    """A plan, sorted: who is acted on, who waits, and who is left out for which reason.

    `letters` are the messages that would go out, `meetings` those of them that are invitations, and
    `cells` the cells that would be filled in. What is in doubt is none of these: it waits, for
    `doubts` people, until the service has been asked.
    """

    plan: Plan
    acted_on: Sequence[PersonPlan]
    waiting: tuple[Reason, ...]
    left_out: tuple[Reason, ...]
    letters: int
    meetings: int
    cells: int
    doubts: int = 0


def messages(change: Change) -> int:
    """How many messages a change makes: a calendar writes to each guest of a meeting."""
    if change.letter is not None:
        return 1
    return 0 if change.meeting is None else len(change.to)


def overview(plan: Plan) -> Overview:
    """The plan, sorted as people ask about it, in one pass over its entries.

    Everybody is in one of its parts; who is acted on and needs somebody as well is in two.
    """
    waiting, left_out = Reasons(), Reasons()
    for left in plan.left_out:
        left_out.add(left.reason, None, Someone(left.row, left.who, left.number))
    places, acting, others = Lookup(), bytearray(), bytearray()
    letters = meetings = cells = 0
    doubts = set[int]()
    for place, entry in enumerate(plan.entries):
        row = places.put(row_in_words(entry.key), place)
        if row == len(acting):
            acting.append(0)
            others.append(0)
        if isinstance(entry.deed, Noop) or entry.doubtful:
            others[row] = 1
            if entry.doubtful:
                doubts.add(row)
        else:
            acting[row] = 1
            sent = messages(entry.deed)
            letters += sent
            meetings += sent * (entry.deed.meeting is not None)
            cells += len(entry.deed.cells)
    for person in PeoplePlans(plan.entries, places, array("I", _those(others))):
        _sort(person, waiting, left_out)
    return Overview(
        plan,
        PeoplePlans(plan.entries, places, array("I", _those(acting))),
        waiting.found(),
        left_out.found(),
        letters=letters,
        meetings=meetings,
        cells=cells,
        doubts=len(doubts),
    )


def by_person(entries: Sequence[Entry]) -> Sequence[PersonPlan]:
    """The entries of each row together, in the order in which the rows came."""
    places = Lookup()
    for place, entry in enumerate(entries):
        places.put(row_in_words(entry.key), place)
    return PeoplePlans(entries, places, range(len(places)))


def _those(marked: bytearray) -> Iterator[int]:
    return compress(range(len(marked)), marked)


def row_in_words(key: Key) -> str:
    """The row of a key as one text, in which no other row is written; no table's name has a NUL."""
    return f"{key.row}\0{key.table}"


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

    _people: Spool[Someone] = field(default_factory=Spool)
    _places: dict[tuple[str, Word | None], array[int]] = field(
        default_factory=lambda: defaultdict(partial(array, "I"))
    )

    def add(self, text: str, word: Word | None, someone: Someone) -> None:
        """One more person for a reason."""
        self._places[one_line(text), word].append(len(self._people))
        self._people.append(someone)

    def found(self) -> tuple[Reason, ...]:
        """The most frequent reason first."""
        reasons = (
            Reason(text, Picked(self._people, places), word)
            for (text, word), places in self._places.items()
        )
        return tuple(sorted(reasons, key=lambda reason: (-len(reason.people), reason.text)))


def _sort(person: PersonPlan, waiting: Reasons, left_out: Reasons) -> None:
    """Put somebody where their most pressing reason belongs."""
    noops = [entry.deed for entry in person.entries if isinstance(entry.deed, Noop)]
    pressing = next((noop for noop in noops if noop.word.stops), None)
    if pressing is not None:
        waiting.add(pressing.reason, pressing.word, person.someone)
    elif any(entry.doubtful for entry in person.entries):
        waiting.add(IN_DOUBT, Word.NOT_SURE, person.someone)
    elif len(noops) < len(person.entries):
        return
    elif all(noop.quiet and noop.word is Word.DONE for noop in noops):
        left_out.add("everything was done before", None, person.someone)
    else:
        said = [noop for noop in noops if not noop.quiet] or noops
        left_out.add(said[-1].reason, said[-1].word, person.someone)
