"""slack: the workspace's people as a table, what the doctor finds, and the contracts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sheetflow_plugins.slack import Slack

from sheetflow.errors import PlanningWrote, TableBusy, TableError
from sheetflow.plugin.connector import Finding
from sheetflow.plugin.testing import NOON, ChatContract, ReadOnlyTableContract
from sheetflow.secrets import Secret
from tests.emulators.serving import Emulator, serving
from tests.plugins._google_doors import Time
from tests.plugins._slack import ANA, BO, BOT, DATA, LEE, SCOPES, TOKEN, connected


class TestPeople(ReadOnlyTableContract):
    """The contract of tables that can only be read."""

    connector = Slack
    place = {"table": "people"}
    asks_the_network = True

    @pytest.fixture(autouse=True)
    def _slack(self) -> Iterator[None]:
        with serving("slack", data=DATA) as slack:
            self.settings = {"token": Secret(TOKEN), "url": f"{slack.url}/api"}
            yield


class TestChat(ChatContract):
    """The contract of connectors that post messages."""

    connector = Slack
    channel = "#general"
    email = "ana@example.org"

    @pytest.fixture(autouse=True)
    def _slack(self) -> Iterator[None]:
        with serving("slack", data=DATA) as slack:
            self.settings = {"token": Secret(TOKEN), "url": f"{slack.url}/api"}
            yield


@pytest.fixture
def slack() -> Iterator[Emulator]:
    """A workspace."""
    with serving("slack", data=DATA) as emulator:
        yield emulator


def test_everybody_is_a_row_and_who_is_no_person_is_marked(slack: Emulator):
    head, *rows = connected(slack).open_table({"table": "people"}).read().rows
    assert head.cells == ("Name", "Email", "Time zone", "Active", "Bot")
    assert {row.id: row.cells for row in rows} == {
        ANA: ("Ana Reyes", "ana@example.org", "Europe/Berlin", True, False),
        BO: ("Bo Tran", "Bo@Example.org", None, True, False),
        LEE: ("Lee Park", "lee@example.org", None, False, False),
        BOT: ("sheetflow", None, "UTC", True, True),
    }


def test_people_come_in_pages():
    people = [{"id": f"U1PERSON{n:03}", "email": f"p{n}@example.org"} for n in range(450)]
    with serving("slack", data={"users": people}) as slack:
        found = connected(slack).open_table({"table": "people"}).read()
        assert len(found.rows) == 452
        pages = [one["query"].get("limit") for one in slack.asked("users.list")]
        assert pages == ["200", "200", "200"]


def test_a_page_that_is_refused_for_a_while_is_asked_again(slack: Emulator):
    time = Time()
    busy = {"status": 429, "retry_after": 12}
    slack.faults.add(when={"method": "users.list"}, do=busy, times=1)
    table = connected(slack, time=time).open_table({"table": "people"})
    assert len(table.read().rows) == 5
    assert time.seconds >= 12


@pytest.mark.parametrize(
    ("word", "kind"), [("invalid_auth", TableError), ("fatal_error", TableBusy)]
)
def test_a_table_that_cannot_be_read_says_why(slack: Emulator, word: str, kind: type[TableError]):
    slack.faults.add(when={"method": "users.list"}, do={"status": 200, "reason": word})
    with pytest.raises(kind, match="Slack"):
        connected(slack).open_table({"table": "people"}).read()


def test_pages_that_never_end_are_no_table(slack: Emulator):
    def ask(method: str, **asked: Any) -> dict[str, Any]:
        told = {"next_cursor": "again"}
        return {"members": [{"id": asked.get("cursor", "U1")}], "response_metadata": told}

    connection = connected(slack)
    connection.client.ask = ask
    with pytest.raises(TableBusy, match=r"Slack does not give all pages of users\.list"):
        connection.open_table({"table": "people"}).read()


def test_what_is_asked_of_slack_stays_below_its_limits():
    time = Time()
    clock = lambda: NOON + timedelta(seconds=time.seconds)  # noqa: E731 - it is handed in
    with serving("slack", data=DATA, quotas=True, clock=clock) as slack:
        connection = connected(slack, time=time)
        for _ in range(40):
            connection.open_table({"table": "people"}).read()
        assert time.seconds >= 60
    assert [one["status"] for one in slack.asked("users.list")] == [200] * 40


# What the doctor finds ---------------------------------------------------------------------------


def test_the_doctor_is_told_who_the_app_is_and_what_it_may_do(slack: Emulator):
    assert list(connected(slack).examine()) == [
        Finding("credentials", True, "signed in as sheetflow in Riverside"),
        Finding("posting", True, "allowed"),
        Finding("channels by name", True, "allowed"),
        Finding("people by e-mail", True, "allowed"),
        Finding("messages to one person", True, "allowed"),
        Finding("messages in doubt", True, "allowed"),
        Finding(
            "allowance", True, "at most 1 message a second in each channel, and 200 a minute in all"
        ),
    ]
    assert [one["id"] for one in slack.exchanges] == ["auth.test"]


def test_the_doctor_is_told_which_scopes_are_missing(slack: Emulator):
    slack.world.tokens[TOKEN].scopes = [one for one in SCOPES if not one.startswith("users")]
    found = {one.what: one for one in connected(slack).examine()}
    assert found["people by e-mail"].says == "the app lacks users:read, users:read.email"
    assert not found["people by e-mail"].ok
    assert found["posting"].ok


@pytest.mark.parametrize(
    ("edit", "says"),
    [
        ({"revoke": TOKEN}, "Slack does not let us do this: the token was taken back"),
        ({"deactivate": BOT}, "Slack does not let us do this: the app was removed"),
    ],
)
def test_the_doctor_is_told_what_is_wrong_with_the_token(slack: Emulator, edit, says: str):
    slack.service.edit(edit)
    (found,) = connected(slack).examine()
    assert (found.what, found.ok) == ("credentials", False)
    assert found.says.startswith(says)
    assert found.hint


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"url": "slack.com"}, "is not an address"),
        ({"at_once": 0}, "at_once must be from 1 to 20"),
        ({"messages_per_second": 0}, "messages_per_second must be 1 or more"),
    ],
)
def test_settings_that_cannot_work_are_told(wrong: dict[str, object], says: str):
    with pytest.raises(ValueError, match=says):
        Slack.Settings(**{"token": Secret(TOKEN), **wrong})


def test_the_token_goes_nowhere_else(slack: Emulator):
    connection = connected(slack)
    with serving("slack", data=DATA) as other, pytest.raises(Exception, match="not its own place"):
        connection.client._session.get(f"{other.url}/api/auth.test")
    assert other.exchanges == []


def test_planning_cannot_open_a_conversation(slack: Emulator):
    with pytest.raises(PlanningWrote):
        connected(slack).client.direct(ANA)
    assert slack.exchanges == []


def test_it_can_be_used_again_after_it_was_closed(slack: Emulator, tmp_path: Path):
    connection = connected(slack)
    assert connection.client.me()["user"] == "sheetflow"
    connection.close()
    assert connection.client.me()["team"] == "Riverside"
