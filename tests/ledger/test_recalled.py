"""What the ledger has of very many rows is found by row; asking for it leaves nothing behind."""

from __future__ import annotations

import gc
from contextlib import closing
from pathlib import Path

from sqlalchemy import BindParameter

from sheetflow.ledger.recalled import ByRow
from sheetflow.ledger.store import Ledger
from sheetflow.values import Status, Word
from tests.ledger.examples import NOW


def test_of_each_row_and_name_the_last_item_is_found():
    found = ByRow([("a", "news", 1), ("b", "news", 2), ("a", "card", 3), ("a", "news", 4)])
    assert dict(found) == {"a": {"news": 4, "card": 3}, "b": {"news": 2}}
    assert ("a" in found, "c" in found, len(found), found.get("c", {})) == (True, False, 2, {})


def test_no_question_to_the_ledger_stays_with_the_rows_it_was_asked_about(tmp_path: Path):
    def remember() -> int:
        applying.remember_identities("c", "People", {"ana": {"email": "1"}, "bo": {}})
        applying.remember_statuses("c", "People", "news", {"ana": Status(Word.DONE)}, at=NOW)
        return sum(isinstance(each, BindParameter) for each in gc.get_objects())

    with closing(Ledger.open(tmp_path / "ledger.db")) as ledger, ledger.applying("run") as applying:
        remember()
        gc.collect()
        gc.disable()
        try:
            assert remember() == remember()
        finally:
            gc.enable()
