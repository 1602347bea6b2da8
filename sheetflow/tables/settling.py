"""Which row is which, after people sorted, copied, retyped and deleted rows.

An id stands in the row itself. A row without one gets an id made from who it is, so that reading
twice gives the same id, and a crash before it is written down cannot make a second identity.

There may be a million rows, so that none is kept: each is looked at once, and again only where it
may be another one.
"""

from __future__ import annotations

import hashlib
import itertools
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sheetflow.packed import Lookup, Texts
from sheetflow.sequences import Picked
from sheetflow.tables import statuses
from sheetflow.tables.identity import Candidate, Known, Who, same_person
from sheetflow.values import Status, digest

_CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"
_CROWD = 50
"""People with one address or number, beyond which it is a placeholder and says nothing."""

_NOBODY = -1
_MATERIAL = 16
"""Bytes of a digest."""


@dataclass
class Settled:
    """The id of each row in order, all different; and who must not be acted on.

    `minted` says of each row whether its id is not written down yet, and `alike` names the rows
    that have an address or number in common with another one.
    """

    ids: Texts = field(default_factory=Texts)
    stopped: dict[str, Status] = field(default_factory=dict)
    minted: bytearray = field(default_factory=bytearray)
    alike: Sequence[int] = ()


class Minted(Mapping[str, Candidate]):
    """The rows whose ids are not written down yet, by these ids."""

    def __init__(self, rows: Sequence[Candidate], settled: Settled) -> None:
        self._rows = rows
        self._settled = settled

    def __getitem__(self, row_id: str) -> Candidate:
        number = self._settled.ids.find(row_id)
        if number is None or not self._settled.minted[number]:
            raise KeyError(row_id)
        return self._rows[number]

    def __contains__(self, row_id: object) -> bool:
        number = self._settled.ids.find(row_id) if isinstance(row_id, str) else None
        return number is not None and bool(self._settled.minted[number])

    def __iter__(self) -> Iterator[str]:
        return itertools.compress(self._settled.ids, self._settled.minted)

    def __len__(self) -> int:
        return sum(self._settled.minted)


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
    claims = _Claims(rows, table)
    found = Settled(alike=claims.alike)
    shared: dict[int, str] = {}
    for claimed, numbers in claims.shared():
        claimants = {number: rows[number] for number in numbers}
        shared |= _shared_out(claimed, claimants, known.get(claimed, {}), salt, claims, found)
    claiming = enumerate(claims.of_row)
    free = array("I", (n for n, claim in claiming if not shared.get(n, claim != _NOBODY)))
    lost = Texts(row_id for row_id in remembered or () if row_id not in claims.ids)
    again = recognise(Picked(rows, free), lost, remembered or {})
    minting = _Minting((claims.ids, Texts(lost[n] for n in again if n != _NOBODY), found.ids))
    unsettled = zip(again, claims.materials(rows, free, table), strict=True)
    for number in range(len(claims.of_row)):
        row_id = claims.id_of(number, shared)
        found.minted.append(not row_id)
        if not row_id:
            before, material = next(unsettled)
            row_id = minting.id_from(material) if before == _NOBODY else lost[before]
        found.ids.add(row_id)
    return found


class _Claims:
    """What one look at each row leaves: the id it claims, or what an id of its own is made of."""

    def __init__(self, rows: Iterable[Candidate], table: str) -> None:
        self.ids = Texts()
        self.of_row = array("i")
        self._first = array("I")
        self._several: dict[int, list[int]] = {}
        self._materials = bytearray()
        contacts, met, alike = Texts(), array("I"), bytearray()
        for number, row in enumerate(rows):
            alike.append(0)
            if row.claims:
                self.of_row.append(self._claimed(row.claims, number))
            else:
                self.of_row.append(_NOBODY)
                self._materials += bytes.fromhex(_material(row, table))
            for contact in row.who.contacts:
                before = contacts.add(contact)
                if before == len(met):
                    met.append(number)
                elif met[before] != number:
                    alike[met[before]] = alike[number] = 1
        self.alike = array("I", itertools.compress(range(len(alike)), alike))

    def _claimed(self, claim: str, number: int) -> int:
        found = self.ids.add(claim)
        if found == len(self._first):
            self._first.append(number)
        else:
            self._several.setdefault(found, []).append(number)
        return found

    def shared(self) -> Iterator[tuple[str, Sequence[int]]]:
        """Each id that several rows claim, and these rows."""
        for claim, others in self._several.items():
            yield self.ids[claim], (self._first[claim], *others)

    def id_of(self, number: int, shared: Mapping[int, str]) -> str:
        """The id of a row so far: as it was shared out, or else as the row claims it; or ""."""
        if number in shared:
            return shared[number]
        claim = self.of_row[number]
        return "" if claim == _NOBODY else self.ids[claim]

    def materials(
        self, rows: Sequence[Candidate], free: Iterable[int], table: str
    ) -> Iterator[str]:
        """What the ids of the rows that have none are made of."""
        start = 0
        for number in free:
            if self.of_row[number] == _NOBODY:
                yield self._materials[start : start + _MATERIAL].hex()
                start += _MATERIAL
            else:  # it claimed the id of another row
                yield _material(rows[number], table)


def _material(row: Candidate, table: str) -> str:
    parts = row.who.parts
    return digest(table, parts if parts and not row.occasion else row.everything())


def _shared_out(
    claimed: str,
    rows: Mapping[int, Candidate],
    known: Mapping[str, str],
    salt: str,
    claims: _Claims,
    found: Settled,
) -> dict[int, str]:
    """One of the rows that claim an id keeps it; copies are set aside, others stay without.

    The ids by the rows' numbers, "" for those without.
    """
    copied = str(statuses.copy_of_row())
    kept, *_ = sorted(
        rows, key=lambda n: (-_matches(rows[n].who, known, salt), rows[n].said == copied, n)
    )
    ids = {kept: claimed}
    for count, number in enumerate(sorted(rows.keys() - ids), 2):
        row = rows[number]
        ids[number] = ""
        if _is_copy(row, rows[kept]):
            status = statuses.copy_of_row()
        elif row.keyed:
            status = statuses.same_key(row.keyed)
        else:
            continue
        ids[number] = f"{claimed}~{count}"
        while ids[number] in claims.ids or ids[number] in found.stopped:
            ids[number] += "~"
        found.stopped[ids[number]] = status
    return ids


def _matches(someone: Who, known: Mapping[str, str], salt: str) -> int:
    return len(someone.digests(salt).items() & known.items()) if known else 0


def _is_copy(row: Candidate, keeper: Candidate) -> bool:
    same = row.who.parts == keeper.who.parts or same_person(row.who, keeper.who)
    return same and row.occasion == keeper.occasion


class _Minting:
    """Makes ids from who rows are, none of which is `taken`; the last of these may still grow."""

    def __init__(self, taken: Sequence[Texts]) -> None:
        self._taken = [texts for texts in taken[:-1] if texts] + [taken[-1]]
        self._twins: dict[str, int] = {}

    def id_from(self, material: str) -> str:
        """A new id; rows that are alike get different ones, in their order."""
        for count in itertools.count(self._twins.get(material, 0)):
            made = hashlib.blake2b(f"{material} {count}".encode(), digest_size=8).digest()
            number = int.from_bytes(made, "big")
            row_id = "sf-" + "".join([_CROCKFORD[number >> 5 * place & 31] for place in range(10)])
            if not any(row_id in taken for taken in self._taken):
                break
            self._twins[material] = count + 2
        return row_id


def recognise(
    rows: Sequence[Candidate], lost: Texts, remembered: Mapping[str, Candidate]
) -> Sequence[int]:
    """Which of the rows without an id have one that is `lost`: the same text, person, or part.

    For each row the number of its id among the lost ones, or -1.
    """
    found = array("i", [_NOBODY]) * len(rows)
    left = bytearray(b"\x01") * len(lost)
    for sign in (_text_of, _person_of):
        if not any(left):
            return found
        waiting = Lookup()
        for number in itertools.compress(range(len(lost)), left):
            waiting.put(sign(remembered[lost[number]]), number)
        for place, row in enumerate(rows):
            taken = waiting.take(sign(row)) if found[place] == _NOBODY else None
            if taken is not None:
                found[place] = taken
                left[taken] = 0
    near = Lookup()
    for place, row in enumerate(rows) if any(left) else ():
        if found[place] == _NOBODY:
            for part in row.who.parts.items():
                near.put(repr(part), place)
    for open_one in itertools.compress(range(len(lost)), left):
        parts = remembered[lost[open_one]].who.parts.items()
        some = {place for part in parts for place in near.of(repr(part))}
        some = {place for place in some if found[place] == _NOBODY}
        if len(some) == 1:
            found[some.pop()] = open_one
    return found


def _text_of(row: Candidate) -> str:
    return row.everything()


def _person_of(row: Candidate) -> str:
    return repr(tuple(row.who.parts.items()))


def duplicates(
    rows: Sequence[Candidate], settled: Settled, label: Callable[[int], str]
) -> Iterator[tuple[str, Status]]:
    """Rows with a person whom another row has: one with an id, or else one further up."""
    again = str(statuses.same_person("")).partition('"')[0]
    ranks = [array("I") for _ in range(4)]
    for number in settled.alike:
        if settled.ids[number] not in settled.stopped:
            rank = 2 * rows[number].said.startswith(again) + settled.minted[number]
            ranks[rank].append(number)
    first = Lookup()
    for number in itertools.chain(*ranks):
        person = rows[number].who
        others = {contact: list(first.of(contact)) for contact in person.contacts}
        known = itertools.chain(*others.values())
        twin = next((other for other in known if same_person(person, rows[other].who)), None)
        if twin is not None:
            yield settled.ids[number], statuses.same_person(label(twin))
            continue
        for contact, before in others.items():
            if len(before) < _CROWD:
                first.put(contact, number)
