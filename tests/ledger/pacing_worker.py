"""One of several processes that ask one base for the same table, again and again.

Arguments: the ledger's address, the emulator's, requests a second, and how many readings.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sheetflow_plugins.airtable import Airtable

from sheetflow.ledger.databases import place
from sheetflow.ledger.pace import Pace
from sheetflow.network.door import Door
from sheetflow.network.pacing import Decide, Pacer, Turn
from sheetflow.secrets import Secret


class Noted:
    """A shelf that notes when turns were given, by the database's clock."""

    lasts = True

    def __init__(self, shelf: Pace) -> None:
        self._shelf = shelf
        self.granted: list[float] = []

    def change(self, names: Sequence[str], decide: Decide[Any]) -> Any:
        """As the shelf does."""

        def noting(now: float, kept: Mapping[str, str]) -> tuple[Any, Mapping[str, str]]:
            found, changed = decide(now, kept)
            if isinstance(found, Turn):
                self.granted.append(now + found.wait)
            return found, changed

        return self._shelf.change(names, noting)

    def close(self) -> None:
        """As the shelf does."""
        self._shelf.close()


def work(address: str, url: str, per_second: int, readings: int) -> str:
    """What the door counted, and when turns were given."""
    shelf = Noted(Pace(place(address)))
    door = Door(may_write=False, pacer=Pacer(shelf=shelf))
    settings = Airtable.Settings(
        token=Secret("patRiverside00001." + "0123456789abcdef" * 4),
        url=url,
        requests_per_second=per_second,
        token_requests_per_second=10_000,
    )
    connector = Airtable(settings, door=door, folder=Path())
    table = connector.open_table({"base": "appRiversideBase1", "table": "People"})
    print("ready", flush=True)
    sys.stdin.readline()
    for _ in range(readings):
        table.read()
    connector.close()
    door.pacer.close()
    requests, faults = sum(door.bill.requests.values()), sum(door.bill.faults.values())
    return json.dumps({"requests": requests, "faults": faults, "granted": shelf.granted})


if __name__ == "__main__":
    print(work(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))
