"""A row as a template sees it: its columns, and nothing else that a Python object has."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Any, NoReturn

from sheetflow.errors import RowStopped
from sheetflow.language.problems import did_you_mean
from sheetflow.values import Blank, Status, Word

LONGEST_CELL = 100_000
"""Characters of a cell that a template may use; a workbook's cell ends at 32,767."""

ESCAPE = " escape"
"""Under this name a context holds what is put over each printed value; no template can say it."""


def stop(text: str) -> NoReturn:
    """Stop the row: a person has to look at it."""
    raise RowStopped(Status(Word.NEEDS_YOU, text))


def slug(text: str) -> str:
    """A header as it may be written after a dot.

    >>> slug("First name"), slug("E-mail address "), slug("2nd choice")
    ('first_name', 'e_mail_address', '_2nd_choice')
    """
    words = re.sub(r"\W+", "_", unicodedata.normalize("NFKC", text).casefold()).strip("_")
    return f"_{words}" if words[:1].isdigit() else words


class Empty:
    """An empty cell: false, equal to nothing and to "", and a row stops that would print it."""

    __slots__ = ("label",)

    def __init__(self, label: str) -> None:
        self.label = label

    def stop(self) -> NoReturn:
        """Stop the row, because something is needed that is not there."""
        stop(f'the text uses "{self.label}", which is empty here')

    def __bool__(self) -> bool:
        return False

    def __len__(self) -> int:
        return 0

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __contains__(self, _item: object) -> bool:
        return False

    def __getitem__(self, _part: object) -> Empty:
        return self

    def __eq__(self, other: object) -> bool:
        return other is None or other == "" or isinstance(other, Empty)

    def __hash__(self) -> int:
        return hash("")

    def __lt__(self, _other: object) -> bool:
        return False

    __le__ = __gt__ = __ge__ = __lt__

    def __str__(self) -> str:
        self.stop()

    def __repr__(self) -> str:
        return f"Empty({self.label!r})"


class NotYet:
    """A value that an earlier step will produce: it prints as its label and does nothing else."""

    __slots__ = ("label",)

    def __init__(self, label: str) -> None:
        self.label = label

    def stop(self, *_others: object) -> NoReturn:
        """Stop the row, because the text depends on what nobody knows yet."""
        stop(f"the text decides on the {self.label}, which is only known after its step")

    __bool__ = __len__ = __iter__ = __contains__ = __getitem__ = stop
    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = stop
    __hash__ = None  # type: ignore[assignment]  # what cannot be compared has no hash

    def __str__(self) -> str:
        return f"‹{self.label}›"

    def __repr__(self) -> str:
        return f"NotYet({self.label!r})"


def empty_value(label: str) -> Any:
    """What an empty cell is in a template: false and not defined; printing it stops the row."""
    return Empty(label)


def as_seen(value: Any, label: str) -> Any:
    """A value as templates may have it: nothing as an Empty, a Blank as a NotYet, text bounded.

    Raises RowStopped for a text longer than LONGEST_CELL.
    """
    if type(value) is str:
        if len(value) > LONGEST_CELL:
            stop(f'"{label}" holds {len(value):,} characters, too many for a text')
        return value
    if value is None:
        return Empty(label)
    return NotYet(value.label) if isinstance(value, Blank) else value


class Fields:
    """The cells of a row by column: `row.first_name` and `row["First name"]` are the same cell.

    `lookup` is called once for each header of `columns` that is used. `label` is how a recipe calls
    the row. Raises RowStopped for a column that is not there.
    """

    __slots__ = ("_columns", "_headers", "_label", "_lookup", "_seen")

    def __init__(
        self, lookup: Callable[[str], Any], columns: Sequence[str], label: str = ""
    ) -> None:
        self._lookup = lookup
        self._columns = columns
        self._label = label
        self._headers = _headers_by_name(tuple(columns))
        self._seen: dict[str, Any] = {}

    def __getitem__(self, name: object) -> Any:
        header = self._headers.get(name)
        if header is None:
            self._unknown(name)
        if header not in self._seen:
            self._seen[header] = as_seen(self._lookup(header), header)
        return self._seen[header]

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self[name]

    def __iter__(self) -> NoReturn:
        raise TypeError("a row is not gone through")

    def __repr__(self) -> str:
        return f"Fields({self._label!r})"

    def _unknown(self, name: object) -> NoReturn:
        known = tuple(self._columns)
        same = [header for header in known if slug(header) == name]
        if len(same) > 1:
            stop(f'"{name}" could be {" or ".join(map(repr, same))}')
        whose = f"{self._label} has" if self._label else "there is"
        stop(f'{whose} no "{name}". {did_you_mean(str(name), known)}'.strip())


@lru_cache(maxsize=256)
def _headers_by_name(columns: tuple[str, ...]) -> dict[object, str]:
    """Every way to write a column, to its header; a slug that two headers share is left out."""
    slugs = [slug(header) for header in columns]
    found: dict[object, str] = {
        name: header
        for name, header in zip(slugs, columns, strict=True)
        if name and slugs.count(name) == 1
    }
    return {**found, **{header: header for header in columns}}
