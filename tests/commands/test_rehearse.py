"""`sheetflow rehearse` does everything for real, over copies, and reaches nobody."""

from __future__ import annotations

from email import message_from_bytes
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.commands.conftest import Call


def _everything_in(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_all_that_would_go_out_is_left_in_a_folder_and_the_workspace_stays_as_it_was(
    call: Call, workspace: Path, tmp_path: Path
):
    before = _everything_in(workspace)
    into = tmp_path / "rehearsal"
    said = call("rehearse", "welcome", "--into", str(into))
    assert said.code == 0, said.err
    assert "  Sent: 2 people, 2 messages\n" in said.out
    assert "Where to look: each row" not in said.out
    assert said.out.endswith(
        "This was a rehearsal: nobody was written to, and no table was changed.\n"
        "Asked of others: nothing.\n"
        f"  {into}/rehearsal.html: everything, for a browser\n"
        f"  {into}/tables.xlsx: the tables afterwards; what is new is coloured\n"
        f"  {into}/outbox: the mails, 2\n"
    )
    assert _everything_in(workspace) == before
    assert into.stat().st_mode & 0o077 == 0, "others can look into it"
    mails = [message_from_bytes(path.read_bytes()) for path in (into / "outbox").glob("*.eml")]
    assert sorted(mail["To"] for mail in mails) == [
        "Ana Reyes <ana@example.org>",
        "Chidi Okafor <chidi@example.org>",
    ]


def test_the_copies_show_what_would_stand_in_the_tables(
    call: Call, workspace: Path, tmp_path: Path
):
    people = workspace / "people.csv"
    people.write_text(people.read_text().replace("Ana Reyes", '"=HYPERLINK(""x"")"'))
    call("rehearse", "welcome", "--into", str(tmp_path / "rehearsal"))
    tab = load_workbook(tmp_path / "rehearsal" / "tables.xlsx")["People"]
    headers = [cell.value for cell in tab[1]]
    status = headers.index("Sheetflow status")
    assert str(tab.cell(2, status + 1).value).startswith("Done")
    assert tab.cell(2, status + 1).fill.start_color.rgb == "00FFF2CC"
    assert tab.cell(2, status + 1).comment.text == "was empty"
    name = tab.cell(2, headers.index("Name") + 1)
    assert (name.value, name.data_type) == ('=HYPERLINK("x")', "s")
    assert name.comment is None


def test_whoever_was_written_to_for_real_is_not_written_to_in_a_rehearsal(
    call: Call, workspace: Path, tmp_path: Path
):
    call("run", "welcome", "--yes")
    said = call("rehearse", "welcome", "--into", str(tmp_path / "rehearsal"))
    assert said.code == 0
    assert not (tmp_path / "rehearsal" / "outbox").exists()


@pytest.mark.parametrize(
    ("approve", "says"),
    [
        ("each row", "Ticks were taken as given: a real run asks in each row, and waits for its"),
        ("always", "A Go was taken as given: a real run may wait for it"),
    ],
)
def test_what_somebody_has_to_agree_to_is_shown_in_a_rehearsal(
    call: Call, workspace: Path, tmp_path: Path, approve: str, says: str
):
    [recipe] = workspace.glob("recipes/welcome*/recipe.yaml")
    recipe.write_text(recipe.read_text().replace("steps:", f"approve: {approve}\nsteps:"))
    said = call("rehearse", "welcome", "--into", str(tmp_path / "rehearsal"))
    assert says in said.out
    assert len(list((tmp_path / "rehearsal" / "outbox").glob("*.eml"))) == 2
    call("run", "welcome", "--yes")
    assert not (workspace / "outbox").exists()


def test_a_rehearsal_does_not_count_when_it_becomes_real(
    call: Call, workspace: Path, tmp_path: Path
):
    call("rehearse", "welcome", "--into", str(tmp_path / "rehearsal"))
    call("run", "welcome", "--yes")
    assert len(list((workspace / "outbox").glob("*.eml"))) == 2


def test_no_secret_is_needed_and_no_server_asked(call: Call, workspace: Path, tmp_path: Path):
    settings = workspace / "sheetflow.yaml"
    text = settings.read_text().replace(
        "    connector: outbox\n    folder: outbox\n",
        "    connector: smtp\n    host: smtp.example.org\n    user: us\n"
        "    password: {environment: NOT_SET_ANYWHERE}\n",
    )
    settings.write_text(text)
    said = call("rehearse", "welcome", "--into", str(tmp_path / "rehearsal"))
    assert said.code == 0, said.err
    assert len(list((tmp_path / "rehearsal" / "outbox").glob("*.eml"))) == 2


def test_nothing_is_left_where_something_lies(call: Call, tmp_path: Path):
    (tmp_path / "mine").write_text("kept")
    said = call("rehearse", "welcome", "--into", str(tmp_path))
    assert said.code == 2
    assert said.err.endswith("already. Name a new folder.\n")


def test_another_moment_can_be_rehearsed(call: Call, tmp_path: Path):
    into = str(tmp_path / "rehearsal")
    said = call("rehearse", "welcome", "--at", "2030-01-02 10:00", "--into", into)
    assert said.code == 0, said.err
    assert "2 Jan" in (tmp_path / "rehearsal" / "rehearsal.html").read_text()
