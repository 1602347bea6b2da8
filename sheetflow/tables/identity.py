"""Which row is which, after people sorted, copied, retyped and deleted rows.

An id stands in the row itself. A row without one gets an id made from who it is, so that reading
twice gives the same id, and a crash before it is written down cannot make a second identity.
"""

from __future__ import annotations

import hashlib
import itertools
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sheetflow.tables import statuses
from sheetflow.tables.text import normal, shown, without_hidden
from sheetflow.values import Status, digest

Known = Mapping[str, Mapping[str, str]]
"""What earlier runs saw: by row id, a digest of each part of who it was."""

_CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"
_TITLES = frozenset(("dr", "mr", "mrs", "ms", "mx", "prof", "rev", "herr", "frau", "sr", "sra"))
_CROWD = 50
"""People with one address or number, beyond which it is a placeholder and says nothing."""


@dataclass(frozen=True, slots=True)
class Who:
    """Whom a row stands for, as it is compared; "" for what it does not say."""

    name: str = ""
    email: str = ""
    phone: str = ""

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


@dataclass
class Settled:
    """The id of each row in order; who must not be acted on; which ids are not written down yet."""

    ids: list[str] = field(default_factory=list)
    stopped: dict[str, Status] = field(default_factory=dict)
    minted: dict[str, Candidate] = field(default_factory=dict)


def settle(
    rows: Sequence[Candidate],
    *,
    table: str,
    known: Known,
    salt: str,
    remembered: Mapping[str, Candidate] | None = None,
) -> Settled:
    """Give each row its id, and set copies aside.

    `remembered` are rows whose ids were made at an earlier reading and not written down since.
    """
    ids: list[str] = [""] * len(rows)
    found = Settled(ids)
    claims: dict[str, list[int]] = {}
    for number, row in enumerate(rows):
        if row.claims:
            claims.setdefault(row.claims, []).append(number)
    for claimed, numbers in claims.items():
        _share_out(claimed, numbers, rows, known.get(claimed, {}), salt, ids, found)
    free = [number for number in range(len(rows)) if not ids[number]]
    taken = set(claims)
    recognised = recognise([rows[n] for n in free], remembered or {}, taken)
    taken.update(recognised.values())
    twins: dict[str, int] = {}
    for place, number in enumerate(free):
        row_id = recognised.get(place) or _mint(table, rows[number], taken, twins)
        taken.add(row_id)
        ids[number] = row_id
        found.minted[row_id] = rows[number]
    return found


def _share_out(
    claimed: str,
    numbers: Sequence[int],
    rows: Sequence[Candidate],
    known: Mapping[str, str],
    salt: str,
    ids: list[str],
    found: Settled,
) -> None:
    """One of the rows that claim an id keeps it; copies are set aside, others stay without."""
    copied = str(statuses.copy_of_row())
    numbers = (
        sorted(
            numbers,
            key=lambda n: (-_matches(rows[n].who, known, salt), rows[n].said == copied, n),
        )
        if len(numbers) > 1
        else numbers
    )
    keeper = rows[numbers[0]]
    ids[numbers[0]] = claimed
    for count, number in enumerate(sorted(numbers[1:]), 2):
        row = rows[number]
        if _is_copy(row, keeper):
            status = statuses.copy_of_row()
        elif row.keyed:
            status = statuses.same_key(row.keyed)
        else:
            continue
        ids[number] = f"{claimed}~{count}"
        found.stopped[ids[number]] = status


def _matches(someone: Who, known: Mapping[str, str], salt: str) -> int:
    return len(someone.digests(salt).items() & known.items()) if known else 0


def _is_copy(row: Candidate, keeper: Candidate) -> bool:
    same = row.who.parts == keeper.who.parts or same_person(row.who, keeper.who)
    return same and row.occasion == keeper.occasion


def _mint(table: str, row: Candidate, taken: set[str], twins: dict[str, int]) -> str:
    """A new id from who the row is; `twins` counts rows that are alike, for those that have any."""
    parts = row.who.parts
    material = digest(table, parts if parts and not row.occasion else row.everything())
    for count in itertools.count(twins.get(material, 0)):
        made = hashlib.blake2b(f"{material} {count}".encode(), digest_size=8).digest()
        number = int.from_bytes(made, "big")
        row_id = "sf-" + "".join(_CROCKFORD[number >> 5 * place & 31] for place in range(10))
        if row_id not in taken:
            break
        twins[material] = count + 2
    return row_id


def recognise(
    rows: Sequence[Candidate], remembered: Mapping[str, Candidate], taken: Iterable[str]
) -> dict[int, str]:
    """Which of the rows without an id are the remembered ones: the same text, person, or part."""
    open_ids = {row_id: row for row_id, row in remembered.items() if row_id not in set(taken)}
    found: dict[int, str] = {}
    for sign in (lambda row: row.everything(), lambda row: tuple(row.who.parts.items())):
        waiting: dict[object, list[str]] = {}
        for row_id, row in open_ids.items():
            waiting.setdefault(sign(row), []).append(row_id)
        for number, row in enumerate(rows):
            if open_ids and number not in found and waiting.get(sign(row)):
                found[number] = waiting[sign(row)].pop(0)
                del open_ids[found[number]]
    near: dict[tuple[str, str], set[int]] = {}
    for number, row in enumerate(rows):
        if open_ids and number not in found:
            for part in row.who.parts.items():
                near.setdefault(part, set()).add(number)
    for row_id, row in open_ids.items():
        some = {number for part in row.who.parts.items() for number in near.get(part, ())}
        some -= found.keys()
        if len(some) == 1:
            found[some.pop()] = row_id
    return found


def duplicates(
    rows: Sequence[Candidate], settled: Settled, label: Callable[[int], str]
) -> Iterator[tuple[str, Status]]:
    """Rows with a person whom another row has: one with an id, or else one further up."""
    again = str(statuses.same_person("")).partition('"')[0]
    order = sorted(
        (n for n in range(len(rows)) if settled.ids[n] not in settled.stopped),
        key=lambda n: (rows[n].said.startswith(again), settled.ids[n] in settled.minted, n),
    )
    first: dict[str, tuple[int, ...]] = {}
    for number in order:
        person = rows[number].who
        contacts = [text for text in (person.email, person.phone) if text]
        others = (other for contact in contacts for other in first.get(contact, ()))
        twin = next((o for o in others if same_person(person, rows[o].who)), None)
        if twin is not None:
            yield settled.ids[number], statuses.same_person(label(twin))
            continue
        for contact in contacts:
            known = first.get(contact, ())
            if len(known) < _CROWD:
                first[contact] = (*known, number)
