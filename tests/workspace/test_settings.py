"""`sheetflow.yaml`: everything that is wrong is told at once, with its place and its cure."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from textwrap import dedent

import pytest

from sheetflow.errors import ProblemsFound
from sheetflow.plugin.registry import Registry
from sheetflow.tables.spec import ColumnSpec, PersonColumns
from sheetflow.workspace import Workspace
from sheetflow.workspace.hosting_keys import Hosting
from sheetflow.workspace.loading import load_settings
from sheetflow.workspace.settings import Settings

WHO = "organization: {name: Riverside, time_zone: Europe/Berlin}\n"


def load(folder: Path, text: str) -> Settings:
    path = folder / "sheetflow.yaml"
    path.write_text(dedent(text), encoding="utf-8")
    return load_settings(path, Registry(folder))


def problems(folder: Path, text: str) -> list[str]:
    with pytest.raises(ProblemsFound) as found:
        load(folder, text)
    return [str(problem).replace(f"{folder}/", "") for problem in found.value.problems]


def test_a_small_workspace_needs_a_name_and_a_time_zone(tmp_path: Path) -> None:
    settings = load(tmp_path, WHO)
    assert settings.organization.name == "Riverside"
    assert settings.ledger == Path("sheetflow.db")
    assert settings.tables == {}


def test_a_table_is_declared_with_its_person_and_its_cells(tmp_path: Path) -> None:
    settings = load(
        tmp_path,
        WHO
        + dedent(
            """\
            tables:
              People:
                file: campaign.xlsx
                sheet: People
                person: {name: First name, email: Email, consent: Email OK?}
                columns:
                  Email: {is: email, also: [E-mail address]}
                  Starts: date and time
                  Stage: one of Prospect, Member
                  Guests: emails
                  Coach: row of Team
                sheetflow_writes: [Stage]
              Team: {file: team.csv, key: Name}
            """
        ),
    )
    people, team = settings.tables["People"], settings.tables["Team"]
    assert people.connector == "xlsx"
    assert people.place == {"file": "campaign.xlsx", "sheet": "People"}
    assert people.person == PersonColumns(name="First name", email="Email", consent="Email OK?")
    assert dict(people.columns) == {
        "First name": ColumnSpec("First name"),
        "Email": ColumnSpec("Email", "email", ("E-mail address",)),
        "Email OK?": ColumnSpec("Email OK?", "yes/no"),
        "Starts": ColumnSpec("Starts", "date and time"),
        "Stage": ColumnSpec("Stage", "choice", choices=("Prospect", "Member")),
        "Guests": ColumnSpec("Guests", "email", many=True),
        "Coach": ColumnSpec("Coach", "row", table="Team"),
    }
    assert people.owned == (
        "Stage",
        "Sheetflow status",
        "Sheetflow when",
        "Send again?",
        "Go ahead",
        "Sheetflow ID",
    )
    assert people.zone == "Europe/Berlin"
    assert (team.connector, team.key) == ("csv", ("Name",))


def test_a_column_that_is_ours_alone_is_nothing_else(tmp_path: Path) -> None:
    assert problems(
        tmp_path,
        """\
        organization: {name: Riverside, time_zone: Europe/Berlin}
        tables:
          People:
            file: people.csv
            person: {name: Name, email: Email}
            sheetflow_writes: [Stage]
            status: stage
            again: Go ahead
          Team:
            file: team.csv
            person: {name: Name, email: Email}
            go_ahead: email
        """,
    ) == [
        'sheetflow.yaml:4:5: tables: People: go_ahead: "Go ahead" is what again is called, and '
        "cannot be Sheetflow's own. Name a column of its own.",
        'sheetflow.yaml:7:13: tables: People: status: "stage" is one that recipes write into, and '
        "cannot be Sheetflow's own. Name a column of its own.",
        'sheetflow.yaml:12:15: tables: Team: go_ahead: "email" says who a row is, and cannot be '
        "Sheetflow's own. Name a column of its own.",
    ]


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    assert problems(
        tmp_path,
        """\
        organization: {name: Riverside, time_zone: Berlin, colour: red}
        connections:
          post: {connector: outbx, folder: out}
          room: {connector: room}
        tables:
          People:
            file: people.csv
            columns: {Starts: dat and time}
        """,
    ) == [
        "sheetflow.yaml:1:44: organization: time_zone: "
        '"Berlin" is not a time zone. Write it like Europe/Berlin or America/New_York.',
        'sheetflow.yaml:1:52: organization: there is no key "colour". Did you mean "country"?',
        "sheetflow.yaml:3:21: connections: post: "
        'there is no connector "outbx". Did you mean "outbox"?',
        'sheetflow.yaml:4:9: connections: room: "link" is missing. '
        "Write link: and, after it, a text.",
        "sheetflow.yaml:8:23: tables: People: columns: Starts: "
        '"dat and time" is nothing that a column can hold. Did you mean "date and time"?',
    ]


def test_what_one_part_says_of_another_must_be_there(tmp_path: Path) -> None:
    assert problems(
        tmp_path,
        WHO
        + dedent(
            """\
            connections:
              room: {connector: room, link: "https://meet.example.org/us"}
            senders:
              campaign: {address: hello@example.org, by: outbox}
              other: {address: hello@example.org, by: room}
            tables:
              People:
                file: people.csv
                columns: {Coach: row of Taem}
              Team: {file: team.csv}
              Old: {connector: airtabel, file: x}
              Nowhere: {key: Name}
            """
        ),
    ) == [
        'sheetflow.yaml:5:46: senders: campaign: by: there is no connection "outbox". '
        "Add one that carries mail, such as one with connector: smtp.",
        'sheetflow.yaml:6:43: senders: other: by: "room" is a connection of room and carries no '
        "mail. Add one that carries mail, such as one with connector: smtp.",
        'sheetflow.yaml:10:22: tables: People: columns: Coach: there is no table "Taem". '
        'Did you mean "Team"?',
        'sheetflow.yaml:12:20: tables: Old: connector: there is no connection "airtabel". '
        'There are "room".',
        "sheetflow.yaml:13:12: tables: Nowhere: it does not say where it is. "
        "Write file: and the name of an .xlsx or .csv file, or connector: and a connection.",
    ]


def test_a_connector_may_say_what_is_wrong_with_its_settings(tmp_path: Path) -> None:
    found = problems(
        tmp_path, WHO + 'connections:\n  room: {connector: room, link: "http://meet.example.org"}\n'
    )
    assert len(found) == 1
    assert "is not a link" in found[0]


def test_a_secret_is_named_and_never_written(tmp_path: Path) -> None:
    text = WHO + "connections:\n  relay: {connector: smtp, host: 127.0.0.1, password: hunter2}\n"
    (found,) = problems(tmp_path, text)
    assert "hunter2" not in found
    assert "Write {file: NAME} or {environment: NAME}." in found


def test_the_url_of_a_database_is_a_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (found,) = problems(tmp_path, WHO + 'ledger: "postgresql://me:hunter2@db/sheetflow"\n')
    assert "hunter2" not in found
    load(tmp_path, WHO + "ledger: {environment: LEDGER}\n")
    monkeypatch.setenv("LEDGER", "postgresql://db/sheetflow")
    assert Workspace.open(tmp_path).ledger_address == "postgresql://db/sheetflow"


PADS = '''
"""Notepads."""

from dataclasses import dataclass

from sheetflow import Connector, TableSource, hookimpl, option


class Pads(Connector):
    """Pads on a wall."""

    name = "pads"

    @dataclass(frozen=True, kw_only=True)
    class Place:
        wall: str = option("Which wall.")
        colour: str = option("Which colour.", default="")

    def open_table(self, place):
        raise NotImplementedError


@hookimpl
def connectors():
    return [Pads]
'''


def test_a_connector_says_itself_by_what_its_tables_are_found(tmp_path: Path):
    (tmp_path / "plugins").mkdir()
    (tmp_path / "plugins" / "pads.py").write_text(PADS)
    settings = load(
        tmp_path,
        """\
organization: {name: Spring, time_zone: Europe/Berlin}
connections:
  ours: {connector: pads}
tables:
  North: {connector: ours, wall: north, colour: green, key: Name}
  South: {connector: pads, wall: south}
""",
    )
    assert settings.tables["North"].place == {"wall": "north", "colour": "green"}
    assert settings.tables["South"].place == {"wall": "south"}


def test_a_place_that_is_not_its_connectors_is_told_with_those_that_are(tmp_path: Path):
    (tmp_path / "plugins").mkdir()
    (tmp_path / "plugins" / "pads.py").write_text(PADS)
    with pytest.raises(ProblemsFound) as found:
        load(
            tmp_path,
            """\
organization: {name: Spring, time_zone: Europe/Berlin}
tables:
  North: {connector: pads, wal: north}
  People: {file: people.csv, sheet: One}
""",
        )
    told = [str(problem).partition("sheetflow.yaml:")[2] for problem in found.value.problems]
    assert told[0] == '3:28: tables: North: there is no key "wal". Did you mean "wall"?'
    assert told[1].startswith('4:30: tables: People: there is no key "sheet". The keys are')
    assert '"encoding"' in told[1]


def test_somebody_is_told_when_a_run_was_not_done_in_time(tmp_path: Path) -> None:
    mail = (
        "connections: {outbox: {connector: outbox}}\n"
        "senders: {us: {address: hello@example.org, by: outbox}}\n"
    )
    told = "alerts: {to: lee@example.org, from: us, after: 1 hour}\nlook_every: 2 minutes\n"
    settings = load(tmp_path, WHO + mail + told)
    hour, two_minutes = timedelta(hours=1), timedelta(minutes=2)
    assert settings.hosting == Hosting("lee@example.org", "us", hour, two_minutes)
    assert load(tmp_path, WHO).hosting == Hosting()


def test_an_alert_that_could_not_be_sent_is_a_mistake_now(tmp_path: Path) -> None:
    assert problems(tmp_path, WHO + "alerts: {to: nobody}\n") == [
        "sheetflow.yaml:2:9: alerts: from: there is nobody to send from. Declare one in senders.",
        'sheetflow.yaml:2:14: alerts: to: "nobody" is no e-mail address. '
        'Write it like you@example.org; or a channel, in quotes: "#organizers".',
    ]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("https://flow.example.org", "https://flow.example.org"),
        ("https://Flow.Example.org/", "https://flow.example.org"),
        ("https://flow.example.org:8443", "https://flow.example.org:8443"),
        ("http://localhost:8484", "http://localhost:8484"),
        ("http://127.0.0.1:8484/", "http://127.0.0.1:8484"),
        ("http://[::1]:8484", "http://[::1]:8484"),
    ],
)
def test_a_public_url_is_a_name_and_perhaps_a_port(tmp_path, written, read):
    settings = load(tmp_path, f'{WHO}public_url: "{written}"\n')
    assert settings.hosting == Hosting(public_url=read)


@pytest.mark.parametrize(
    "written",
    [
        "http://flow.example.org",
        "http://127.0.0.1.example.org",
        "http://127.300.0.1",
        "http://[::2]:80",
        "flow.example.org",
        "https://",
        "https://flow.example.org/path",
        "https://flow.example.org?x",
        "https://me:secret@flow.example.org",
        "https://flow.example.org:0",
        "https://flow.example.org:99999",
        "ftp://flow.example.org",
        "https://flow example.org",
        "https://flöw.example.org",
    ],
)
def test_a_public_url_of_another_kind_is_refused_with_the_cure(tmp_path, written):
    [problem] = problems(tmp_path, f'{WHO}public_url: "{written}"\n')
    assert problem.startswith("sheetflow.yaml:2:13: public_url: ")
    assert problem.endswith("Write https:// and a name, such as https://flow.example.org.")


def test_a_caller_speaks_of_tables_that_are_there(tmp_path: Path) -> None:
    tables = "tables: {People: {file: people.csv}}\n"
    hook = "connections: {told: {connector: hook, secret: {file: s}, tables: [NAME]}}\n"
    assert load(tmp_path, WHO + tables + hook.replace("NAME", "People"))
    [problem] = problems(tmp_path, WHO + tables + hook.replace("NAME", "Peple"))
    assert 'connections: told: tables: there is no table "Peple". Did you mean "People"?' in problem


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (
            "organisation: {}",
            '2:1: settings: there is no key "organisation". Did you mean "organization"?',
        ),
        (
            "tables: {People: {file: people.docx}}",
            '2:25: tables: People: file: "people.docx" is no file that tables are read from. '
            "Save it as .xlsx or .csv.",
        ),
        (
            "tables: {People: {connector: out}}\nconnections: {out: {connector: outbox}}",
            '2:30: tables: People: connector: "out" is a connection of outbox, which has no '
            "tables. Declare one in connections, or write file: and the name of a file.",
        ),
        (
            "tables: {People: {file: p.csv, columns: {Stage: one of}}}",
            '2:49: tables: People: columns: Stage: "one of" is nothing that a column can hold. '
            "Write text, email, emails, phone, date, date and time, yes/no, number, one of A, B, "
            "C, or row of TABLE.",
        ),
        (
            "tables: {People: {file: p.csv, country: UK}}",
            '2:41: tables: People: country: "UK" is no country code. Write GB.',
        ),
        (
            "senders: {us: {address: us@example.org}}",
            '2:15: senders: us: "by" is missing. Write by: office',
        ),
        (
            "ledger: {enviroment: LEDGER}",
            '2:9: ledger: there is no source "enviroment". Did you mean "environment"?',
        ),
        (
            "ledger: ''",
            "2:9: ledger: nothing is written here. Write the name of a file, or "
            "{environment: NAME} for the URL of a database.",
        ),
        (
            "alerts: {}",
            '2:9: alerts: "to" is missing. Write to: you@example.org',
        ),
        (
            "digest: {to: '#ops', when: daily}",
            '2:28: digest: when: "daily" is not a time to run at. Write a time of day, such as '
            "every weekday at 08:00.",
        ),
    ],
)
def test_each_mistake_has_its_place_and_its_cure(tmp_path: Path, more: str, told: str) -> None:
    assert problems(tmp_path, f"{WHO}{more}\n") == [f"sheetflow.yaml:{told}"]


@pytest.mark.parametrize(
    ("written", "told"),
    [
        (
            "country: Germany",
            'country: "Germany" is no country code. Write a country\'s two letters',
        ),
        ("language: Klingon", 'language: "Klingon" is not understood here. Write a language'),
    ],
)
def test_a_country_and_a_language_are_codes(tmp_path: Path, written: str, told: str) -> None:
    [problem] = problems(
        tmp_path, f"organization: {{name: R, time_zone: Europe/Berlin, {written}}}"
    )
    assert f"organization: {told}" in problem
    assert load(tmp_path, f"{WHO[:-2]}, country: de}}").organization.country == "DE"
