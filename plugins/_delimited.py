"""Delimited text that stays as it is: encoding, delimiter, quotes and line ends of every line."""

from __future__ import annotations

import codecs
import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from sheetflow import TableError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DELIMITERS = ",;\t|"
_SAMPLE = 64 * 1024
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


@dataclass(frozen=True)
class Record:
    """One record: its number from 1, its cells, and its text with the line end."""

    number: int
    cells: Sequence[str]
    raw: str


class Delimited:
    """The text of one file, and how it is written. Raises TableError when it cannot be read."""

    def __init__(
        self, content: bytes, name: str, *, encoding: str = "", delimiter: str = ""
    ) -> None:
        self.name = name
        self.bom, self.encoding = _encoding(content, name, encoding)
        self._content = content[len(self.bom) :] if self.bom else content
        try:
            text = self.text
        except (UnicodeDecodeError, LookupError):
            raise _unreadable(name) from None
        self.delimiter = delimiter or _delimiter(text)

    @property
    def text(self) -> str:
        """All of it, decoded; it is not kept, because a large file is read line by line."""
        return self._content.decode(self.encoding)

    def records(self) -> Iterator[Record]:
        """Every record, blank lines among them, as it stands there."""
        csv.field_size_limit(_LONGEST)  # the module's own bound is for all readers, and too low
        taken: list[str] = []
        lines = io.TextIOWrapper(io.BytesIO(self._content), self.encoding, newline="")
        reader = csv.reader(_noting(lines, taken), delimiter=self.delimiter)
        number = 1
        last = Record(0, (), "")
        try:
            for cells in reader:
                last = Record(number, cells, "".join(taken))
                taken.clear()
                if not (number == 1 and _names_delimiter(last.raw)):
                    number += 1
                    yield last
        except csv.Error as error:
            raise TableError(
                f"{self.name}: line {reader.line_num} cannot be read: {error}.",
                hint="Open it in a spreadsheet and save it as .csv again.",
            ) from None
        self._closed(last, reader.line_num)

    def edited(
        self,
        cells: Mapping[tuple[object, int], str],
        added: Sequence[tuple[object, Mapping[int, str]]] = (),
    ) -> bytes:
        """The file with these cells, by record number and column; untouched lines as they were."""
        by_record: dict[object, dict[int, str]] = {}
        for (number, column), text in cells.items():
            by_record.setdefault(number, {})[column] = text
        records = list(self.records())
        text = self.text
        skipped = text[: len(text) - sum(len(record.raw) for record in records)]
        lines = [skipped]
        for record in records:
            changed = by_record.pop(record.number, None)
            lines.append(self._changed(record.raw, changed) if changed else record.raw)
            for after, new in added:
                if after == record.number:
                    self._add(lines, self._changed("", new))
        if not records:
            for new in (*by_record.values(), *(new for _, new in added)):
                self._add(lines, self._changed("", new))
        return self.bom + _encoded("".join(lines), self.encoding)

    def _add(self, lines: list[str], line: str) -> None:
        end = self._line_end
        if lines[-1] and not lines[-1].endswith(("\n", "\r")):
            lines[-1] += end
            lines.append(line)
        else:
            lines.append(line + end)

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
        found = re.search(r"\r\n|\n|\r", self.text)
        return found[0] if found else "\r\n"

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


def _encoding(content: bytes, name: str, declared: str) -> tuple[bytes, str]:
    for bom, encoding in _BOMS:
        if content.startswith(bom):
            return bom, encoding
    if declared:
        return b"", declared
    if b"\0" in content[:1000]:
        raise _unreadable(name)
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return b"", "cp1252"
    return b"", "utf-8"


def _unreadable(name: str) -> TableError:
    return TableError(
        f"{name} is not in an encoding I know.",
        hint='Save it as "CSV UTF-8", or write encoding: NAME in its place.',
    )


def _delimiter(text: str) -> str:
    """The delimiter that parts most lines into the same number of fields."""
    said = re.match(r'"?sep=(.)"?\s*[\r\n]', text, re.I)
    if said:
        return said[1]
    sample = text[:_SAMPLE]
    best, most = ",", (0, 0)
    for delimiter in _DELIMITERS:
        lines = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
        widths = Counter(width for line in lines if (width := len(line)) > 1)
        for width, count in widths.most_common(1):
            if (count, width) > most:
                best, most = delimiter, (count, width)
    return best


def _encoded(text: str, encoding: str) -> bytes:
    try:
        return text.encode(encoding)
    except UnicodeEncodeError:
        return "".join(_nearest(char, encoding) for char in text).encode(encoding, "replace")


def _nearest(char: str, encoding: str) -> str:
    """The character, or what comes closest to it in an encoding that does not have it."""
    try:
        char.encode(encoding)
    except UnicodeEncodeError:
        plain = char.translate(_ASCII)
        return plain if plain != char else unicodedata.normalize("NFKD", char)[0]
    return char
