"""Airtable keeps what every table keeps, and whoever tells of changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, ClassVar

import pytest
import requests
from sheetflow_plugins.airtable import Airtable

from sheetflow.plugin.testing import TableContract, WatcherContract
from sheetflow.secrets import Secret
from tests.emulators.serving import Emulator, serving
from tests.plugins._airtable import BASE, LINE, TOKEN

FIELDS = ("Sheetflow ID", "Name", "Email", "Stage")
TABLE = "tblPeople00000001"


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    fields = [{"name": name, "type": LINE} for name in FIELDS]
    table = {"id": TABLE, "name": "People", "fields": fields}
    other = {"id": "tblOther000000001", "name": "Other", "fields": fields}
    base = {"id": BASE, "name": "Contract", "tables": [table, other]}
    data = {"auth": "strict", "tokens": [{"token": TOKEN}], "bases": [base]}
    with serving("airtable", data=data) as running:
        yield running


class TestTable(TableContract):
    connector = Airtable
    place: ClassVar = {"base": BASE, "table": "People", "view": "Grid view"}
    asks_the_network = True

    @pytest.fixture(autouse=True)
    def _at_the_emulator(self, emulator: Emulator) -> None:
        self.settings = {"url": emulator.url, "token": Secret(TOKEN)}

    def put(self, folder: Path, rows: Sequence[Sequence[object]]) -> None:
        """Other people's records: those that are there already keep their ids."""
        head, *below = rows
        wanted = {row[0]: dict(zip(head, row, strict=False)) for row in below}
        there = {one["fields"].get("Sheetflow ID"): one["id"] for one in self._records()}
        for name in there.keys() - wanted.keys():
            self._ask("DELETE", f"/{there[name]}")
        for name, fields in wanted.items():
            if name in there:
                self._ask("PATCH", f"/{there[name]}", json={"fields": fields})
            else:
                self._ask("POST", "", json={"fields": fields})

    def rows(self, folder: Path) -> list[list[object]]:
        found = [one["fields"] for one in self._records()]
        return [list(FIELDS), *([one.get(name) for name in FIELDS] for one in found)]

    def _records(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._ask("GET", "?view=Grid view")["records"]
        return found

    def _ask(self, verb: str, path: str, **more: Any) -> Any:
        address = f"{self.settings['url']}/v0/{BASE}/People{path}"
        headers = {"Authorization": f"Bearer {TOKEN}"}
        answer = requests.request(verb, address, headers=headers, timeout=5, **more)
        answer.raise_for_status()
        return answer.json()


class TestWatching(WatcherContract):
    connector = Airtable
    among = (f"{BASE}/{TABLE}", f"{BASE}/tblOther000000001")

    @pytest.fixture(autouse=True)
    def _at_the_emulator(self, emulator: Emulator, tmp_path: Path) -> None:
        self.emulator = emulator
        self.settings = {"url": emulator.url, "token": Secret(TOKEN)}
        connected = self.connect(tmp_path, may_write=True)
        connected.watch(self.among)
        connected.close()

    def edit(self, file: str) -> None:
        table = {TABLE: "People"}.get(file.partition("/")[2], "Other")
        self.emulator.service.edit({"base": BASE, "table": table, "add": {"Name": "Somebody"}})
