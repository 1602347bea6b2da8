"""The contract finds what is wrong: each plugin here breaks one rule, and one test says which."""

from __future__ import annotations

import itertools
import os
import random
from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from sheetflow import (
    Action,
    Change,
    Column,
    Connector,
    Held,
    Mail,
    Mailer,
    Noop,
    Receipt,
    Row,
    Secret,
    SetupError,
    Status,
    Template,
    Word,
    Work,
    hookimpl,
    main,
    option,
    table,
)
from sheetflow.network.door import Door
from sheetflow.plugin.guard import Guard
from sheetflow.plugin.testing import (
    NOON,
    ActionContract,
    CalendarContract,
    CalendarInMemory,
    FilterContract,
    GivenTables,
    GuardContract,
    MailerContract,
    MailInMemory,
    MeetingPlaceContract,
    MeetingRoomContract,
    MeetingRoomInMemory,
    PluginContract,
    ReadOnlyTableContract,
    RoomInMemory,
    TableContract,
    load_file,
    watched,
)
from sheetflow.tables.memory_table import MemoryTable, sheet_of


def broken(contract: Any, folder: Path) -> set[str]:
    """The tests of a contract that fail, by name, each on its own, as pytest runs them."""
    failed = set()
    for name in sorted(name for name in dir(contract) if name.startswith("test_")):
        test = getattr(copy(contract), name)
        takes_folder = "tmp_path" in test.__code__.co_varnames[: test.__code__.co_argcount]
        own = folder / name
        own.mkdir()
        try:
            test(own) if takes_folder else test()
        except Exception:  # noqa: BLE001 - however it fails
            failed.add(name.removeprefix("test_"))
    return failed


# Actions


class Sound(Action["Sound.Options"]):
    """Writes a line into a file for each row, and does it well."""

    name = "note"

    @dataclass(frozen=True, kw_only=True)
    class Options:
        text: Template = main("What is written.")
        save_in: Column = option("Where.", default=Column("Stage"))

    def path(self, change: Change) -> Path:
        return self.tools.folder / str(change.data["file"])

    def plan(self, work: Work) -> Change | Noop:
        change = Change("write it", data={"file": f"{work.row.id}.txt", "text": "Hi"})
        return Noop("it is there") if self.path(change).exists() else change

    def apply(self, change: Change) -> Receipt:
        self.tools.door.save(self.path(change), b"Hi")
        return Receipt(str(change.data["file"]))

    def reconcile(self, change: Change) -> Receipt | bool:
        return Receipt("it") if self.path(change).exists() else False


class WritesWhilePlanning(Sound):
    def plan(self, work):
        (self.tools.folder / "seen.txt").write_text("seen")
        return super().plan(work)


class StartsAProgram(Sound):
    def plan(self, work):
        os.system("true")
        return super().plan(work)


class RollsADie(Sound):
    def plan(self, work):
        found = super().plan(work)
        if isinstance(found, Noop):
            return found
        return replace(found, data={**found.data, "die": random.random()})


class PlansWithWhatJsonLacks(Sound):
    def plan(self, work):
        found = super().plan(work)
        if isinstance(found, Noop):
            return found
        return replace(found, data={**found.data, "when": NOON})


class GoesPastTheDoor(Sound):
    def apply(self, change):
        self.path(change).write_text("Hi")
        return Receipt("it")


class MakesTheFolderBeforeAsking(Sound):
    def apply(self, change):
        (self.tools.folder / "made").mkdir(exist_ok=True)
        return super().apply(change)


class WritesAColumnItDidNotDeclare(Sound):
    def plan(self, work):
        return Change("set", cells={"Stage": "x"}) if not work.value("Stage") else Noop("x")


class DoesNotSee(Sound):
    def plan(self, work):
        return Change("write it", data={"file": f"{work.row.id}.txt"})


class ForgetsWhatItDid(Sound):
    def reconcile(self, change):
        return False


class RemembersWhatItDidNot(Sound):
    def reconcile(self, change):
        return Receipt("it")


class SaysIdempotentAndIsNot(Sound):
    idempotent = True
    count = itertools.count()

    def apply(self, change):
        super().apply(change)
        return Receipt(str(next(self.count)))


class SaysNothing(Sound):
    def plan(self, work):
        return Noop("no")


class ReachesWithoutSayingHow(Sound):
    def plan(self, work):
        found = super().plan(work)
        return found if isinstance(found, Noop) else replace(found, to=("ana@example.org",))


def plugin_of(action: type[Action[Any]]) -> ModuleType:
    module = ModuleType("a_plugin")
    module.actions = lambda: [action]
    return module


def contract_of(action: type[Action[Any]]) -> ActionContract:
    contract = ActionContract()
    contract.plugin = plugin_of(action)
    contract.step = "- note: Hello {{ person.name }}"
    contract.again = "noop"
    return contract


def test_a_sound_action_keeps_everything(tmp_path: Path):
    assert broken(contract_of(Sound), tmp_path) == set()


@pytest.mark.parametrize(
    ("action", "rule"),
    [
        (WritesWhilePlanning, "planning_changes_nothing"),
        (StartsAProgram, "planning_changes_nothing"),
        (RollsADie, "the_same_plan_comes_out_twice"),
        (PlansWithWhatJsonLacks, "a_change_survives_a_plan_file"),
        (GoesPastTheDoor, "no_deed_is_done_while_the_door_is_shut"),
        (MakesTheFolderBeforeAsking, "no_deed_is_done_while_the_door_is_shut"),
        (WritesAColumnItDidNotDeclare, "every_change_says_what_it_is"),
        (ReachesWithoutSayingHow, "every_change_says_what_it_is"),
        (DoesNotSee, "what_was_done_is_not_done_twice"),
        (
            ForgetsWhatItDid,
            "after_a_crash_it_finds_out_the_truth_or_says_that_it_cannot",
        ),
        (
            RemembersWhatItDidNot,
            "after_a_crash_it_finds_out_the_truth_or_says_that_it_cannot",
        ),
        (SaysIdempotentAndIsNot, "an_idempotent_deed_can_be_repeated"),
        (SaysNothing, "there_is_something_to_do"),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else "",
)
def test_an_action_that_breaks_a_rule_is_found(action, rule: str, tmp_path: Path):
    assert rule in broken(contract_of(action), tmp_path)


def test_what_the_ledger_cannot_know_again_is_found(tmp_path: Path):
    contract = contract_of(Sound)
    contract.again = "ledger"
    assert broken(contract, tmp_path) == {"what_was_done_is_not_done_twice"}


# Plugins as modules

PLUGIN = '''"""A plugin.

It needs a token, which the service gives you.
"""

import os
from dataclasses import dataclass

from sheetflow import Change, Connector, Noop, Receipt, Row, Secret, action, hookimpl, option


class Service(Connector):
    """A service."""

    name = "service"

    @dataclass(frozen=True)
    class Settings:
        token: Secret = option("The token.")
        url: str = option("Where it is.", default="https://service.example")

    @action
    def tell(self, row: Row, *, text: str) -> Change | Noop:
        """Tells something.

        text: What is told.
        """
        return Change("tell", data={"text": text})


@hookimpl
def connectors():
    return [Service]
'''


def module_of(tmp_path: Path, old: str = "", new: str = "") -> PluginContract:
    assert old in PLUGIN
    path = tmp_path / "service.py"
    path.write_text(PLUGIN.replace(old, new, 1) if old else PLUGIN, "utf-8")
    contract = PluginContract()
    contract.plugin = load_file(path)
    return contract


def test_a_sound_plugin_keeps_everything(tmp_path: Path):
    assert broken(module_of(tmp_path), tmp_path) == set()


DOCSTRING = "its_docstring_says_what_it_is_for_and_how_to_set_it_up"


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("It needs a token, which the service gives you.\n", "", DOCSTRING),
        ("a token", "something", DOCSTRING),
        ("A plugin.\n", "A plugin\n", DOCSTRING),
        ("def connectors", "def conectors", "every_hook_it_implements_is_one"),
        ("return Change(", "os.environ.get('TOKEN'); return Change(", "it_reads_no_environment"),
        ("import os", "from os import getenv", "it_reads_no_environment"),
        ("@hookimpl", "class Oops(Exception): ...\n@hookimpl", "it_defines_no_exceptions"),
        ("        text: What is told.\n", "", "its_actions_options_are_typed_and_explained"),
        ("text: str", "text: object", "its_actions_options_are_typed_and_explained"),
        ('option("The token.")', 'option("")', "its_settings_are_frozen_typed_and_explained"),
        ("(frozen=True)", "", "its_settings_are_frozen_typed_and_explained"),
        (
            "    @action",
            "        def __repr__(self):\n            return self.token.reveal()\n\n    @action",
            "its_secrets_are_never_printed",
        ),
        ('"text": text', '"to": "https://service.example"', "its_addresses_can_be_changed"),
    ],
)
def test_a_plugin_that_breaks_a_rule_is_found(old: str, new: str, rule: str, tmp_path: Path):
    assert rule in broken(module_of(tmp_path, old, new), tmp_path)


# Connectors


class PrintsItsPassword(Mailer):
    """Carries mail, and tells everybody how."""

    name = "chatty"

    @dataclass(frozen=True)
    class Settings:
        password: Secret = option("The password.")

    def __init__(self, settings: Any, **given: Any) -> None:
        super().__init__(settings, **given)
        self.known = settings.password.reveal()

    def deliver(self, mail: Mail) -> Receipt:
        (self.folder / "sent").write_bytes(mail.content)
        return Receipt()

    def find(self, mail: Mail) -> Receipt | bool:
        return False


def test_a_mailer_that_breaks_the_rules_is_found(tmp_path: Path):
    contract = MailerContract()
    contract.connector = PrintsItsPassword
    contract.settings = {"password": Secret("hunter2")}
    assert broken(contract, tmp_path) == {
        "it_shows_no_secret_of_its_own",
        "no_mail_goes_out_while_the_door_is_shut",
        "a_mail_that_was_taken_has_a_receipt",
        "find_never_says_what_is_not_so",
    }


class Restless(Connector):
    """A table that is another one each time."""

    name = "restless"
    count = itertools.count()

    @table
    def rows(self) -> Iterator[Row]:
        yield Row("one", {"Name": f"Ana {next(self.count)}"})


class Twins(Connector):
    """A table in which two rows have one id."""

    name = "twins"

    @table
    def rows(self) -> Iterator[Row]:
        yield Row("one", {"Name": "Ana"})
        yield Row("one", {"Name": "Bo"})


@pytest.mark.parametrize("connector", [Restless, Twins])
def test_a_table_that_is_not_the_same_twice_is_found(connector: type[Connector], tmp_path: Path):
    contract = ReadOnlyTableContract()
    contract.connector = connector
    contract.place = {"table": "rows"}
    assert "reading_twice_gives_the_same" in broken(contract, tmp_path)


def test_a_table_that_a_connector_does_not_have_is_named(tmp_path: Path):
    contract = ReadOnlyTableContract()
    contract.connector, contract.place = Restless, {"table": "people"}
    with pytest.raises(SetupError, match=r'restless has no table "people"\. Write table: and one'):
        contract.source(tmp_path)


class Careless(MemoryTable):
    """Rows in a list, written without looking whether somebody changed them."""

    def write(self, sheet, edits, **more):
        return super().write(self.read(), edits, **more)


class InMemory(TableContract):
    connector = Connector
    place: Any = {}
    kind: type[MemoryTable] = MemoryTable

    def source(self, folder, *, may_write=False):
        if not hasattr(self, "table"):
            self.put(folder, ())
        self.table.may_write = self.connect(folder, may_write=may_write).door.writing
        return self.table

    def put(self, folder, rows):
        if not hasattr(self, "table"):
            self.table = self.kind(sheet_of(()))
        self.puts = getattr(self, "puts", 0) + 1
        self.table.sheet = replace(sheet_of(rows), version=f"put {self.puts}")

    def rows(self, folder):
        return [list(row.cells) for row in self.table.sheet.rows]


class TestTheKitsTable(InMemory):
    """Rows in memory are a table as any other."""


class TestTheKitsMail(MailerContract):
    def connect(self, folder, *, may_write=True):
        return MailInMemory(Door(may_write=may_write))


class TestTheKitsRoom(MeetingPlaceContract):
    def connect(self, folder, *, may_write=True):
        return RoomInMemory(Door(may_write=may_write))


class TestTheKitsCalendar(CalendarContract):
    def connect(self, folder, *, may_write=True):
        return CalendarInMemory(Door(may_write=may_write))


class TestTheKitsMeetings(MeetingRoomContract):
    def connect(self, folder, *, may_write=True):
        return MeetingRoomInMemory(Door(may_write=may_write))


class Forgetful(CalendarInMemory):
    """A calendar that makes another entry each time, whoever asks, and remembers none."""

    def hold(self, appointment):
        number = f"{appointment.id} {len(self.entries)}"
        self.entries[number] = appointment
        return Receipt(number, {"link": f"https://calls.example/{number}"})

    def find(self, appointment):
        return False


class Hasty(CalendarInMemory):
    """A calendar that says it has what it was never given, and gives no link."""

    def hold(self, appointment):
        return Receipt(super().hold(appointment).reference, {"link": ""})

    def find(self, appointment):
        return Receipt(appointment.id)


class Calendars(CalendarContract):
    kind: type[CalendarInMemory] = CalendarInMemory

    def connect(self, folder, *, may_write=True):
        return self.kind(Door(may_write=may_write))


@pytest.mark.parametrize(
    ("kind", "rules"),
    [
        (
            Forgetful,
            {
                "nothing_is_put_in_while_the_door_is_shut",
                "the_same_version_twice_is_once",
                "a_later_version_is_the_same_entry",
                "find_never_says_what_is_not_so",
            },
        ),
        (
            Hasty,
            {
                "a_meeting_that_was_put_in_has_a_receipt_and_its_link",
                "find_never_says_what_is_not_so",
            },
        ),
    ],
)
def test_a_calendar_that_breaks_the_rules_is_found(kind: Any, rules: set[str], tmp_path: Path):
    contract = Calendars()
    contract.kind = kind
    assert broken(contract, tmp_path) == rules


def test_a_table_that_writes_over_somebodys_change_is_found(tmp_path: Path):
    careless = InMemory()
    careless.kind = Careless
    assert broken(careless, tmp_path) == {
        "nothing_is_written_over_a_change_since_it_was_read",
        "what_was_written_stands_in_the_right_row_after_a_shuffle",
    }


# Guards and filters


class Polite(Guard):
    """Holds everything."""

    name = "polite"

    def ask(self, entry):
        return Held(Status(Word.WAITING, "not now"))


class EndsIt(Polite):
    def ask(self, entry):
        return Held(Status(Word.DONE, "never mind"))


class SaysNo(Polite):
    def ask(self, entry):
        return False


class LooksBack(Polite):
    def ask(self, entry):
        return Held(Status(Word.WAITING, "since yesterday"), NOON)


class Rewrites(Polite):
    def ask(self, entry):
        if entry.change and "letter" in entry.change.data:
            entry.change.data["letter"]["text"] = "Buy now."


class Counts(Polite):
    count = itertools.count()

    def ask(self, entry):
        return Held(Status(Word.WAITING, f"asked {next(self.count)} times"))


class Logs(Polite):
    def ask(self, entry):
        (self.tools.folder / "log").write_text("asked")


COUNT = itertools.count()
SAYS = "it_says_held_or_nothing"


@pytest.mark.parametrize(
    ("guard", "rules"),
    [
        (Polite, set()),
        (EndsIt, {SAYS}),
        (SaysNo, {SAYS}),
        (LooksBack, {SAYS}),
        (Rewrites, {"it_leaves_every_change_as_it_is"}),
        (Counts, {"the_same_question_has_the_same_answer"}),
        (Logs, {"asking_changes_nothing"}),
    ],
)
def test_a_guard_that_breaks_a_rule_is_found(guard: type[Guard], rules: set[str], tmp_path: Path):
    contract = GuardContract()
    contract.guard = guard
    assert broken(contract, tmp_path) == rules


@pytest.mark.parametrize(
    ("filter_", "rule"),
    [
        (lambda value: f"{value}!", ""),
        (lambda value: "?", "each_example_comes_out_as_it_says"),
        (lambda value: f"{value() if callable(value) else value}!", "a_filter_never_calls"),
        (lambda value: f"{value}{next(COUNT)}", "a_filter_changes"),
    ],
)
def test_a_filter_that_breaks_a_rule_is_found(
    filter_: Callable[..., Any], rule: str, tmp_path: Path
):
    contract = FilterContract()
    contract.plugin = ModuleType("a_plugin")
    contract.plugin.filters = lambda: {"shout": filter_}
    contract.examples = {"{{ 'ana' | shout }}": "ana!"}
    found = broken(contract, tmp_path)
    assert any(name.startswith(rule) for name in found) if rule else found == set()


# What authors are given


def test_what_a_thread_does_to_the_world_is_seen_and_reading_is_not(tmp_path: Path):
    path = tmp_path / "a"
    with watched() as done:
        path.write_text("x")
        path.read_text()
        path.rename(tmp_path / "b")
        (tmp_path / "c").mkdir()
    assert done == [f"write {path}", f"os.rename {path}", f"os.mkdir {tmp_path / 'c'}"]
    path.write_text("after")
    assert len(done) == 3


def test_tables_in_memory_are_written_only_when_the_door_is_open():
    tables = GivenTables()
    tables.add("People", [{"id": "p1", "Stage": None}], writes=["Stage"])
    change = Change("set", cells={"Stage": "New"})
    with pytest.raises(Exception, match="write while planning"):
        tables.tell("People", "p1", change)
    tables.door.may_write = True
    tables.tell("People", "p1", change)
    tables.read_again()
    (row,) = tables.table("People").rows
    assert row.cells["Stage"] == "New"


def test_a_misspelt_hook_does_nothing(tmp_path: Path):
    """Which is why the contract looks for it."""

    @hookimpl
    def conectors():
        return [Twins]

    module = ModuleType("a_plugin")
    module.__doc__ = "A plugin.\n\nNothing is to be set up."
    module.conectors = conectors
    contract = PluginContract()
    contract.plugin = module
    with pytest.raises(AssertionError, match="there is no hook conectors"):
        contract.test_every_hook_it_implements_is_one()
