"""The outbox: one file a mail, never two."""

from __future__ import annotations

import email
import email.policy
from pathlib import Path

import pytest
from sheetflow_plugins.outbox import Outbox

from sheetflow import Mail, Receipt, Refused
from sheetflow.errors import PlanningWrote
from sheetflow.network.door import Door
from sheetflow.plugin.testing import MailerContract

CONTENT = b"To: ana@example.org\r\nDate: Sat, 14 Mar 2026 12:00:00 +0100\r\nSubject: Hi\r\n\r\nDear"
MAIL = Mail("hello@r.example", "Ana.Ruiz+1@example.org", "<1@r.example>", CONTENT)


def outbox(folder: Path, *, may_write: bool = True) -> Outbox:
    """An outbox in a folder."""
    return Outbox(Outbox.Settings(folder="out"), door=Door(may_write=may_write), folder=folder)


def files(folder: Path) -> list[str]:
    """What is in the outbox."""
    return sorted(path.name for path in (folder / "out").iterdir())


def test_each_mail_is_a_file_that_a_mail_program_opens(tmp_path: Path) -> None:
    receipt = outbox(tmp_path).deliver(MAIL)
    assert files(tmp_path) == [receipt.reference] == ["ana-ruiz-1-cc33f933d1bf.eml"]
    written = (tmp_path / "out" / receipt.reference).read_bytes()
    assert written == CONTENT
    assert email.message_from_bytes(written, policy=email.policy.default)["Subject"] == "Hi"


def test_the_same_mail_again_is_the_same_file_and_a_receipt(tmp_path: Path) -> None:
    box = outbox(tmp_path)
    later = Mail(MAIL.sender, MAIL.to, MAIL.id, CONTENT.replace(b"12:00", b"13:30"))
    assert box.deliver(MAIL) == box.deliver(later) == box.find(later)
    assert len(files(tmp_path)) == 1


def test_another_mail_by_the_same_id_is_refused(tmp_path: Path) -> None:
    box = outbox(tmp_path)
    box.deliver(MAIL)
    with pytest.raises(Refused, match="has another mail by that id"):
        box.deliver(Mail(MAIL.sender, MAIL.to, MAIL.id, CONTENT + b" Bo"))
    assert (tmp_path / "out" / files(tmp_path)[0]).read_bytes() == CONTENT


def test_a_mail_that_is_not_there_was_not_taken(tmp_path: Path) -> None:
    assert outbox(tmp_path).find(MAIL) is False
    outbox(tmp_path).deliver(MAIL)
    assert outbox(tmp_path).find(MAIL) == Receipt(files(tmp_path)[0])


def test_while_planning_not_even_the_folder_is_made(tmp_path: Path) -> None:
    with pytest.raises(PlanningWrote):
        outbox(tmp_path, may_write=False).deliver(MAIL)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("local", ["../../etc/passwd", "عمر", "a/b", "x" * 200, "."])
def test_an_address_cannot_choose_the_file(tmp_path: Path, local: str) -> None:
    outbox(tmp_path).deliver(Mail(MAIL.sender, f"{local}@example.org", MAIL.id, CONTENT))
    (name,) = files(tmp_path)
    assert len(name) <= 60
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-.")
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


class TestTheContract(MailerContract):
    connector = Outbox
