"""What every connector keeps whose documents are read or written, or that tells what changed."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

from sheetflow.errors import PlanningWrote
from sheetflow.language.messages.drafts import Draft
from sheetflow.plugin.library import Writing
from sheetflow.plugin.testing.connectors import ConnectorContract
from sheetflow.plugin.testing.watching import watched
from sheetflow.values import Receipt


class LibraryContract(ConnectorContract):
    """What whoever keeps messages keeps. In a test: the `address` of a document that is there."""

    address: str

    def test_it_knows_its_own_addresses_and_asks_nobody(self, tmp_path: Path) -> None:
        """Every connection is asked, before any of them is opened."""
        connected = self.connect(tmp_path, may_write=False)
        with watched() as done:
            assert connected.keeps(self.address)
            assert not connected.keeps("https://nobody.example/letter")
            assert not connected.keeps("welcome")
        assert done == [], f"knowing an address did: {done}"

    def test_a_document_reads_the_same_twice_while_the_door_is_shut(self, tmp_path: Path) -> None:
        """It is what a plan is made from, and what the fingerprint of a recipe follows."""
        connected = self.connect(tmp_path, may_write=False)
        found = connected.draft(self.address)
        assert isinstance(found, Draft)
        assert any(paragraph.text.strip() for paragraph in found.paragraphs)
        assert connected.draft(self.address) == found
        connected.close()


class NotebookContract(LibraryContract):
    """What whoever writes into documents keeps. In a test: a `writing` that has a place there."""

    writing: Writing

    def test_nothing_is_written_while_the_door_is_shut(self, tmp_path: Path) -> None:
        """It says so at the door first: `self.door.writing(...)`."""
        connected = self.connect(tmp_path, may_write=False)
        with watched() as done:
            refused = _is_refused(lambda: connected.put(self.writing))
        assert refused, "put went past the door"
        assert done == [], f"before the door stopped it, it did: {done}"

    def test_what_was_written_is_held_and_is_not_written_twice(self, tmp_path: Path) -> None:
        """`holds` tells after a crash whether it was done; `put` may then be asked once more."""
        connected = self.connect(tmp_path)
        assert connected.holds(self.writing) is False, "it was not written yet"
        receipt = connected.put(self.writing)
        assert isinstance(receipt, Receipt)
        assert connected.holds(self.writing) is True
        before = connected.draft(self.writing.document)
        assert connected.put(self.writing) == receipt
        assert connected.draft(self.writing.document) == before, "it was written twice"
        connected.close()

    def test_a_document_has_a_title_that_a_person_knows(self, tmp_path: Path) -> None:
        """Plans speak of it."""
        assert self.connect(tmp_path).title(self.writing.document).strip()


class WatcherContract(ConnectorContract):
    """What whoever tells of changes keeps. In a test: files that are there, and `edit` one."""

    among: Collection[str]

    def edit(self, file: str) -> None:
        """Change a file, as a person would."""
        raise NotImplementedError("say how a file is changed")

    def test_the_first_time_everything_may_have_changed(self, tmp_path: Path) -> None:
        """Nobody knows what was before; from then on the token does."""
        connected = self.connect(tmp_path, may_write=False)
        first = connected.changed(among=self.among)
        assert first.everything
        quiet = connected.changed(first.token, among=self.among)
        assert (quiet.files, quiet.everything) == ((), False)
        connected.close()

    def test_a_change_is_told_until_its_token_is_used(self, tmp_path: Path) -> None:
        """A crash before the token was kept loses nothing; afterwards it is not told again."""
        connected = self.connect(tmp_path, may_write=False)
        token = connected.changed(among=self.among).token
        file = min(self.among)
        self.edit(file)
        found = connected.changed(token, among=self.among)
        assert [one.id for one in found.files] == [file]
        assert connected.changed(token, among=self.among).files == found.files
        assert connected.changed(found.token, among=self.among).files == ()
        assert connected.changed(token, among=()).files == (), "it is none of ours"
        connected.close()

    def test_what_was_read_in_this_state_is_not_told(self, tmp_path: Path) -> None:
        """So that a file that somebody merely opened is not read again."""
        connected = self.connect(tmp_path, may_write=False)
        token = connected.changed(among=self.among).token
        self.edit(min(self.among))
        found = connected.changed(token, among=self.among)
        seen = {one.id: one.as_of for one in found.files}
        assert connected.changed(token, among=self.among, seen=seen).files == ()
        connected.close()


def _is_refused(deed: Callable[[], Any]) -> bool:
    try:
        deed()
    except PlanningWrote:
        return True
    return False
