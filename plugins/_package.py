"""The zip that a workbook is: its parts, read within bounds, and copied with some replaced."""

from __future__ import annotations

import io
import lzma
import posixpath
import re
import warnings
import zipfile
import zlib
from collections.abc import Mapping
from functools import cached_property
from xml.etree import ElementTree

from sheetflow import TableError

LARGEST_PART = 256 * 2**20
LARGEST_WHOLE = 512 * 2**20
MOST_PARTS = 10_000
"""Bounds on what a file may unpack to: a million filled rows take about half of them."""

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_DOCTYPE = tuple("<!DOCTYPE".encode(code) for code in ("utf-8", "utf-16-le", "utf-16-be"))
_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_UNZIPPING = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, NotImplementedError, ValueError)
_DAMAGED = "Open it in a spreadsheet program and save it again as .xlsx."


class Package:
    """The parts of one workbook. Raises TableError for what is none, or is out of bounds."""

    def __init__(self, content: bytes, name: str) -> None:
        self.name = name
        if content.startswith(_OLE):
            raise TableError(
                f"{name} is encrypted, or an old .xls file.",
                hint="Save it as .xlsx without a password.",
            )
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
        except _UNZIPPING:
            raise TableError(f"{name} is damaged, or no .xlsx file.", hint=_DAMAGED) from None
        self._parts = {info.filename: info for info in self._zip.infolist()}
        self._within_bounds()

    def read(self, part: str) -> bytes:
        """One part. Raises TableError if it is missing, damaged, or declares entities."""
        info = self._parts.get(part)
        if info is None:
            raise TableError(f"{self.name} is damaged: {part} is missing.", hint=_DAMAGED)
        try:
            content = self._zip.read(info)
        except (*_UNZIPPING, RuntimeError, EOFError):
            raise TableError(f"{self.name} is damaged in {part}.", hint=_DAMAGED) from None
        if any(doctype in content for doctype in _DOCTYPE) and _is_xml(part):
            raise TableError(f"{self.name} declares entities, as no workbook does.", hint=_DAMAGED)
        return content

    def has(self, part: str) -> bool:
        """Whether there is such a part."""
        return part in self._parts

    def inspect(self) -> None:
        """Read every part of XML once, so that no other program has to meet a bomb."""
        for part in self._parts:
            if _is_xml(part):
                self.read(part)

    @cached_property
    def workbook(self) -> str:
        """The part that lists the sheets."""
        for kind, target in self.related("").values():
            if kind.endswith("/officeDocument"):
                return target
        raise TableError(f"{self.name} is damaged, or no .xlsx file.", hint=_DAMAGED)

    def related(self, part: str) -> Mapping[str, tuple[str, str]]:
        """What a part points at: by id, the kind and the part."""
        folder, _, name = part.rpartition("/")
        relations = posixpath.join(folder, "_rels", f"{name}.rels")
        if not self.has(relations):
            return {}
        found = {}
        for element in self.tree(relations).iter(_RELATION):
            target = element.get("Target", "")
            path = target[1:] if target.startswith("/") else posixpath.join(folder, target)
            found[element.get("Id", "")] = (element.get("Type", ""), posixpath.normpath(path))
        return found

    def tree(self, part: str) -> ElementTree.Element:
        """A small part of XML as a tree."""
        try:
            return ElementTree.fromstring(self.read(part))
        except ElementTree.ParseError as error:
            raise TableError(f"{self.name} is damaged in {part}: {error}.", hint=_DAMAGED) from None

    def replaced(self, changes: Mapping[str, bytes]) -> bytes:
        """The package with some parts replaced; the others with the same bytes and order."""
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as target, warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # a part that is there twice stays so
            target.comment = self._zip.comment
            for info in self._zip.infolist():
                content = changes.get(info.filename)
                copy = zipfile.ZipInfo(info.filename, info.date_time)
                copy.compress_type = info.compress_type
                copy.external_attr, copy.create_system = info.external_attr, info.create_system
                copy.comment = info.comment
                target.writestr(copy, self._zip.read(info) if content is None else content)
        return out.getvalue()

    def with_parts(self, changes: Mapping[str, bytes]) -> bytes:
        """The same with some parts replaced, and those added that it does not have."""
        out = io.BytesIO(self.replaced(changes))
        with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as target:
            for part, content in changes.items():
                if not self.has(part):
                    target.writestr(part, content)
        return out.getvalue()

    def _within_bounds(self) -> None:
        sizes = [info.file_size for info in self._zip.infolist()]
        too_large = sum(sizes) > LARGEST_WHOLE or max(sizes, default=0) > LARGEST_PART
        if too_large or len(sizes) > MOST_PARTS:
            raise TableError(
                f"{self.name} unpacks to more than {LARGEST_WHOLE // 2**20} MB.",
                hint="Move old rows into another file.",
            )
        if any(info.flag_bits & 1 for info in self._zip.infolist()):
            raise TableError(f"{self.name} is encrypted.", hint="Save it without a password.")


def _is_xml(part: str) -> bool:
    return part.endswith((".xml", ".rels", ".vml"))


def attribute(tag: bytes, name: str) -> str | None:
    """An attribute of a start tag as it is written."""
    found = re.search(rb"\s%b=[\"']([^\"']*)[\"']" % name.encode(), tag)
    return found[1].decode() if found else None


def with_attribute(tag: bytes, name: str, value: str) -> bytes:
    """The start tag with an attribute set."""
    pattern = re.compile(rb"(\s%b=[\"'])[^\"']*" % name.encode())
    if pattern.search(tag):
        return pattern.sub(lambda m: m[1] + value.encode(), tag, count=1)
    end = 2 if tag.endswith(b"/>") else 1
    return tag[:-end] + f' {name}="{value}"'.encode() + tag[-end:]
