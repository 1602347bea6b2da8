"""Writing to people: each their own message, in their language, to the right address, once."""

from __future__ import annotations

import email
import email.policy
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sheetflow_plugins.email import Email

from sheetflow import Change, Letter, Noop, NotAllowed, Receipt, RowStopped, Status, Word
from sheetflow.language.messages import load_message
from sheetflow.language.templating import Environment
from sheetflow.language.vocabulary import People
from sheetflow.plugin.options import options_of

from ._meetings import Office

WELCOME = """\
---
subject: Welcome, {{ volunteer.name }}
---
Dear {{ volunteer.name }}, your call is {{ volunteer.first_call | day_and_time }}.
"""
SPANISH = WELCOME.replace("Welcome", "Bienvenida").replace("Dear", "Hola")


@pytest.fixture
def office() -> Office:
    return Office()


def step(office: Office, folder: Path, *to: str, text: str = WELCOME) -> Email:
    """The step of a recipe, with a template in English and in Spanish."""
    (folder / "welcome.md").write_text(text, "utf-8")
    (folder / "welcome.es.md").write_text(SPANISH, "utf-8")
    template = load_message("welcome", folder, Environment())
    options = Email.Options(to=People(to or ("volunteer",)), template=template)
    return Email(options, office.tools())


def planned(action: Email, office: Office) -> list[Change | Noop]:
    """What the step says for the volunteer's row."""
    found = action.plan(office.work(action.tools))
    return [found] if isinstance(found, Change | Noop) else list(found)


def only(action: Email, office: Office) -> Change:
    """Its one change."""
    (change,) = planned(action, office)
    assert isinstance(change, Change)
    return change


def test_a_plan_holds_the_letter_as_its_reader_will_see_it(office: Office, tmp_path: Path) -> None:
    change = only(step(office, tmp_path), office)
    letter = change.data["letter"]
    assert change.summary == "email welcome to Ana Ruiz"
    assert change.to == ("ana@example.org",)
    assert change.done == Status(Word.SENT, "‹when›")
    assert change.part == ""
    assert letter == Letter(
        to="ana@example.org",
        name="Ana Ruiz",
        sender="hello@riverside.example",
        subject="Welcome, Ana Ruiz",
        text="Dear Ana Ruiz, your call is Tue 17 Mar, 18:00 CET.\n\n-- \nRiverside\n",
        html=letter["html"],
        language="en",
    )
    assert "<p style" in letter["html"]
    assert letter["html"].count("Riverside") == 1


def test_each_of_several_gets_their_own_in_their_own_part(office: Office, tmp_path: Path) -> None:
    changes = planned(step(office, tmp_path, "volunteer", "coach"), office)
    assert [(change.part, getattr(change, "to", None)) for change in changes] == [
        ("People/7", ("ana@example.org",)),
        ("Coaches/c1", ("lee@example.org",)),
    ]
    ids = {change.data["post"]["message_id"] for change in changes if isinstance(change, Change)}
    assert len(ids) == 2


def test_people_are_written_to_in_their_language_and_zone(office: Office, tmp_path: Path) -> None:
    office.coach |= {"Language": "Español", "Zone": "America/New_York"}
    letter = only(step(office, tmp_path, "coach"), office).data["letter"]
    assert letter["language"] == "es"
    assert letter["text"].startswith("Hola Ana Ruiz, your call is mar 17 mar, 13:00 EDT.")


def test_without_an_address_the_row_says_what_it_needs(office: Office, tmp_path: Path) -> None:
    office.volunteer["Email"] = ""
    assert planned(step(office, tmp_path), office) == [Noop("no e-mail address", Word.NEEDS_YOU)]
    office.volunteer["Email"] = "ana@example.org, bo@example.org"
    (noop,) = planned(step(office, tmp_path), office)
    assert noop == Noop("two addresses here, keep one", Word.NEEDS_YOU)


def test_one_without_an_address_does_not_keep_mail_from_the_other(
    office: Office, tmp_path: Path
) -> None:
    office.coach["Email"] = ""
    change, noop = planned(step(office, tmp_path, "volunteer", "coach"), office)
    assert isinstance(change, Change)
    assert noop == Noop("Lee: no e-mail address", Word.NEEDS_YOU, part="Coaches/c1")


def test_the_same_mail_has_the_same_id_whenever_it_is_planned(
    office: Office, tmp_path: Path
) -> None:
    first = only(step(office, tmp_path), office)
    office.now = datetime(2026, 3, 15, 9, tzinfo=office.now.tzinfo)
    again = only(step(office, tmp_path), office)
    assert first.data == again.data
    assert first.data["post"]["message_id"].endswith("@riverside.example>")


def test_applying_hands_over_what_the_plan_said(office: Office, tmp_path: Path) -> None:
    action = step(office, tmp_path)
    change = only(action, office)
    receipt = action.apply(change)
    (mail,) = office.mailer.mails
    message: Any = email.message_from_bytes(mail.content, policy=email.policy.default)
    assert receipt == Receipt(change.data["post"]["message_id"])
    assert (mail.sender, mail.to) == ("hello@riverside.example", "ana@example.org")
    assert (message["To"], message["Message-ID"]) == ("Ana Ruiz <ana@example.org>", mail.id)
    assert message["Date"].datetime == office.now
    text, html = message.iter_parts()
    assert text.get_content().replace("\r\n", "\n") == change.data["letter"]["text"]
    assert html.get_content().replace("\r\n", "\n") == change.data["letter"]["html"].rstrip() + "\n"


def test_after_a_crash_the_mailer_is_asked(office: Office, tmp_path: Path) -> None:
    action = step(office, tmp_path)
    change = only(action, office)
    assert action.reconcile(change) is False
    action.apply(change)
    assert action.reconcile(change) == Receipt(change.data["post"]["message_id"])


def test_a_cell_cannot_add_a_recipient_or_a_header(office: Office, tmp_path: Path) -> None:
    office.volunteer["Name"] = "Ana\r\nBcc: evil@x.org\x00<script>"
    action = step(office, tmp_path)
    change = only(action, office)
    action.apply(change)
    message: Any = email.message_from_bytes(
        office.mailer.mails[0].content, policy=email.policy.default
    )
    assert message["Bcc"] is None
    assert message["Subject"] == "Welcome, Ana Bcc: evil@x.org<script>"
    assert [each.addr_spec for each in message["To"].addresses] == ["ana@example.org"]
    assert "<script>" not in change.data["letter"]["html"]


def test_a_sender_whose_connection_carries_no_mail_is_told_before_anything(
    office: Office, tmp_path: Path
) -> None:
    office.connections["kept"] = office.connections["room"]
    with pytest.raises(NotAllowed, match='goes by "kept", which carries no mail'):
        planned(step(office, tmp_path), office)


def test_as_many_go_out_at_once_as_the_mailer_takes(office: Office, tmp_path: Path) -> None:
    office.mailer.lines = 7
    assert step(office, tmp_path).parallel == 7


def test_one_that_cannot_be_put_together_does_not_keep_the_others_back(
    office: Office, tmp_path: Path
) -> None:
    action = step(office, tmp_path)
    change = only(action, office)
    letter = {**change.data["letter"], "to": "not an address"}
    odd = replace(change, data={**change.data, "letter": letter})
    found = action.apply_many([change, odd, change])
    assert [type(result) for result in found] == [Receipt, RowStopped, Receipt]


def test_the_options_are_what_an_author_may_write() -> None:
    assert [(each.name, each.required, each.main) for each in options_of(Email.Options)] == [
        ("to", True, True),
        ("template", True, False),
        ("from", False, False),
    ]


def test_a_reminder_is_another_mail_than_the_one_before(office: Office, tmp_path: Path) -> None:
    action = step(office, tmp_path)
    ids = set()
    for occasion in ("1", "2", "2"):
        work = office.work(action.tools)
        work.key = replace(work.key, occasion=occasion)
        change = action.plan(work)
        assert isinstance(change, Change)
        ids.add(change.data["post"]["message_id"])
    assert len(ids) == 2
