"""The door is shut while planning, and a file behind it is the old one or the new one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sheetflow.errors import PlanningWrote
from sheetflow.network.door import Door


def test_a_shut_door_refuses_and_says_what_was_tried(tmp_path: Path) -> None:
    target = tmp_path / "people.csv"
    with pytest.raises(PlanningWrote, match=r"people\.csv"):
        Door(may_write=False).save(target, b"new")
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_replaced_whole_and_keeps_its_permissions(tmp_path: Path) -> None:
    target = tmp_path / "people.csv"
    target.write_bytes(b"old")
    target.chmod(0o640)
    Door(may_write=True).save(target, b"new")
    assert target.read_bytes() == b"new"
    assert target.stat().st_mode & 0o777 == 0o640
    assert list(tmp_path.iterdir()) == [target]


def test_a_new_file_never_replaces_one_that_is_there(tmp_path: Path) -> None:
    target = tmp_path / "letter.eml"
    door = Door(may_write=True)
    door.save(target, b"first", new=True)
    with pytest.raises(FileExistsError):
        door.save(target, b"second", new=True)
    assert target.read_bytes() == b"first"
    assert list(tmp_path.iterdir()) == [target]


def test_when_it_cannot_be_put_in_place_the_old_file_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "people.csv"
    target.write_bytes(b"old")

    def no_room(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", no_room)
    with pytest.raises(OSError, match="No space"):
        Door(may_write=True).save(target, b"new")
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]
