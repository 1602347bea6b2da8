"""What becomes of a mail that goes through Gmail, and how one in doubt is found again."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from typing import Any

import pytest
from sheetflow_plugins._gmail_service import until_when
from sheetflow_plugins.gmail import Gmail

from sheetflow import (
    Mail,
    NotAllowed,
    NotKnown,
    Receipt,
    Refused,
    RowStopped,
    Secret,
    TooFast,
    UsedUp,
)
from sheetflow.clock import Clock
from sheetflow.errors import PlanningWrote
from sheetflow.plugin.testing import MAIL, MailerContract
from tests.emulators.google.gmail.model import mail as mail_in
from tests.emulators.serving import Emulator, serving
from tests.plugins._at_google import Time, opened, person, robot, user

US = "us@example.org"
SEND = "gmail.users.messages.send"
DATA = {
    "users": [user(US), user("ana@example.org"), user("other@example.org")],
    "mailboxes": [{"email": US, "sendAs": ["team@example.org"]}],
    "auth": "strict",
}


@pytest.fixture
def google() -> Iterator[Emulator]:
    """Gmail, with a mailbox of ours."""
    with serving("google", data=DATA) as emulator:
        yield emulator


@pytest.fixture
def gmail(google: Emulator) -> Iterator[Gmail]:
    """A connection to it, signed in."""
    found = opened(Gmail, url=google.url, credentials=person(US))
    yield found
    found.close()


def mail(**changes: Any) -> Mail:
    """A mail, with its parts changed."""
    return Mail(**{**vars(MAIL), **changes})


def arrived(google: Emulator, who: str = "ana@example.org") -> list[bytes]:
    """What lies in a mailbox."""
    return [one.raw for one in mail_in(google.world).mailbox(who).messages.values()]


class TestGmailIsAMailer(MailerContract):
    connector = Gmail

    @pytest.fixture(autouse=True)
    def _served(self, google: Emulator) -> None:
        self.settings = {"url": google.url, "credentials": person(US)}


def test_a_mail_arrives_as_it_is_and_gmails_id_is_the_receipt(google: Emulator, gmail: Gmail):
    receipt = gmail.deliver(MAIL)
    (taken,) = arrived(google)
    message = message_from_bytes(taken)
    assert (message["From"], message["To"], message["Subject"]) == (US, "ana@example.org", "Hi")
    assert message["X-Sheetflow-ID"] == MAIL.id
    assert message.get_payload() == "Hello.\r\n"
    assert receipt.reference in mail_in(google.world).mailbox(US).messages


@pytest.mark.parametrize("keeps", [True, False], ids=["kept", "replaced"])
def test_a_mail_is_found_whether_gmail_keeps_its_message_id_or_not(
    google: Emulator, gmail: Gmail, keeps: bool
):
    mail_in(google.world).keeps_message_id = keeps
    gmail.deliver(mail(id="<other@example.org>"))
    receipt = gmail.deliver(MAIL)
    assert gmail.find(MAIL) == receipt
    if not keeps:
        assert b"Message-ID: <contract-1@example.org>" not in arrived(google)[-1].splitlines()


def test_a_mail_that_was_thrown_away_since_is_found(google: Emulator, gmail: Gmail):
    receipt = gmail.deliver(MAIL)
    sent = mail_in(google.world).mailbox(US).messages[receipt.reference]
    sent.labels[:] = ["SENT", "TRASH"]
    assert gmail.find(MAIL) == receipt


def test_not_finding_a_mail_means_nothing_before_an_hour_has_passed(google: Emulator):
    now = datetime(2026, 11, 22, 12, tzinfo=UTC)
    gmail = opened(Gmail, url=google.url, credentials=person(US), clock=Clock.at(now, UTC))
    assert gmail.find(MAIL) is True
    assert gmail.find(mail(tried_at=now - timedelta(minutes=59))) is True
    assert gmail.find(mail(tried_at=now - timedelta(minutes=60))) is False


def test_without_leave_to_search_nobody_can_tell(google: Emulator):
    gmail = opened(Gmail, url=google.url, credentials=person(US), search=False)
    gmail.deliver(MAIL)
    assert gmail.find(mail(tried_at=datetime(2020, 1, 1, tzinfo=UTC))) is True
    assert [one["id"] for one in google.exchanges if one["id"].startswith("gmail")] == [SEND]


def test_several_mails_at_the_same_time_arrive_once_each(google: Emulator, gmail: Gmail):
    wanted = [mail(id=f"<{number}@example.org>") for number in range(12)]
    with ThreadPoolExecutor(gmail.parallel) as pool:
        receipts = list(pool.map(gmail.deliver, wanted))
    assert len({receipt.reference for receipt in receipts}) == 12
    marks = [message_from_bytes(raw)["X-Sheetflow-ID"] for raw in arrived(google)]
    assert sorted(marks) == sorted(one.id for one in wanted)


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_line_that_drops_leaves_the_mail_in_doubt_and_gmail_sees_it_once(
    google: Emulator, gmail: Gmail, when: str
):
    google.faults.add(when={"method": SEND}, do={"drop": when}, times=1)
    with pytest.raises(NotKnown):
        gmail.deliver(MAIL)
    assert len(google.asked(SEND)) == 1
    assert len(arrived(google)) == (1 if when == "after" else 0)
    found = gmail.find(mail(tried_at=datetime(2020, 1, 1, tzinfo=UTC)))
    assert isinstance(found, Receipt) if when == "after" else found is False


def test_an_error_of_the_server_leaves_it_in_doubt(google: Emulator, gmail: Gmail):
    google.faults.add(when={"method": SEND}, do={"status": 503})
    with pytest.raises(NotKnown):
        gmail.deliver(MAIL)
    assert len(google.asked(SEND)) == 1


def test_too_fast_is_waited_for_and_then_taken_once(google: Emulator):
    time = Time()
    gmail = opened(Gmail, url=google.url, credentials=person(US), time=time)
    fault = {"status": 429, "reason": "userRateLimitExceeded", "retry_after": "7"}
    google.faults.add(when={"method": SEND}, do=fault, times=1)
    gmail.deliver(MAIL)
    assert time.waited >= 7.0
    assert len(arrived(google)) == 1


def test_a_token_that_ends_early_is_renewed(google: Emulator, gmail: Gmail):
    gmail.deliver(MAIL)
    google.faults.add(when={"method": SEND}, do={"expire_tokens": True}, times=1)
    gmail.deliver(mail(id="<2@example.org>"))
    assert len(arrived(google)) == 2


def test_the_days_end_is_told_with_the_time_and_nothing_is_tried_again(
    google: Emulator, gmail: Gmail
):
    mail_in(google.world).daily_cap = 1
    gmail.deliver(MAIL)
    with pytest.raises(UsedUp) as stopped:
        gmail.deliver(mail(id="<2@example.org>"))
    assert stopped.value.retry_after is not None
    assert timedelta(hours=23) < stopped.value.retry_after <= timedelta(hours=24)
    with pytest.raises(UsedUp):
        gmail.deliver(mail(id="<3@example.org>"))
    assert len(google.asked(SEND)) == 2


def test_our_own_count_of_the_day_stops_before_gmail_does(google: Emulator):
    gmail = opened(Gmail, url=google.url, credentials=person(US), messages_per_day=1)
    gmail.deliver(MAIL)
    with pytest.raises(UsedUp):
        gmail.deliver(mail(id="<2@example.org>"))
    assert len(google.asked(SEND)) == 1


def test_units_pace_the_sending(google: Emulator):
    time = Time()
    gmail = opened(Gmail, url=google.url, credentials=person(US), time=time, units_per_minute=205)
    for number in range(4):
        gmail.deliver(mail(id=f"<{number}@example.org>"))
    assert 60 < time.waited < 140


def test_another_sender_is_used_only_where_gmail_lets_it_be(google: Emulator, gmail: Gmail):
    team = mail(
        sender="team@example.org", content=MAIL.content.replace(b"From: us@", b"From: team@")
    )
    gmail.deliver(team)
    assert message_from_bytes(arrived(google)[0])["From"] == "team@example.org"
    with pytest.raises(NotAllowed, match=r"in place of boss@example\.org"):
        gmail.deliver(mail(sender="boss@example.org"))
    assert len(google.asked(SEND)) == 1


def test_without_leave_to_look_only_the_person_it_acts_as_may_be_the_sender(google: Emulator):
    gmail = opened(Gmail, url=google.url, credentials=robot(), acts_as=US, search=False)
    gmail.deliver(MAIL)
    with pytest.raises(NotAllowed, match=f"Gmail would send as {US} in place of team@"):
        gmail.deliver(mail(sender="team@example.org"))
    assert len(google.asked(SEND)) == 1


def test_a_service_account_alone_cannot_send_and_is_told_what_to_do(google: Emulator):
    gmail = opened(Gmail, url=google.url, credentials=robot())
    with pytest.raises(NotAllowed, match="A service account has no mailbox") as stopped:
        gmail.deliver(MAIL)
    assert "acts_as" in stopped.value.hint
    assert google.asked(SEND) == []
    assert ("sending", False) in [(one.what, one.ok) for one in gmail.examine()]


def test_gmails_failed_precondition_is_a_missing_mailbox(google: Emulator, gmail: Gmail):
    fault = {"status": 400, "reason": "failedPrecondition", "message": "Precondition check failed."}
    google.faults.add(when={"method": SEND}, do=fault)
    with pytest.raises(NotAllowed) as stopped:
        gmail.deliver(MAIL)
    assert "acts_as" in stopped.value.hint


def test_several_mailboxes_in_one_connection_are_refused(google: Emulator):
    both = type(robot())(person(US).reveal() + person("other@example.org").reveal())
    gmail = opened(Gmail, url=google.url, credentials=both)
    with pytest.raises(NotAllowed, match="several mailboxes"):
        gmail.deliver(MAIL)


def test_credentials_that_cannot_be_read_stop_the_run_before_anything_is_sent(google: Emulator):
    gmail = opened(Gmail, url=google.url, credentials=Secret("{"))
    with pytest.raises(NotAllowed, match="cannot be read"):
        gmail.deliver(MAIL)
    assert [(one.what, one.ok) for one in gmail.examine()] == [("credentials", False)]


@pytest.mark.parametrize(
    ("says", "minutes"),
    [
        ("Retry after 2026-03-14T11:10:00.000Z (Mail sending)", 10),
        ("Retry after 2026-03-14T11:10:00. Mail sending", 10),
        ("Retry after 2026-03-14T99:99:99Z", None),
    ],
)
def test_the_time_in_gmails_words_counts_if_it_is_one(says: str, minutes: int | None):
    told = until_when(UsedUp(says), datetime(2026, 3, 14, 11, tzinfo=UTC))
    assert told.retry_after == (minutes and timedelta(minutes=minutes))


def test_an_address_that_gmail_does_not_take_is_refused_for_this_row(
    google: Emulator, gmail: Gmail
):
    fault = {"status": 400, "reason": "invalidArgument", "message": "Invalid To header"}
    google.faults.add(when={"method": SEND}, do=fault)
    with pytest.raises(Refused, match="Invalid To header"):
        gmail.deliver(MAIL)


def test_an_odd_address_stops_its_row_before_anything_is_sent(google: Emulator, gmail: Gmail):
    with pytest.raises(RowStopped):
        gmail.deliver(mail(to="ana@example.org\r\nBcc: all@example.org"))
    assert google.asked(SEND) == []


def test_an_id_with_a_line_break_makes_no_second_header(google: Emulator, gmail: Gmail):
    gmail.deliver(mail(id="<1@example.org>\r\nBcc: all@example.org"))
    message = message_from_bytes(arrived(google)[0])
    assert message["Bcc"] is None


def test_while_planning_nothing_is_sent(google: Emulator):
    gmail = opened(Gmail, url=google.url, credentials=person(US), may_write=False)
    with pytest.raises(PlanningWrote) as refused:
        gmail.deliver(MAIL)
    assert MAIL.to not in str(refused.value)  # it asks to be reported
    assert google.exchanges == []


def test_examine_says_whether_it_is_let_in_and_as_whom_it_sends(google: Emulator, gmail: Gmail):
    found = {one.what: one for one in gmail.examine()}
    assert found["sending"].says == "may send as team@example.org, us@example.org"
    assert found[US].says.endswith("may use: gmail.send, gmail.readonly")
    assert found["allowance"].says.startswith("at most 2,000 messages a day")
    assert all(one.ok for one in found.values())


def test_examine_tells_of_a_sign_in_that_was_taken_back(google: Emulator):
    gmail = opened(Gmail, url=google.url, credentials=person("gone@example.org"))
    found = {one.what: one for one in gmail.examine()}
    assert not found["gone@example.org"].ok
    assert not found["sending"].ok
    assert "Sign in again" in found["gone@example.org"].hint


@pytest.mark.parametrize(
    ("wrong", "says"),
    [({"at_once": 0}, "at_once"), ({"messages_per_day": 0}, "messages_per_day")],
)
def test_settings_that_cannot_be_are_refused(wrong: dict[str, int], says: str):
    with pytest.raises(ValueError, match=says):
        Gmail.Settings(**wrong)


def test_too_fast_for_too_long_is_told_with_the_time(google: Emulator, gmail: Gmail):
    fault = {"status": 429, "reason": "userRateLimitExceeded", "retry_after": "600"}
    google.faults.add(when={"method": SEND}, do=fault)
    with pytest.raises(TooFast) as stopped:
        gmail.deliver(MAIL)
    assert stopped.value.retry_after == timedelta(minutes=10)
    assert len(google.asked(SEND)) == 1
