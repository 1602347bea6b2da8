"""Files that a command leaves."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import click
import pytest

from sheetflow.commands.files import NEW_FILE, leave


def test_a_new_file_is_for_its_owner_only(tmp_path: Path):
    leave(tmp_path / "plan.json", "Ana —")
    assert (tmp_path / "plan.json").read_text("utf-8") == "Ana —"
    assert stat.S_IMODE((tmp_path / "plan.json").stat().st_mode) == 0o600


def test_a_file_that_was_shared_stays_shared(tmp_path: Path):
    path = tmp_path / "plan.html"
    path.write_text("old")
    path.chmod(0o644)
    leave(path, "new")
    assert (path.read_text(), stat.S_IMODE(path.stat().st_mode)) == ("new", 0o644)


def test_a_folder_that_is_missing_is_named(tmp_path: Path):
    with pytest.raises(click.BadParameter, match="There is no folder"):
        NEW_FILE.convert(str(tmp_path / "missing" / "plan.html"), None, None)


def test_what_is_no_file_is_written_to_and_stays_what_it_is(tmp_path: Path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with ThreadPoolExecutor(1) as reader:
        read = reader.submit(pipe.read_text, "utf-8")
        leave(pipe, "plan")
        assert read.result(10) == "plan"
    assert pipe.is_fifo()


def test_behind_a_link_the_file_is_written_and_the_link_stays(tmp_path: Path):
    link = tmp_path / "latest.html"
    link.symlink_to(tmp_path / "plan.html")
    leave(link, "one")
    leave(link, "two")
    assert link.is_symlink()
    assert (tmp_path / "plan.html").read_text() == "two"
