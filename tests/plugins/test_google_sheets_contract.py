"""Google Sheets keeps what every table keeps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, ClassVar

import pytest
import requests
from sheetflow_plugins.google_sheets import GoogleSheets

from sheetflow.plugin.testing import TableContract
from tests.emulators.serving import serving
from tests.plugins._sheets import KEY, put, spreadsheet


class TestSheets(TableContract):
    connector = GoogleSheets
    place: ClassVar = {"spreadsheet": KEY, "sheet": "People"}
    asks_the_network = True

    @pytest.fixture(autouse=True)
    def _at_the_emulator(self) -> Iterator[None]:
        book = spreadsheet(("People", [["Name"], ["Nobody"]]))
        with serving("google", data={"spreadsheets": [book]}) as emulator:
            self.settings = {"url": emulator.url}
            yield

    def put(self, folder: Path, rows: Sequence[Sequence[object]]) -> None:
        url = self.settings["url"]
        address = f"{url}/v4/spreadsheets/{KEY}/values/'People'!A1:Z99:clear"
        requests.post(address, json={}, timeout=5).raise_for_status()
        put(url, "'People'!A1", rows)

    def rows(self, folder: Path) -> list[list[object]]:
        url = f"{self.settings['url']}/v4/spreadsheets/{KEY}/values/'People'"
        params = {"valueRenderOption": "UNFORMATTED_VALUE"}
        found: list[list[Any]] = requests.get(url, params=params, timeout=5).json()["values"]
        return [[cell if cell != "" else None for cell in row] for row in found]
