"""The digest: once at each due time, only if there is anything to say, whatever names hold."""

from __future__ import annotations

import email
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

from sheetflow.hosting import alerts
from sheetflow.hosting.health import Health, Owed
from sheetflow.hosting.journal import Journal
from sheetflow.hosting.roster import Roster
from sheetflow.ledger.incidents import Incidents
from sheetflow.organizing.attending import attending
from sheetflow.organizing.digesting import Digesting
from sheetflow.workspace import CHAPTER
from tests.emulators.serving import serving
from tests.organizing.conftest import SETTINGS, Office
from tests.plugins import _airtable, _sheets, _slack

DIGEST = "digest: {to: lee@example.org, when: every weekday at 08:30}\n"


@pytest.fixture
def telling(office: Office) -> Office:
    """The office with a digest at half past eight on weekdays, and no control table."""
    settings = SETTINGS.replace("control: Sheetflow\n", DIGEST)
    settings = settings.replace("  Sheetflow: {file: control.csv}\n", "")
    (office.folder / "sheetflow.yaml").write_text(settings, "utf-8")
    return office


def program(office: Office) -> Digesting:
    """Another program that sends the digest."""
    journal = Journal(office.log, office.clock, "json")
    made = Digesting(Roster(office.folder, office.clock), office.clock, journal)
    office.closing.callback(made.close)
    return made


def in_need(office: Office, *names: str) -> None:
    """Let the recipe stumble over these people, who have no address."""
    office.people(*names)
    rows = office.rows("people")
    for row in rows:
        if row["Name"] in names:
            row["Email"] = ""
    office.write(rows, "people")
    office.run()


def mails(office: Office) -> list[EmailMessage]:
    found = [
        email.message_from_bytes(path.read_bytes(), policy=default)
        for path in sorted(office.folder.rglob("*.eml"))
    ]
    return [mail for mail in found if mail["To"] == "lee@example.org"]  # type: ignore[misc]


def text(mail: EmailMessage, kind: str = "plain") -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def test_it_is_sent_once_at_its_time(telling: Office):
    in_need(telling, "Cem", "Dina")
    digesting = program(telling)
    digesting.look()
    assert mails(telling) == []
    telling.later(minutes=31)
    for one in (digesting, program(telling), digesting):
        one.look()
    (mail,) = mails(telling)
    assert mail["Subject"] == "Riverside: 2 rows need you"
    assert text(mail) == (
        "This waits for somebody. What is mended is seen by the next run.\n"
        "\n"
        "2 rows: no e-mail address\n"
        '  In "People", by the recipe welcome.\n'
        '  What to do: Mend it in the row in "People"; the next run sees it.\n'
        "  - Cem, row 4\n"
        "  - Dina, row 5\n"
        "\n"
        "Sheetflow sent this for Riverside on Mon 16 Mar, 08:31.\n"
    )
    telling.later(days=1)
    digesting.look()
    digesting.look()
    assert len(mails(telling)) == 2


def test_nothing_to_say_sends_nothing_and_after_a_week_that_all_is_well(telling: Office):
    telling.run()
    digesting = program(telling)
    digesting.look()
    for _ in range(4):
        telling.later(days=1)
        digesting.look()
    assert mails(telling) == []
    telling.later(days=3)
    digesting.look()
    telling.later(days=1)
    digesting.look()
    (mail,) = mails(telling)
    assert mail["Subject"] == "Riverside: all is well"
    assert "Nothing waits for you." in text(mail)


def test_what_was_missed_is_one(telling: Office):
    in_need(telling, "Cem")
    program(telling).look()
    telling.later(days=4)
    digesting = program(telling)
    digesting.look()
    digesting.look()
    assert len(mails(telling)) == 1


def test_killed_before_it_was_sent_it_is_not_sent_again(
    telling: Office, monkeypatch: pytest.MonkeyPatch
):
    in_need(telling, "Cem")
    digesting = program(telling)
    digesting.look()
    telling.later(minutes=31)

    class Killed(BaseException):
        """As if the process were gone."""

    def die(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr("sheetflow.organizing.digesting.deliver", die)
        with pytest.raises(Killed):
            digesting.look()
    telling.later(minutes=1)
    program(telling).look()
    assert mails(telling) == []
    telling.later(days=1)
    program(telling).look()
    assert len(mails(telling)) == 1


def test_what_was_certainly_not_taken_is_tried_again(telling: Office):
    settings = telling.folder / "sheetflow.yaml"
    good = settings.read_text("utf-8")
    away = "outbox: {connector: smtp, host: 127.0.0.1, port: 9, security: none, timeout: 1}"
    in_need(telling, "Cem")
    program(telling).look()
    settings.write_text(good.replace("outbox: {connector: outbox}", away), "utf-8")
    telling.later(minutes=31)
    program(telling).look()
    assert "digest could not be sent" in {event["event"] for event in telling.events}
    settings.write_text(good, "utf-8")
    program(telling).look()
    assert mails(telling) == []
    telling.later(minutes=16)
    program(telling).look()
    assert len(mails(telling)) == 1


def test_names_are_bounded_and_whatever_they_hold_is_text(telling: Office):
    telling.people(*(f"P{n}" for n in range(30)))
    rows = telling.rows("people")
    for row in rows[2:]:
        row["Email"] = ""
    rows[2]["Name"] = '<img src=x onerror="alert(1)">\nBcc: eve@example.org'
    telling.write(rows, "people")
    telling.run()
    program(telling).look()
    telling.later(minutes=31)
    program(telling).look()
    (mail,) = mails(telling)
    assert mail["Subject"] == "Riverside: 30 rows need you"
    assert text(mail).count("  - ") == 21
    assert "  - and 10 more\n" in text(mail)
    html = text(mail, "html")
    assert "<img" not in html
    assert "&lt;img" in html
    assert mail["Bcc"] is None


def test_a_recipe_that_cannot_be_read_is_news(telling: Office):
    telling.recipe("broken", "recipe: [")
    program(telling).look()
    telling.later(minutes=31)
    program(telling).look()
    (mail,) = mails(telling)
    assert mail["Subject"] == "Riverside: something cannot be read"
    assert "The recipe broken cannot be read: " in text(mail)


def test_ticks_that_are_not_followed_are_news(office: Office):
    file = office.folder / "sheetflow.yaml"
    file.write_text(file.read_text("utf-8") + DIGEST, "utf-8")
    beside = attending(
        Roster(office.folder, office.clock), office.clock, Journal(None, office.clock)
    )
    office.closing.callback(beside.close)
    beside.look()
    rows = [{("Active" if k == "On" else k): v for k, v in r.items()} for r in office.rows()]
    office.write(rows)
    office.later(minutes=31)
    beside.look()
    (mail,) = mails(office)
    assert "The ticks in the control table are not followed: I can't find the" in text(mail)


def test_it_leads_to_the_row_in_sheets(telling: Office, tmp_path: Path):
    people = (("Name", "Email", "Stage"), ("Ana Reyes", None, None))
    with _sheets.world(tmp_path / "sheets", ("People", people)) as world:
        place = f"{{connector: sheets, spreadsheet: {_sheets.KEY}, sheet: People, person"
        moved(telling, place, f'sheets: {{connector: google_sheets, url: "{world.emulator.url}"}}')
        html = digested(telling)
    link = f"https://docs.google.com/spreadsheets/d/{_sheets.KEY}/edit#gid=7&amp;range=A2"
    assert f'<a href="{link}"' in html


def test_it_leads_to_the_record_in_airtable(telling: Office, tmp_path: Path):
    people = {**_airtable.PEOPLE, "records": [{"fields": {"Name": "Ana Reyes"}}]}
    with _airtable.world(tmp_path / "base", people) as world:
        (telling.folder / "token").write_text(_airtable.TOKEN)
        (telling.folder / "token").chmod(0o600)
        place = f"{{connector: base, base: {_airtable.BASE}, table: People, person"
        base = f'base: {{connector: airtable, url: "{world.emulator.url}", token: {{file: token}}}}'
        moved(telling, place, base)
        html = digested(telling)
        record = world.id_of("Ana Reyes")
        table = world.in_table()["id"]
    assert f'<a href="https://airtable.com/{_airtable.BASE}/{table}/{record}"' in html


def moved(office: Office, place: str, connection: str) -> None:
    """Have the people elsewhere."""
    file = office.folder / "sheetflow.yaml"
    settings = file.read_text("utf-8").replace("{file: people.csv, person", place)
    settings = settings.replace("connections:\n", f"connections:\n  {connection}\n")
    file.write_text(settings, "utf-8")


def digested(office: Office) -> str:
    """The HTML of the digest after a run."""
    office.run()
    program(office).look()
    office.later(minutes=31)
    program(office).look()
    (mail,) = mails(office)
    return text(mail, "html")


def test_it_goes_to_a_channel_in_slack_and_calls_nobody(telling: Office):
    with serving("slack", data=_slack.DATA) as emulator:
        in_slack(telling, emulator.url)
        in_need(telling, "<!channel> Cem")
        program(telling).look()
        telling.later(minutes=31)
        program(telling).look()
        (posted,) = [one for one in emulator.exchanges if one["id"] == "chat.postMessage"]
    said = str(posted)
    assert "1 row needs you" in said
    assert "&lt;!channel&gt; C." in said
    assert "<!channel>" not in said


def in_slack(office: Office, url: str) -> None:
    """Have the digest posted in a channel."""
    (office.folder / "token").write_text(_slack.TOKEN)
    (office.folder / "token").chmod(0o600)
    chat = f'chat: {{connector: slack, url: "{url}/api", token: {{file: token}}}}'
    moved(office, "{file: people.csv, person", chat)
    file = office.folder / "sheetflow.yaml"
    settings = file.read_text("utf-8").replace("to: lee@example.org", 'to: "#general"')
    file.write_text(settings, "utf-8")


def test_a_late_run_is_told_in_the_channel_too(telling: Office):
    with serving("slack", data=_slack.DATA) as emulator:
        in_slack(telling, emulator.url)
        file = telling.folder / "sheetflow.yaml"
        file.write_text(file.read_text("utf-8") + 'alerts: {to: "#general", by: chat}\n', "utf-8")
        workspace = telling.workspace
        owed = Owed("welcome", telling.now)
        with workspace.ledger(read_only=False) as ledger:
            incidents = Incidents(ledger.database, CHAPTER)
            journal = Journal(telling.log, telling.clock, "json")
            for _ in range(2):
                alerts.tell(Health(telling.now, (owed,)), workspace, incidents, journal)
        (posted,) = [one for one in emulator.exchanges if one["id"] == "chat.postMessage"]
    assert "Sheetflow: welcome has not run" in str(posted)
