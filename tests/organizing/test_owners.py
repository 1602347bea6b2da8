"""Whoever looks after a recipe hears of it: its part of the digest, and its alerts."""

from __future__ import annotations

import email
from email.message import EmailMessage
from email.policy import default

import pytest

from sheetflow.hosting import alerts
from sheetflow.hosting.health import Health, Owed
from sheetflow.hosting.journal import Journal
from sheetflow.hosting.roster import Roster
from sheetflow.ledger.incidents import Incidents
from sheetflow.organizing.digesting import Digesting
from sheetflow.workspace import CHAPTER
from tests.organizing.conftest import SETTINGS, WELCOME, Office

NEWS = """\
digest: {to: lee@example.org, when: every weekday at 08:30}
alerts: {to: lee@example.org}
"""
OWNED = WELCOME.replace("schedule:", "owner: kim@example.org\nschedule:")
MINE = OWNED.replace("Welcome", "Goodbye")


def settings_of(office: Office, news: str = NEWS) -> None:
    text = SETTINGS.replace("control: Sheetflow\n", news)
    text = text.replace("  Sheetflow: {file: control.csv}\n", "")
    (office.folder / "sheetflow.yaml").write_text(text, "utf-8")


@pytest.fixture
def owned(office: Office) -> Office:
    """Two recipes over one row without an address, of which kim looks after one."""
    settings_of(office)
    office.recipe("goodbye", MINE)
    rows = office.rows("people")
    rows[0]["Email"] = ""
    office.write(rows, "people")
    for name in ("welcome", "goodbye"):
        office.run(name)
    for mail in office.folder.rglob("*.eml"):
        mail.unlink()
    return office


def look(office: Office) -> None:
    made = Digesting(
        Roster(office.folder, office.clock), office.clock, Journal(office.log, office.clock, "json")
    )
    made.look()
    made.close()


def mails(office: Office) -> dict[str, list[EmailMessage]]:
    """What came, by whom it is for, the oldest first."""
    found: dict[str, list[EmailMessage]] = {}
    for path in sorted(office.folder.rglob("*.eml"), key=lambda path: path.stat().st_mtime_ns):
        mail = email.message_from_bytes(path.read_bytes(), policy=default)
        found.setdefault(str(mail["To"]), []).append(mail)
    return found


def text(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def digests(office: Office) -> dict[str, list[str]]:
    """Which recipes each digest tells of, by whom it went to."""
    look(office)
    office.later(minutes=31)
    for _ in range(2):
        look(office)
    names = ("welcome", "goodbye")
    return {
        to: [name for name in names for mail in some if f"recipe {name}." in text(mail)]
        for to, some in mails(office).items()
    }


def test_the_digest_of_a_recipe_goes_to_its_owner_in_place_of_the_others(owned: Office):
    assert digests(owned) == {"lee@example.org": ["welcome"], "kim@example.org": ["goodbye"]}
    assert mails(owned)["kim@example.org"][0]["Subject"] == "Riverside: 1 row needs you"


def test_an_owner_who_gets_the_digest_anyway_gets_one(owned: Office):
    owned.recipe("goodbye", MINE.replace("kim@", "Lee@"))
    assert digests(owned) == {"lee@example.org": ["welcome", "goodbye"]}


def test_an_owner_of_a_domain_with_other_letters_gets_their_mail(owned: Office):
    owned.recipe("goodbye", MINE.replace("kim@example.org", "kim@exämple.org"))
    assert digests(owned) == {
        "lee@example.org": ["welcome"],
        "kim@xn--exmple-cua.org": ["goodbye"],
    }


def test_an_owner_whom_no_mail_can_reach_keeps_nobody_else_from_hearing(owned: Office):
    long = "x" * 64
    owned.recipe("goodbye", MINE.replace("example.org", f"{long}.org"))
    assert digests(owned) == {"lee@example.org": ["welcome"]}
    tell(owned, "goodbye", "welcome")
    assert list(mails(owned)) == ["lee@example.org"]
    (amiss, *_) = [each for each in owned.events if each["event"] == "digest could not be sent"]
    assert str(amiss["says"]).startswith("No mail can go to")


@pytest.mark.parametrize(
    "slip", ["kim@example..org", "kim@example.org\\0", "\\u202ekim@example.org"]
)
def test_a_slip_in_an_address_makes_it_no_owner(owned: Office, slip: str):
    owned.recipe("goodbye", MINE.replace("kim@example.org", f'"{slip}"'))
    (problem,) = owned.workspace.check()
    assert problem.where == "owner"
    assert digests(owned) == {"lee@example.org": ["welcome", "goodbye"]}


def test_where_no_mail_can_be_sent_the_channel_hears_of_all(owned: Office):
    file = owned.folder / "sheetflow.yaml"
    text = file.read_text("utf-8").replace(
        "senders: {us: {address: Riverside <hello@example.org>, by: outbox}}\n", ""
    )
    file.write_text(text.replace(NEWS, ""), "utf-8")
    assert Roster(owned.folder, owned.clock).look().owners == {}


def tell(office: Office, *recipes: str) -> None:
    workspace = office.workspace
    owed = tuple(Owed(name, office.now) for name in recipes)
    roll = Roster(office.folder, office.clock).look()
    with workspace.ledger(read_only=False) as ledger:
        incidents = Incidents(ledger.database, CHAPTER)
        journal = Journal(office.log, office.clock, "json")
        alerts.tell(Health(office.now, owed), workspace, incidents, journal, owners=roll.owners)


def test_alerts_go_to_the_owner_and_to_whom_the_settings_name_and_once(owned: Office):
    for _ in range(2):
        tell(owned, "welcome", "goodbye")
    assert {to: [mail["Subject"] for mail in some] for to, some in mails(owned).items()} == {
        "lee@example.org": ["Sheetflow: 2 recipes have not run"],
        "kim@example.org": ["Sheetflow: goodbye has not run"],
    }
    assert "welcome was due" not in text(mails(owned)["kim@example.org"][0])
    tell(owned)
    owned.later(hours=1)
    tell(owned, "goodbye")
    assert {to: len(some) for to, some in mails(owned).items()} == {
        "lee@example.org": 2,
        "kim@example.org": 2,
    }
    assert [each["recipe"] for each in owned.events if each["event"] == "well again"] == [
        "goodbye",
        "welcome",
    ]


def test_a_new_owner_hears_of_what_is_still_amiss(owned: Office):
    tell(owned, "goodbye")
    owned.recipe("goodbye", MINE.replace("kim@", "sam@"))
    tell(owned, "goodbye")
    assert {to: len(some) for to, some in mails(owned).items()} == {
        "lee@example.org": 1,
        "kim@example.org": 1,
        "sam@example.org": 1,
    }
    assert [each for each in owned.events if each["event"] == "well again"] == []


def test_an_owner_is_an_address(owned: Office):
    owned.recipe("goodbye", MINE.replace("kim@example.org", "Kim"))
    (problem,) = owned.workspace.check()
    assert problem.where == "owner"
    assert "an e-mail address, such as lee@example.org" in str(problem)
    assert digests(owned) == {"lee@example.org": ["welcome", "goodbye"]}


def test_an_owner_to_whom_nothing_would_be_sent_is_a_mistake(owned: Office):
    assert owned.workspace.check() == ()
    settings_of(owned, "")
    (problem,) = owned.workspace.check()
    assert str(problem).endswith(
        "owner: nothing is ever sent to them, as there is no digest, no alerts, or no sender. "
        "Declare senders and digest or alerts in sheetflow.yaml."
    )


def test_a_recipe_read_aloud_names_its_owner(owned: Office):
    from sheetflow.reporting.explain import explain

    workspace = owned.workspace
    said = explain(workspace.recipe("goodbye"), workspace)
    assert "kim@example.org looks after it, and hears when it needs somebody." in said
