"""Which column is which, after people renamed and moved them; and where the table begins and ends.

A name is looked for as it is written, then by the aliases of its declaration, then by what people
usually call such a column. Two candidates are never guessed between.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sheetflow.errors import ColumnMissing
from sheetflow.tables.naming import header as header, slug as slug, usual_names
from sheetflow.tables.source import Sheet, SheetRow
from sheetflow.tables.spec import TableSpec
from sheetflow.tables.text import is_overlong, normal, shown, trimmed

HEADER_ROWS = 10
"""How many rows from the top the headers may be in."""


@dataclass(frozen=True)
class Layout:
    """Where everything is: the row of headers, and each column by the name that recipes use.

    `at` holds the columns that can be used. `doubled` are the headers that several columns have,
    which is fine until one is needed. `block` are the columns of the table itself; what stands
    beside them are notes. `declared` are the names the workspace knows, as they are compared.
    `followed` are names that columns had once, with those that they have now; `renamed` says so of
    those that the workspace knows.
    """

    table: str
    row: int
    at: Mapping[str, int]
    doubled: Mapping[str, tuple[str, ...]]
    block: range
    headers: tuple[str, ...]
    declared: frozenset[str] = frozenset()
    followed: Mapping[str, str] = field(default_factory=dict)
    renamed: tuple[str, ...] = ()

    def column(self, name: str) -> str | None:
        """The canonical name of a column, found as recipes may call it; None if there is none.

        Raises ColumnMissing when several columns could be meant.
        """
        if name in self.at:
            return name
        wanted = header(name)
        found = [known for known in self.at if header(known) == wanted]
        if not found and wanted not in self.doubled and wanted not in self.declared:
            usual = usual_names(name)
            found = [known for known in self.at if header(known) in usual]
        if len(found) == 1:
            return found[0]
        if name in self.followed:
            return self.followed[name]
        several = self.doubled.get(wanted, tuple(found))
        if several:
            raise _several(name, several, self.table)
        return None

    def missing(self, name: str) -> ColumnMissing:
        """The error that says so, and which column it may be now."""
        guess = nearest(name, [text for text in self.headers if text and text not in self.at])
        guess = guess or nearest(name, list(self.at))
        return ColumnMissing(
            f'I can\'t find the "{name}" column in "{self.table}".',
            hint=f'Is it "{guess}" now?' if guess else "Has it been renamed or deleted?",
        )


def find_layout(sheet: Sheet, spec: TableSpec) -> Layout:
    """The layout of the table in `sheet`.

    Raises ColumnMissing when two columns could be the one that is needed.
    """
    needed = _needed(spec)
    row = _header_row(sheet, needed)
    texts = tuple(_header_text(raw) for raw in sheet.rows[row].cells) if sheet.rows else ()
    block = _block(texts, [names for name, names in needed.items() if name not in spec.owned])
    lasting = [sheet.column(column).name for column in range(len(texts))]
    given = _by_lasting_name(lasting, needed)
    once = _called_once(texts, lasting, spec)
    again = {name: once[name] for name in needed if name in once and name not in given}
    given |= again
    at, doubled = _assigned(texts, block, needed, spec, given)
    now = {column: name for name, column in at.items()}
    followed = {name: now[c] for name, c in once.items() if name not in at and c in now}
    declared = frozenset(map(header, needed))
    renamed = tuple(
        f'"{name}" of "{spec.name}" is called "{texts[column]}" now; its id tells.'
        for name, column in again.items()
    )
    return Layout(spec.name, row, at, doubled, block, texts, declared, followed, renamed)


def lasting_names(sheet: Sheet, spec: TableSpec) -> Mapping[str, str]:
    """What the system itself calls each column, where it has a name that lasts."""
    at = find_layout(sheet, spec).at
    return {name: known for name, c in at.items() if (known := sheet.column(c).name)}


def nearest(name: str, others: Sequence[str]) -> str:
    """The header that is most like `name`, else the only one there is, else ""."""
    by_norm = {header(other): other for other in others}
    close = difflib.get_close_matches(header(name), list(by_norm), n=1, cutoff=0.6)
    if close:
        return by_norm[close[0]]
    meant = [other for other in others if _same_sense(name, other)]
    return meant[0] if meant else ""


_SENSE = (
    frozenset(("mail", "email", "contact", "address", "e-mail")),
    frozenset(("phone", "mobile", "cell", "contact", "number", "tel", "whatsapp")),
    frozenset(("name", "who", "person", "volunteer", "member", "contact")),
)


def _same_sense(name: str, other: str) -> bool:
    words, others = set(header(name).split()), set(header(other).split())
    return any(words & sense and others & sense for sense in _SENSE)


def _header_text(raw: object) -> str:
    text = "" if raw is None else shown(raw)
    return "" if is_overlong(text) or len(text) > 1000 else " ".join(text.split())


def _needed(spec: TableSpec) -> dict[str, tuple[tuple[str, ...], ...]]:
    """Each name the workspace knows, with what it may be called: as is, by alias, as usual."""
    person = spec.person
    who = (*person.names, person.email, person.phone)
    more = (person.time_zone, person.language, person.consent)
    names = dict.fromkeys((*spec.key, *filter(None, (*who, *more)), *spec.columns, *spec.owned))
    return {name: _ways(name, spec) for name in names}


def _ways(name: str, spec: TableSpec) -> tuple[tuple[str, ...], ...]:
    declared = spec.columns.get(name)
    aliases = tuple(header(alias) for alias in declared.aliases) if declared else ()
    return ((header(name),), aliases, usual_names(name))


def _header_row(sheet: Sheet, needed: Mapping[str, tuple[tuple[str, ...], ...]]) -> int:
    """The row with the most known headers, else the first that is not empty."""
    every = {way for ways in needed.values() for names in ways for way in names}
    best, first, most = 0, None, 0
    for number, row in enumerate(sheet.rows[:HEADER_ROWS]):
        if row.number > HEADER_ROWS:
            break
        texts = {header(text) for text in map(_header_text, row.cells) if text}
        if texts and first is None:
            first = number
        if len(texts & every) > most:
            best, most = number, len(texts & every)
    return best if most else (first or 0)


def _block(texts: Sequence[str], needed: Sequence[tuple[tuple[str, ...], ...]]) -> range:
    """The run of headers without a gap that holds most of what is needed; the first of equals."""
    every = {way for ways in needed for names in ways for way in names}
    best, most = range(0), -1
    for run in _runs(texts):
        hits = len({header(texts[column]) for column in run} & every)
        if hits > most:
            best, most = run, hits
    return best


def _runs(texts: Sequence[str]) -> Iterator[range]:
    start = 0
    for column, text in enumerate([*texts, ""]):
        if not text:
            if column > start:
                yield range(start, column)
            start = column + 1


def _called_once(texts: Sequence[str], lasting: Sequence[str], spec: TableSpec) -> dict[str, int]:
    """The columns that have another header now than when they were known by these names."""
    places = {name: column for column, name in enumerate(lasting) if name}
    there = {header(text) for text in texts}
    return {
        name: places[known]
        for name, known in spec.lasting.items()
        if known in places and not {header(name), *usual_names(name)} & there
    }


def _by_lasting_name(
    lasting: Sequence[str], needed: Mapping[str, tuple[tuple[str, ...], ...]]
) -> dict[str, int]:
    """The columns that are asked for by the name that the system has for them, whoever renames."""
    places = {header(name): column for column, name in enumerate(lasting) if name}
    return {
        name: places[way]
        for name, (own, aliases, _) in needed.items()
        for way in (*own, *aliases)
        if way in places
    }


def _assigned(
    texts: Sequence[str],
    block: range,
    needed: Mapping[str, tuple[tuple[str, ...], ...]],
    spec: TableSpec,
    given: Mapping[str, int],
) -> tuple[dict[str, int], dict[str, tuple[str, ...]]]:
    """Which column has which name: what was `given`, what is called so, what may be meant."""
    at = dict(given)
    norms = {column: header(text) for column, text in enumerate(texts) if text}
    for level in range(3):
        for name, ways in needed.items():
            if name in at:
                continue
            free = {c: norm for c, norm in norms.items() if c not in at.values()}
            found = [c for c, norm in free.items() if norm in ways[level]]
            found = [c for c in found if c in block] or found
            if len(found) > 1:
                raise _several(name, [texts[c] for c in found], spec.name)
            if found:
                at[name] = found[0]
    return _with_others(texts, block, at)


def _with_others(
    texts: Sequence[str], block: range, at: dict[str, int]
) -> tuple[dict[str, int], dict[str, tuple[str, ...]]]:
    """The columns of the block that nobody declared, by their own headers."""
    others: dict[str, list[int]] = {}
    for column in block:
        if column not in at.values():
            others.setdefault(header(texts[column]), []).append(column)
    known = {header(name) for name in at}
    doubled = {
        norm: tuple(texts[c] for c in columns)
        for norm, columns in others.items()
        if norm not in known and len(columns) > 1
    }
    single = {
        texts[columns[0]]: columns[0]
        for norm, columns in others.items()
        if norm and norm not in known and len(columns) == 1
    }
    return {**at, **single}, doubled


def _several(name: str, found: Sequence[str], table: str) -> ColumnMissing:
    if len({header(text) for text in found}) == 1:
        return ColumnMissing(
            f'"{table}" has {len(found)} columns called "{found[0]}".', hint="Rename all but one."
        )
    return ColumnMissing(
        f'In "{table}", "{name}" could be the column "{found[0]}" or "{found[1]}".',
        hint=f'Rename the right one to "{name}".',
    )


_SEPARATOR = re.compile(r"[-–—=*_~#>•\s]+\S.*[-–—=*_~#<•]+|[^\W_].*[-–—=*_~#]{2,}|[\W_]+")
_TOTALS = frozenset(
    ("total", "totals", "grand total", "subtotal", "sum", "count", "summe", "gesamt", "somme")
)


def is_separator(cells: Sequence[object]) -> bool:
    """Whether a row only parts others: `— March —`, `=====`, or a total below them."""
    texts = (text for cell in cells if cell is not None and (text := normal(cell)))
    first = next(texts, "")
    if first.rstrip(": ") in _TOTALS:
        return not any("@" in text for text in texts)
    return _SEPARATOR.fullmatch(first) is not None and all(text == first for text in texts)


def is_blank(row: SheetRow, columns: Sequence[int]) -> bool:
    """Whether there is nothing to see in these columns of the row."""
    cells = row.cells
    width = len(cells)
    for column in columns:
        if column < width:
            raw = cells[column]
            if raw is not None and (not isinstance(raw, str) or trimmed(raw)):
                return False
    return True
