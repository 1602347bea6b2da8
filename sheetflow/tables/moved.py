"""Whether a column was sorted on its own, so that addresses stand beside other people's names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cached_property

from sheetflow.packed import Texts
from sheetflow.tables.identity import Known

FEWEST = 5
SHARE = 0.02
"""How many rows, and which part of the known ones, must have changed in the same way."""


def moved_column(rows: Iterable[tuple[str, Mapping[str, str]]], known: Known) -> str:
    """Which column left its rows: "name", "email", "phone", "id", or "" for none.

    `rows` are ids with the digests of who is there now. An address that changed while the name
    stayed counts; any other part counts if it was another known row's before.
    """
    owners, counts, seen = _Owners(known), Counter[str](), 0
    for row_id, now in rows:
        was = known.get(row_id)
        if was is not None:
            seen += 1
            counts[_sign(now, was, owners)] += 1
    del counts[""]
    for column, count in counts.most_common(1):
        if count >= FEWEST and count >= SHARE * seen:
            return column
    return ""


def changed_hands(now: Mapping[str, str], was: Mapping[str, str]) -> bool:
    """Whether name and address, or name and phone, are both somebody else's now."""
    changed = _changed(now, was)
    kept = {part for part in now if part in was and now[part] == was[part]}
    return "name" in changed and len(changed) > 1 and not kept


def _changed(now: Mapping[str, str], was: Mapping[str, str]) -> set[str]:
    return {part for part in now if part in was and now[part] != was[part]}


class _Owners:
    """Whether a name, address or number was anybody's before; read when it is first asked."""

    def __init__(self, known: Known) -> None:
        self._known = known

    def had(self, part: str, digest: str) -> bool:
        """Whether the part of any known row had this digest."""
        return f"{part} {digest}" in self._parts

    @cached_property
    def _parts(self) -> Texts:
        every = (digests.items() for digests in self._known.values())
        return Texts(f"{part} {digest}" for digests in every for part, digest in digests)


def _sign(now: Mapping[str, str], was: Mapping[str, str], owners: _Owners) -> str:
    changed = _changed(now, was)
    if not changed:
        return ""
    if changed == {"email"}:
        return "email"
    if not all(owners.had(part, now[part]) for part in changed):
        return ""
    if changed == {"name"} or changed == {"phone"}:
        return next(iter(changed))
    if "name" in changed and "email" in changed:
        return "id"
    return "email" if "email" in changed else "name"
