"""Whom a row stands for, as it is compared: names, addresses and numbers however they are typed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sheetflow.packed import Texts
from sheetflow.tables.text import normal, shown, without_hidden
from sheetflow.values import digest

Known = Mapping[str, Mapping[str, str]]
"""What earlier runs saw: by row id, a digest of each part of who it was."""

_TITLES = frozenset(("dr", "mr", "mrs", "ms", "mx", "prof", "rev", "herr", "frau", "sr", "sra"))


@dataclass(frozen=True, slots=True)
class Who:
    """Whom a row stands for, as it is compared; "" for what it does not say."""

    name: str = ""
    email: str = ""
    phone: str = ""

    @property
    def contacts(self) -> tuple[str, ...]:
        """The address and the number, as far as there are any."""
        return tuple(text for text in (self.email, self.phone) if text)

    @property
    def parts(self) -> Mapping[str, str]:
        """What it does say."""
        found = {"name": self.name, "email": self.email, "phone": self.phone}
        return {part: text for part, text in found.items() if text}

    def digests(self, salt: str) -> Mapping[str, str]:
        """The same with nobody's address in it, to be kept."""
        return {part: digest(salt, part, text) for part, text in self.parts.items()}

    def overlaps(self, other: Who) -> bool:
        """Whether anything they say is the same; rows that say nothing are not told apart."""
        mine, theirs = self.parts, other.parts
        return not mine or not theirs or bool(mine.items() & theirs.items())


def who(name: object, email: object, phone: object) -> Who:
    """Whom these cells stand for: `Ana R <ANA@x.org>` and `ana@x.org ` are one address."""
    return Who(normal(name), email_key(email), phone_key(phone))


def email_key(raw: object) -> str:
    """An address as it is compared; "" for what is none, such as `n/a`."""
    text = normal(raw)
    if "<" in text and (match := re.search(r"<([^<>]*)>", text)):
        text = match[1].strip()
    return text.removeprefix("mailto:") if "@" in text else ""


def address_digest(address: object, salt: str) -> str:
    """An address as it may be kept: the same as in `Who.digests`, and it cannot be read back."""
    return digest(salt, "email", email_key(address))


def phone_key(raw: object) -> str:
    """The last nine digits of a number, which are the same with and without a country's code."""
    if raw is None or raw == "":
        return ""
    text = re.sub(r"\.0+$", "", without_hidden(shown(raw)[:60]).casefold())
    digits = "".join(char for char in re.split(r"x|ext|#", text)[0] if char.isdecimal())
    digits = "".join(str(int(char)) for char in digits)
    return digits[-9:] if len(digits) >= 7 and len(set(digits)) > 1 else ""


def similar_names(one: str, other: str) -> bool:
    """Whether two compared names can be one person's: `ana r.` and `anna rossi`.

    A first name decides, whole or as its initial: Paul and Paula Kim are two people.
    """
    if not one or not other or one == other:
        return True
    mine, theirs = _words(one), _words(other)
    if not mine or not theirs or set(mine) == set(theirs):
        return True
    first, second = sorted((mine[0], theirs[0]), key=len)
    return first == second or (len(first) == 1 and second.startswith(first))


def _words(name: str) -> list[str]:
    """The words of a name without accents, doubled letters and titles: `josé anna` is jose, ana."""
    if not name.isascii():
        spelled = unicodedata.normalize("NFKD", name)
        name = "".join(char for char in spelled if not unicodedata.combining(char))
    plain = re.sub(r"([^\W\d])\1+", r"\1", name)
    words = [word for word in re.split(r"[\W_]+", plain) if word]
    return [word for word in words if word not in _TITLES] or words


def same_person(one: Who, other: Who) -> bool:
    """Whether two rows are one person: an address or number in common, and similar names."""
    shared = (one.email and one.email == other.email) or (one.phone and one.phone == other.phone)
    return bool(shared) and similar_names(one.name, other.name)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A row on its way to an id.

    `claims` is the id that stands in it, `said` its status so far. `occasion` is what makes a
    second row with the same person another one, `everything` a digest of all that people wrote, and
    `keyed` names the columns of a natural key.
    """

    claims: str
    who: Who
    said: str
    occasion: str
    everything: Callable[[], str]
    keyed: str = ""


class Digests(Mapping[str, Mapping[str, str]]):
    """Who each row is, by its id, as it may be kept: of all but those `aside`, or `only` of some.

    Made when it is asked for.
    """

    def __init__(
        self,
        ids: Texts,
        people: Sequence[Who],
        salt: str,
        aside: Collection[str] = (),
        only: Texts | None = None,
    ) -> None:
        self._ids, self._people, self._salt = ids, people, salt
        self._aside = aside
        self._only = ids if only is None else only

    def __getitem__(self, row_id: str) -> Mapping[str, str]:
        place = self._ids.find(row_id) if row_id in self else None
        if place is None:
            raise KeyError(row_id)
        return self._people[place].digests(self._salt)

    def __contains__(self, row_id: object) -> bool:
        return row_id in self._ids and row_id in self._only and row_id not in self._aside

    def __iter__(self) -> Iterator[str]:
        return filter(self.__contains__, self._only)

    def __len__(self) -> int:
        return sum(1 for _ in self)


class Newer(Mapping[str, Mapping[str, str]]):
    """What is known of rows, with what is `newer` in front of the older."""

    def __init__(self, newer: Known, older: Known) -> None:
        self._newer, self._older = newer, older

    def __getitem__(self, row_id: str) -> Mapping[str, str]:
        found = self._newer.get(row_id)
        return self._older[row_id] if found is None else found

    def __contains__(self, row_id: object) -> bool:
        return row_id in self._newer or row_id in self._older

    def __iter__(self) -> Iterator[str]:
        yield from self._newer
        yield from (row_id for row_id in self._older if row_id not in self._newer)

    def __len__(self) -> int:
        return sum(1 for _ in self)
