"""Whether a column was sorted on its own, so that addresses stand beside other people's names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from sheetflow.tables.identity import Known

FEWEST = 5
SHARE = 0.02
"""How many rows, and which part of the known ones, must have changed in the same way."""


def moved_column(rows: Sequence[tuple[str, Mapping[str, str]]], known: Known) -> str:
    """Which column left its rows: "name", "email", "phone", "id", or "" for none.

    `rows` are ids with the digests of who is there now. An address that changed while the name
    stayed counts; any other part counts if it was another known row's before.
    """
    seen = [(row_id, now, known[row_id]) for row_id, now in rows if row_id in known]
    owners = {
        part: Counter(digests[part] for digests in known.values() if part in digests)
        for part in ("name", "email", "phone")
    }
    counts = Counter(sign for row_id, now, was in seen if (sign := _sign(now, was, owners)))
    for column, count in counts.most_common(1):
        if count >= FEWEST and count >= SHARE * len(seen):
            return column
    return ""


def changed_hands(now: Mapping[str, str], was: Mapping[str, str]) -> bool:
    """Whether name and address, or name and phone, are both somebody else's now."""
    changed = _changed(now, was)
    kept = {part for part in now if part in was and now[part] == was[part]}
    return "name" in changed and len(changed) > 1 and not kept


def _changed(now: Mapping[str, str], was: Mapping[str, str]) -> set[str]:
    return {part for part in now if part in was and now[part] != was[part]}


def _sign(
    now: Mapping[str, str], was: Mapping[str, str], owners: Mapping[str, Counter[str]]
) -> str:
    changed = _changed(now, was)
    if not changed:
        return ""
    if changed == {"email"}:
        return "email"
    if not all(owners[part][now[part]] for part in changed):
        return ""
    if changed == {"name"} or changed == {"phone"}:
        return next(iter(changed))
    if "name" in changed and "email" in changed:
        return "id"
    return "email" if "email" in changed else "name"
