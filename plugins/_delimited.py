"""Delimited text that stays as it is: encoding, delimiter, quotes and line ends of every line."""

from __future__ import annotations

import codecs
import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from functools import cached_property
from typing import IO, NamedTuple

from sheetflow import TableError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DELIMITERS = ",;\t|"
_SAMPLE = 64 * 1024
_PART = 2**20
_LONGEST = 10 * 2**20
"""Characters in the longest field; far beyond what any table holds, and still bounded."""

_RISKY = tuple("=+-@\t\r\n＝＋－＠")
"""What a spreadsheet may take for a formula's beginning (CWE-1236), in both widths."""

_ASCII = str.maketrans(
    {"—": "-", "–": "-", "…": "...", "‹": "<", "›": ">", "“": '"', "”": '"', "’": "'"}
    | dict.fromkeys("\u2068\u2069", "")
)


def shielded(value: object) -> str:
    """A value as a .csv holds it, text safe to open in a spreadsheet. Numbers stay numbers.

    >>> shielded("=1+1"), shielded(-5)
    ("'=1+1", '-5')
    """
    match value:
        case None:
            return ""
        case bool():
            return "TRUE" if value else "FALSE"
        case int():
            return str(value)
        case float():
            return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
        case datetime():
            return value.isoformat(" ", "minutes" if not value.second else "seconds")
        case date():
            return value.isoformat()
        case _:
            text = str(value)
            return f"'{text}" if _is_risky(text) else text


def unshielded(text: str) -> str:
    """The same text without the apostrophe that `shielded` put before it."""
    return text[1:] if text.startswith("'") and _is_risky(text) else text


def _is_risky(text: str) -> bool:
    return text.lstrip("'").startswith(_RISKY)


class Record(NamedTuple):
    """One record: its number from 1, its cells, and its text with the line end."""

    number: int
    cells: Sequence[str]
    raw: str


class Delimited:
    """The text of one file, and how it is written. Raises TableError when it cannot be read.

    It is read record by record, anew by each who goes through it: one after the other.
    """

    def __init__(
        self, content: IO[bytes], name: str, *, encoding: str = "", delimiter: str = ""
    ) -> None:
        self.name = name
        self._content = content
        self.bom, self.encoding = self._found_encoding(encoding)
        self.delimiter = delimiter or _delimiter(self._beginning)

    def records(self) -> Iterator[Record]:
        """Every record, blank lines among them, as it stands there."""
        return (record for record in self._lines() if record.number)

    def _lines(self) -> Iterator[Record]:
        """The same, and as number 0 the line that only names the delimiter."""
        csv.field_size_limit(_LONGEST)  # the module's own bound is for all readers, and too low
        taken: list[str] = []
        with self._opened() as lines:
            reader = csv.reader(_noting(lines, taken), delimiter=self.delimiter)
            number = 0
            last = Record(0, (), "")
            try:
                for cells in reader:
                    raw = taken[0] if len(taken) == 1 else "".join(taken)
                    taken.clear()
                    if number or not _names_delimiter(raw) or last.raw:
                        number += 1
                    last = Record(number, cells, raw)
                    yield last
            except csv.Error as error:
                raise TableError(
                    f"{self.name}: line {reader.line_num} cannot be read: {error}.",
                    hint="Open it in a spreadsheet and save it as .csv again.",
                ) from None
            self._closed(last, reader.line_num)

    @contextmanager
    def _opened(self) -> Iterator[io.TextIOWrapper]:
        """The text behind the mark of its encoding; the file stays open."""
        self._content.seek(len(self.bom))
        text = io.TextIOWrapper(self._content, self.encoding, newline="")
        try:
            yield text
        finally:
            text.detach()

    @cached_property
    def _beginning(self) -> str:
        with self._opened() as text:
            return text.read(_SAMPLE)

    def _found_encoding(self, declared: str) -> tuple[bytes, str]:
        start = self._read(0, 1000)
        for bom, encoding in _BOMS:
            if start.startswith(bom):
                return bom, self._sure(encoding, len(bom))
        if declared:
            return b"", self._sure(declared)
        if b"\0" in start:
            raise _unreadable(self.name)
        return b"", "utf-8" if self._is_in("utf-8") else self._sure("cp1252")

    def _sure(self, encoding: str, start: int = 0) -> str:
        if not self._is_in(encoding, start):
            raise _unreadable(self.name)
        return encoding

    def _is_in(self, encoding: str, start: int = 0) -> bool:
        """Whether all of it can be read in an encoding."""
        try:
            decoder = codecs.getincrementaldecoder(encoding)()
            while part := self._read(start, _PART):
                decoder.decode(part)
                start += len(part)
            decoder.decode(b"", final=True)
        except (UnicodeDecodeError, LookupError):
            return False
        return True

    def _read(self, start: int, length: int) -> bytes:
        self._content.seek(start)
        return self._content.read(length)

    def edited(
        self,
        cells: Callable[[int], Mapping[int, str]],
        added: Sequence[tuple[object, Mapping[int, str]]] = (),
    ) -> Iterator[bytes]:
        """The file with these cells, untouched lines as they were; and with rows `added`.

        `cells` are asked for the new texts of a record by its number: the texts by column.
        """
        yield self.bom
        last = ""
        number = 0
        for number, _, raw in self._lines():
            new = cells(number) if number else {}
            last = self._changed(raw, new) if new else raw
            yield self._encoded(last)
            for below in (new for after, new in added if after == number):
                last = self._below(last, self._changed("", below))
                yield self._encoded(last)
        if not number:
            for new in filter(None, (cells(1), *(new for _, new in added))):
                last = self._below(last, self._changed("", new))
                yield self._encoded(last)

    def _below(self, last: str, line: str) -> str:
        """A new line below the last one; where that has no end, the new one has none either."""
        end = self._line_end
        return end + line if last and not last.endswith(("\n", "\r")) else line + end

    def _changed(self, raw: str, cells: Mapping[int, str]) -> str:
        """One record with some of its fields replaced, the others as they were written."""
        body = raw.rstrip("\r\n")
        fields = _fields(body, self.delimiter)
        fields += [""] * (max(cells) + 1 - len(fields))
        quoted = [field for field in fields if field.startswith('"')]
        everything = bool(quoted) and len(quoted) == sum(field != "" for field in fields)
        for column, text in cells.items():
            as_before = fields[column].startswith('"') or (everything and text != "")
            fields[column] = self._field(text, quoted=as_before)
        return self.delimiter.join(fields) + raw[len(body) :]

    def _field(self, text: str, *, quoted: bool) -> str:
        out = io.StringIO()
        if quoted:
            writer = csv.writer(out, delimiter=self.delimiter, quoting=csv.QUOTE_ALL)
        else:
            writer = csv.writer(out, delimiter=self.delimiter)
        writer.writerow([text])
        written = out.getvalue().removesuffix("\r\n")
        return "" if text == "" and not quoted else written

    @cached_property
    def _line_end(self) -> str:
        found = re.search(r"\r\n|\n|\r", self._beginning)
        return found[0] if found else "\r\n"

    def _encoded(self, text: str) -> bytes:
        try:
            return text.encode(self.encoding)
        except UnicodeEncodeError:
            encoding = self.encoding
            return "".join(_nearest(char, encoding) for char in text).encode(encoding, "replace")

    def _closed(self, record: Record, line: int) -> None:
        """See that the last record is whole: a quotation mark left open swallows all below it."""
        try:
            list(csv.reader([record.raw], delimiter=self.delimiter, strict=True))
        except csv.Error as error:
            if "unexpected end" in str(error):
                first = line - record.raw.count("\n") + 1
                raise TableError(
                    f"{self.name}: a quotation mark in line {max(first, 1)} is never closed.",
                    hint="Close or delete it, and run again.",
                ) from None


def _noting(lines: Iterable[str], taken: list[str]) -> Iterator[str]:
    for line in lines:
        taken.append(line)
        yield line


def _names_delimiter(line: str) -> bool:
    """Whether it is the line by which Excel is told a delimiter: `sep=;`."""
    return re.fullmatch(r'"?sep=.?"?\s*', line, re.I) is not None


def _fields(body: str, delimiter: str) -> list[str]:
    """The fields of a record as they are written, quotes included."""
    mark = re.escape(delimiter)
    pattern = re.compile(rf'(?:"(?:[^"]|"")*(?:"|$)[^{mark}]*|[^{mark}]*)(?:{mark}|$)', re.S)
    fields: list[str] = []
    place = 0
    while True:
        match = pattern.match(body, place)
        assert match is not None  # every text begins with a field, if an empty one
        place = match.end()
        if place == len(body) and not match[0].endswith(delimiter):
            return [*fields, match[0]]
        fields.append(match[0].removesuffix(delimiter))


def _unreadable(name: str) -> TableError:
    return TableError(
        f"{name} is not in an encoding I know.",
        hint='Save it as "CSV UTF-8", or write encoding: NAME in its place.',
    )


def _delimiter(sample: str) -> str:
    """The delimiter that parts most lines into the same number of fields."""
    said = re.match(r'"?sep=(.)"?\s*[\r\n]', sample, re.I)
    if said:
        return said[1]
    best, most = ",", (0, 0)
    for delimiter in _DELIMITERS:
        lines = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
        widths = Counter(width for line in lines if (width := len(line)) > 1)
        for width, count in widths.most_common(1):
            if (count, width) > most:
                best, most = delimiter, (count, width)
    return best


def _nearest(char: str, encoding: str) -> str:
    """The character, or what comes closest to it in an encoding that does not have it."""
    try:
        char.encode(encoding)
    except UnicodeEncodeError:
        plain = char.translate(_ASCII)
        return plain if plain != char else unicodedata.normalize("NFKD", char)[0]
    return char
