"""An old copy of the ledger is noticed by what the sheets say; nothing goes out twice for it."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from sheetflow.errors import LedgerError
from sheetflow.hosting.restoring import Right, answer, look
from sheetflow.ledger.copying import back_up, put_back
from sheetflow.runner.running import run
from tests.end_to_end.workspaces import KINDS, STATUS, Campaign, Person
from tests.ledger.conftest import postgres  # noqa: F401 - a fixture

POST = '''
import email
import json
from dataclasses import dataclass
from sheetflow import Mail, Mailer, Receipt, hookimpl

@dataclass(frozen=True, kw_only=True)
class Nothing:
    pass

class Post(Mailer):
    """Takes mail, and cannot be asked afterwards whether it did."""
    name = "post"
    Settings = Nothing

    def deliver(self, mail: Mail) -> Receipt:
        with (self.folder / "taken.jsonl").open("a") as taken:
            subject = email.message_from_bytes(mail.content)["Subject"]
            taken.write(json.dumps([mail.to, subject]) + "\\n")
        return Receipt(mail.id)

@hookimpl
def connectors():
    return [Post]
'''
RECIPE = """\
recipe: {name}
for_each: person in People
where: {where}
steps: [{{email: person, template: {name}}}]
"""


class Restored(Campaign):
    """A campaign whose post keeps what it took, and whose ledger gets lost now and then."""

    def begin(self, *names: str, mailer: str = "post", **recipes: str) -> None:
        """People of these names, and recipes with these conditions."""
        self.set_up([Person(name) for name in names], mailer=mailer)
        shutil.rmtree(self.folder / "recipes")
        self._text("plugins/post.py", POST)
        for name, where in recipes.items():
            self._text(f"recipes/{name}/recipe.yaml", RECIPE.format(name=name, where=where))
            self._text(f"recipes/{name}/templates/{name}.md", f"---\nsubject: {name}\n---\nHi\n")

    def add(self, *names: str) -> None:
        """Somebody signs up."""
        width = len(self.read("People")[0])
        cells = [(*Person(name).cells, *[None] * width)[:width] for name in names]
        self.edit(lambda rows: [*rows, *map(list, cells)])

    def go(self, recipe: str = "welcome", hours: int = 1) -> str:
        """A run, later; gives why nothing could be done, or ""."""
        self.now += timedelta(hours=hours)
        workspace = self.open()
        return run(workspace.recipe(recipe), workspace).plan.halted

    def says(self, column: str, value: str) -> None:
        """Somebody writes into that column of each row."""
        place = self.read("People")[0].index(column)
        self.edit(lambda rows: [[*row[:place], value, *row[place + 1 :]] for row in rows])

    @property
    def ledger(self) -> Path:
        """Where the ledger is."""
        return self.folder / "sheetflow.db"

    def keep(self) -> bytes:
        """The ledger as a copy of the whole disk would have it."""
        return self.ledger.read_bytes()

    def lose(self, copy: bytes = b"") -> None:
        """The whole folder was put back from a copy, or the ledger and all beside it is gone."""
        for file in self.folder.glob("sheetflow.db*"):
            file.unlink()
        if copy:
            self.ledger.write_bytes(copy)

    def taken(self) -> Counter[tuple[str, str]]:
        """How often the post took each recipe's mail to each person."""
        file = self.folder / "taken.jsonl"
        lines = file.read_text().splitlines() if file.exists() else []
        found = (json.loads(line) for line in lines)
        return Counter((to.partition("@")[0], subject) for to, subject in found)


@pytest.fixture
def campaign(request: pytest.FixtureRequest, tmp_path: Path) -> Restored:
    """Two people were welcomed; in .csv files, unless a test asks for more."""
    made = Restored(tmp_path / "campaign", getattr(request, "param", "csv"))
    made.begin("kestrel", "plover", welcome="everyone")
    made.go()
    return made


everywhere = pytest.mark.parametrize("campaign", KINDS, indirect=True)


def once(*names: str, recipe: str = "welcome") -> Counter[tuple[str, str]]:
    return Counter({(name, recipe): 1 for name in names})


@everywhere
def test_a_folder_put_back_from_an_old_copy_sends_nothing_until_somebody_says_what_is_right(
    campaign: Restored,
):
    copy = campaign.keep()
    campaign.add("wagtail")
    assert campaign.go() == ""
    campaign.lose(copy)
    campaign.add("dunlin")
    assert campaign.go() == (
        'The ledger is older than "People": 1 row was told something 14 Mar 14:00 that it does not '
        "know of, so it may send that again. Put the right ledger back, or say what is right: "
        "sheetflow restored"
    )
    assert campaign.taken() == once("kestrel", "plover", "wagtail")

    assert answer(campaign.open(), Right.SHEETS) == 1
    before = campaign.statuses()
    assert [campaign.go(), campaign.go()] == ["", ""]
    assert campaign.taken() == once("kestrel", "plover", "wagtail", "dunlin")
    assert campaign.statuses() == {**before, "dunlin": "Sent — 14 Mar 16:00"}
    assert not look(campaign.open()).is_open


@everywhere
def test_a_ledger_that_is_gone_with_all_beside_it_is_noticed_too(campaign: Restored):
    campaign.lose()
    assert "2 rows were told something 14 Mar 13:00" in campaign.go()
    answer(campaign.open(), Right.SHEETS)
    assert campaign.go() == ""
    assert campaign.taken() == once("kestrel", "plover")


def test_the_ledger_is_right_if_a_person_says_so(campaign: Restored):
    campaign.lose()
    assert answer(campaign.open(), Right.LEDGER) == 0
    assert campaign.go() == ""
    assert campaign.taken() == once("kestrel", "plover") + once("kestrel", "plover")


def test_where_several_recipes_may_have_run_rows_say_not_sure_and_are_asked_about(tmp_path: Path):
    campaign = Restored(tmp_path / "campaign", "csv")
    campaign.begin("kestrel", welcome="everyone", news="everyone")
    copy = campaign.keep() if campaign.ledger.exists() else b""
    campaign.go()
    campaign.lose(copy)
    assert answer(campaign.open(), Right.SHEETS) == 1
    campaign.go(), campaign.go("news")
    assert campaign.statuses()["kestrel"].startswith("Not sure — ")
    assert campaign.taken() == once("kestrel")
    [row] = campaign.rows()
    assert row["Send again?"] == "no"

    campaign.says("Send again?", "yes")  # of the one whose word stands there
    campaign.go(), campaign.go("news"), campaign.go("news")
    assert campaign.taken() == once("kestrel") + once("kestrel")
    campaign.says("Send again?", "yes")
    campaign.go("news"), campaign.go("news"), campaign.go()
    assert campaign.taken() == once("kestrel") + once("kestrel") + once("kestrel", recipe="news")


def test_a_service_that_can_be_asked_is_asked_before_a_person(tmp_path: Path):
    campaign = Restored(tmp_path / "campaign", "csv")
    campaign.begin("kestrel", mailer="outbox", welcome="everyone", news="everyone")
    campaign.go()
    campaign.lose()
    answer(campaign.open(), Right.SHEETS)
    assert [campaign.go(), campaign.go("news"), campaign.go()] == ["", "", ""]
    assert sorted(mail["Subject"] for mail in campaign.mails()) == ["news", "welcome"]
    assert campaign.statuses()["kestrel"].startswith("Sent")


def test_a_service_is_not_asked_by_an_id_that_it_cannot_know(tmp_path: Path):
    """The ids of the lost ledger never came into the sheet, and the new one gives others."""
    campaign = Restored(tmp_path / "campaign", "csv")
    campaign.begin("kestrel", mailer="outbox", welcome="everyone")
    rows = campaign.read("People")
    campaign.go()
    campaign.write("People", rows)
    campaign.lose()
    answer(campaign.open(), Right.NOTHING)
    assert [campaign.go(), campaign.go(), campaign.go()] == ["", "", ""]
    assert len(campaign.mails()) == 1
    told = (
        'Not sure — may be done: what was known on 14 Mar is lost. In "Send again?": yes or it came'
    )
    assert campaign.statuses() == {"kestrel": told}


def test_only_those_that_ran_since_are_in_doubt(tmp_path: Path):
    campaign = Restored(tmp_path / "campaign", "csv")
    campaign.begin("kestrel", welcome="everyone", news="everyone")
    campaign.go()
    campaign.lose()
    assert answer(campaign.open(), Right.SHEETS, ["welcome"]) == 1
    assert [campaign.go("news"), campaign.go()] == ["", ""]
    assert campaign.taken() == once("kestrel") + once("kestrel", recipe="news")


def test_what_was_done_behind_a_word_of_another_recipe_is_noticed(tmp_path: Path):
    """The row says what it said before; only the moment tells that more was done."""
    campaign = Restored(tmp_path / "campaign", "csv")
    campaign.begin("kestrel", welcome="everyone", news="everyone")
    recipe = campaign.folder / "recipes" / "welcome" / "recipe.yaml"
    recipe.write_text(recipe.read_text().replace("where: everyone", "where: {Coach: is ticked}"))
    campaign.says("Coach", "perhaps")
    campaign.go()
    stands = campaign.statuses()
    assert stands["kestrel"].startswith("Needs you")
    copy = campaign.keep()
    campaign.go("news")
    assert campaign.statuses() == stands
    assert campaign.taken() == once("kestrel", recipe="news")
    campaign.lose(copy)
    assert "1 row was told something 14 Mar 14:00" in campaign.go("news")


def test_what_was_held_when_it_was_copied_may_have_gone_out_since(tmp_path: Path):
    """The ledger that is put back says that it waits; the sheet says Sent."""
    campaign = Restored(tmp_path / "campaign", "csv")
    campaign.begin("kestrel", welcome="everyone")
    file = campaign.folder / "sheetflow.yaml"
    settings_now = file.read_text()
    file.write_text(settings_now.replace("quiet_hours: none", "quiet_hours: 08:00 to 20:00"))
    campaign.go()
    assert campaign.statuses()["kestrel"].startswith("Waiting — goes out 20:00")
    copy = campaign.keep()
    campaign.go(hours=9)
    assert campaign.statuses()["kestrel"].startswith("Sent")
    campaign.lose(copy)
    assert "older" in campaign.go()
    answer(campaign.open(), Right.SHEETS)
    campaign.go(), campaign.go()
    assert campaign.taken() == once("kestrel")


def test_a_run_that_was_cut_off_told_nobody_so_whoever_is_due_is_asked_about(campaign: Restored):
    copy = campaign.keep()
    campaign.add("wagtail")
    rows = campaign.read("People")
    campaign.go()
    campaign.write("People", rows)  # the sheet was never told
    campaign.lose(copy)
    workspace = campaign.open()
    with workspace.ledger() as ledger:
        back_up(ledger, campaign.folder / "copy.db")
    campaign.lose()
    put_back(campaign.folder / "copy.db", campaign.ledger, workspace.clock)
    with pytest.raises(LedgerError, match="is a copy of 2026-03-14 "):
        campaign.go()
    assert answer(campaign.open(), Right.NOTHING) == 1
    assert [campaign.go(), campaign.go()] == ["", ""]
    assert campaign.taken() == once("kestrel", "plover", "wagtail")
    assert campaign.statuses()["wagtail"].startswith("Not sure — ")


@everywhere
def test_what_people_write_where_we_say_when_stops_nothing(campaign: Restored):
    headers = campaign.read("People")[0]
    status, when = headers.index(STATUS), headers.index("Sheetflow when")

    def edited(rows: list[list[object]]) -> list[list[object]]:
        rows[0][status], rows[0][when] = "Sent — by Lee, on the phone", "last week, I think"
        rows[1][status] = "Sent — 12 Mar 10:00"
        return [*rows, [*rows[1][:1], "new@example.org", *rows[1][2:]]]

    campaign.edit(edited)
    assert campaign.go() == ""


def test_a_table_whose_zone_changed_says_nothing_new(campaign: Restored):
    file = campaign.folder / "sheetflow.yaml"
    file.write_text(file.read_text().replace("Europe/Berlin", "America/New_York"))
    assert campaign.go() == ""


def test_a_copy_in_a_database_is_noticed_and_asks(campaign: Restored, postgres, monkeypatch):  # noqa: F811
    """From the file into a database, which is how one moves; and the same, put back there."""
    workspace = campaign.open()
    with workspace.ledger() as ledger:
        back_up(ledger, campaign.folder / "copy.db")
    monkeypatch.setenv("LEDGER", postgres.new_database())
    file = campaign.folder / "sheetflow.yaml"
    file.write_text(file.read_text() + "ledger: {environment: LEDGER}\n")
    moved = campaign.open()
    put_back(campaign.folder / "copy.db", moved.ledger_address, moved.clock)
    with pytest.raises(LedgerError, match="is a copy of"):
        campaign.go()
    answer(campaign.open(), Right.LEDGER)
    campaign.add("wagtail")
    assert [campaign.go(), campaign.go()] == ["", ""]
    assert campaign.taken() == once("kestrel", "plover", "wagtail")

    with campaign.open().ledger() as ledger:
        back_up(ledger, campaign.folder / "copy.db")
    campaign.add("dunlin")
    campaign.go()
    monkeypatch.setenv("LEDGER", postgres.new_database())
    put_back(campaign.folder / "copy.db", campaign.open().ledger_address, moved.clock)
    assert [row.word for row in look(campaign.open()).tables["People"][1]] == ["Sent"]
    answer(campaign.open(), Right.SHEETS)
    assert [campaign.go(), campaign.go()] == ["", ""]
    assert campaign.taken() == once("kestrel", "plover", "wagtail", "dunlin")


STEPS = st.lists(
    st.sampled_from(["add", "welcome", "news", "keep", "lose", "beside", "back up"]), max_size=9
)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=6, deadline=None, derandomize=True)
@given(STEPS)
def test_whatever_is_put_back_whenever_nobody_gets_anything_twice(kind: str, steps: list[str]):
    with tempfile.TemporaryDirectory() as folder:
        campaign = Restored(Path(folder) / "campaign", kind)
        campaign.begin("kestrel", welcome="everyone", news="everyone")
        copies, names = [b""], iter(("plover", "wagtail", "dunlin", "siskin", "gannet", *"abcd"))
        for step in ["welcome", *steps, "lose", "welcome", "news", "welcome"]:
            match step:
                case "add":
                    campaign.add(next(names))
                case "keep" if campaign.ledger.exists():
                    copies.append(campaign.keep())
                case "back up" if campaign.ledger.exists():
                    with campaign.open().ledger() as ledger:
                        back_up(ledger, campaign.folder / "copy.db")
                    copies.append((campaign.folder / "copy.db").read_bytes())
                case "lose" | "beside":
                    if step == "lose":
                        campaign.lose(copies[-1])
                    else:  # only the file, not what lies beside it
                        campaign.ledger.write_bytes(copies[-1])
                    if look(campaign.open()).is_open:
                        before = campaign.taken()
                        with suppress(LedgerError):
                            assert campaign.go()
                        assert campaign.taken() == before
                        answer(campaign.open(), Right.SHEETS)
                case "welcome" | "news":
                    assert campaign.go(step) == ""
        assert set(campaign.taken().values()) <= {1}
        assert all(campaign.statuses().values())
