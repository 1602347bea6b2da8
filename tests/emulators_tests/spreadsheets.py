"""A spreadsheet on a running emulator, as batchUpdate's tests use it."""

from __future__ import annotations

from typing import Any

import requests

from tests.emulators.serving import Emulator

ID = "1" + "b" * 43
ROWS = [["Name", "Town", "Age"], ["Ann", "Ulm", 30], ["Bob", "Bonn", 20], ["Cid", "Ulm", 25]]
DATA = {
    "users": ["owner@example.org", "coach@example.org", "guest@example.org"],
    "spreadsheets": [
        {
            "id": ID,
            "title": "Book",
            "owner": "owner@example.org",
            "sheets": [
                {"id": 0, "title": "People", "rows": ROWS},
                {"id": 7, "title": "Other one", "rows": [["=People!A2"]]},
            ],
            "permissions": [
                {"emailAddress": "coach@example.org", "role": "writer"},
                {"emailAddress": "guest@example.org", "role": "reader"},
            ],
        }
    ],
}


class Book:
    """One spreadsheet, asked over HTTP for somebody (by default its owner)."""

    def __init__(self, emulator: Emulator, token: str = "") -> None:
        self.url = f"{emulator.url}/v4/spreadsheets/{ID}"
        self.http = requests.Session()
        if token:
            self.http.headers["Authorization"] = f"Bearer {token}"

    def __enter__(self) -> Book:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def batch(self, *batch: dict[str, Any], **more: Any) -> dict[str, Any]:
        """The answer to a batchUpdate, whatever it is."""
        body = {"requests": list(batch), **more}
        return self.http.post(f"{self.url}:batchUpdate", json=body).json()

    def do(self, **request: Any) -> dict[str, Any]:
        """The reply to one request, which must succeed."""
        answer = self.batch(request)
        assert "replies" in answer, answer
        return answer["replies"][0]

    def refused(self, **request: Any) -> str:
        """What is said to one request, which must be refused."""
        return self.batch(request)["error"]["message"]

    def values(self, cells: str = "People", **query: Any) -> list[list[Any]]:
        """The values of a range."""
        return self.http.get(f"{self.url}/values/{cells}", params=query).json().get("values", [])

    def formulas(self, cells: str = "People") -> list[list[Any]]:
        """The values of a range, formulas as they were entered."""
        return self.values(cells, valueRenderOption="FORMULA")

    def write(self, cells: str, rows: list[list[Any]]) -> None:
        """Values as if somebody typed them."""
        query = {"valueInputOption": "USER_ENTERED"}
        answer = self.http.put(f"{self.url}/values/{cells}", params=query, json={"values": rows})
        assert answer.status_code == 200, answer.text

    def get(self, fields: str, *ranges: str) -> Any:
        """The spreadsheet as far as a mask keeps it."""
        query = {"fields": fields, "ranges": ranges}
        return self.http.get(self.url, params=query).json()

    def cell(self, name: str, fields: str = "*") -> dict[str, Any]:
        """One cell of the first sheet, as CellData."""
        found = self.get(f"sheets.data.rowData.values({fields})", f"People!{name}")
        rows = found.get("sheets", [{}])[0].get("data", [{}])[0].get("rowData", [{}])
        return rows[0].get("values", [{}])[0]

    def sheet(self, fields: str, number: int = 0) -> Any:
        """What a mask keeps of one sheet."""
        return self.get(f"sheets({fields})")["sheets"][number]


def area(top: int, bottom: int, left: int, right: int, sheet: int = 0) -> dict[str, int]:
    """A GridRange."""
    return {
        "sheetId": sheet,
        "startRowIndex": top,
        "endRowIndex": bottom,
        "startColumnIndex": left,
        "endColumnIndex": right,
    }


def lines(dimension: str, start: int, end: int, sheet: int = 0) -> dict[str, Any]:
    """A DimensionRange."""
    return {"sheetId": sheet, "dimension": dimension, "startIndex": start, "endIndex": end}
