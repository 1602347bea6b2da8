"""Gmail: sending, delivery, threads, drafts, caps, asked for with google-api-python-client."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from googleapiclient.errors import HttpError
from googleapiclient.http import MediaIoBaseUpload

from tests.emulators.serving import Emulator, serving
from tests.emulators_tests.letters import header, letter, raw
from tests.emulators_tests.people import Clients, refusal

NOW = datetime(2026, 3, 14, 11, tzinfo=UTC)
ANN, BOB = "ann@example.org", "bob@example.org"
ROBOT = "robot@project.iam.gserviceaccount.com"
DATA: dict[str, Any] = {
    "users": [{"email": ANN, "name": "Ann Lee"}, BOB, ROBOT],
    "mailboxes": [{"email": ANN, "sendAs": ["office@example.org"]}],
}


@pytest.fixture
def google() -> Iterator[Emulator]:
    with serving("google", data=DATA, clock=lambda: NOW) as emulator:
        yield emulator


@pytest.fixture
def ann(clients: Clients) -> Any:
    return clients.gmail(ANN)


@pytest.fixture
def bob(clients: Clients) -> Any:
    return clients.gmail(BOB)


def send(gmail: Any, content: bytes, **more: str) -> dict[str, Any]:
    return gmail.messages().send(userId="me", body={**raw(content), **more}).execute()


def newest(gmail: Any, form: str = "full", **query: Any) -> dict[str, Any]:
    first = gmail.messages().list(userId="me", **query).execute()["messages"][0]
    return gmail.messages().get(userId="me", id=first["id"], format=form).execute()


def test_a_message_reaches_its_recipients_and_only_the_sender_sees_bcc(ann: Any, bob: Any) -> None:
    content = letter(To="Mia <mia@else.org>", Bcc=BOB, Subject="Grüße", Message_ID="<m1@ours>")
    sent = send(ann, content)
    assert sent == {"id": sent["id"], "threadId": sent["id"], "labelIds": ["SENT"]}
    copy = ann.messages().get(userId="me", id=sent["id"]).execute()
    assert (header(copy, "Bcc"), header(copy, "From")) == (BOB, f"Ann Lee <{ANN}>")
    arrived = newest(bob)
    assert set(arrived["labelIds"]) == {"INBOX", "UNREAD", "CATEGORY_PERSONAL"}
    assert header(arrived, "Bcc") is None
    assert header(arrived, "Subject") == "Grüße"
    assert header(arrived, "Message-ID") == "<m1@ours>"
    assert header(arrived, "Delivered-To") == BOB


def test_a_letter_to_oneself_is_one_message_sent_and_received(ann: Any) -> None:
    sent = send(ann, letter(To=ANN, Subject="Note"))
    assert sent["labelIds"] == ["SENT", "INBOX", "UNREAD", "CATEGORY_PERSONAL"]
    assert ann.getProfile(userId="me").execute()["messagesTotal"] == 1


def test_every_handover_is_in_the_state_with_all_its_recipients(google: Emulator, ann: Any) -> None:
    send(ann, letter(To="mia@else.org", Cc=BOB, Bcc="x@else.org", Message_ID="<m1@ours>"))
    assert google.state()["gmail"]["deliveries"] == [
        {
            "from": ANN,
            "to": ["mia@else.org", BOB, "x@else.org"],
            "messageId": "<m1@ours>",
            "subject": "",
            "time": "2026-03-14T11:00:00+00:00",
        }
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"Subject: nobody\n\nHi", "Recipient address required"),
        (b"To: not an address\nSubject: x\n\nHi", "Invalid To header"),
        (b"To: mia@else.org\nCc: human@f\n\nHi", "Invalid Cc header"),
        (b'To: mia@else.org\nFrom: "" <>\n\nHi', "Invalid From header"),
    ],
)
def test_a_wrong_message_is_refused_in_gmails_words(ann: Any, content: bytes, message: str) -> None:
    assert refusal(lambda: send(ann, content)) == (400, "invalidArgument", message)
    assert ann.messages().list(userId="me").execute() == {"resultSizeEstimate": 0}


def test_a_request_without_a_message_is_refused(ann: Any) -> None:
    text = "'raw' RFC822 payload message string or uploading message via /upload/* URL required"
    ask = ann.messages().send(userId="me", body={})
    assert refusal(ask.execute) == (400, "invalidArgument", text)


def test_a_sender_who_is_not_allowed_is_replaced_and_an_alias_is_kept(ann: Any) -> None:
    send(ann, letter(To=BOB, From="Boss <boss@else.org>"))
    assert header(newest(ann), "From") == f"Ann Lee <{ANN}>"
    send(ann, letter(To=BOB, From="Office <office@example.org>", Subject="alias"))
    assert header(newest(ann, q="subject:alias"), "From") == "Office <office@example.org>"


def test_message_ids_are_replaced_when_the_data_says_so() -> None:
    data = {**DATA, "gmail": {"keeps_message_id": False}}
    with serving("google", data=data, clock=lambda: NOW) as google, Clients(google) as clients:
        ann = clients.gmail(ANN)
        send(ann, letter(To=BOB, Message_ID="<m1@ours>"))
        found = newest(ann)
        assert str(header(found, "Message-ID")).endswith("@mail.gmail.com>")
        assert header(found, "X-Google-Original-Message-ID") == "<m1@ours>"


def test_a_message_can_be_uploaded_as_it_is(ann: Any, bob: Any) -> None:
    content = letter(To=BOB, Subject="Uploaded")
    media = MediaIoBaseUpload(BytesIO(content), "message/rfc822")
    ann.messages().send(userId="me", media_body=media).execute()
    assert header(newest(bob), "Subject") == "Uploaded"


def test_an_answer_joins_the_thread_only_under_the_documented_conditions(
    ann: Any, bob: Any
) -> None:
    first = send(ann, letter(To=BOB, Subject="Plan", Message_ID="<m1@ours>"))
    thread = newest(bob)["threadId"]
    refers = {"In_Reply_To": "<m1@ours>", "References": "<m1@ours>"}
    joined = send(bob, letter(To=ANN, Subject="Re: Plan", **refers), threadId=thread)
    assert joined["threadId"] == thread
    for other in ({"Subject": "Re: Plan"}, {"Subject": "Else", **refers}):
        apart = send(bob, letter(To=ANN, **other), threadId=thread)
        assert apart["threadId"] == apart["id"]
    messages = ann.threads().get(userId="me", id=first["threadId"]).execute()["messages"]
    assert [header(one, "Subject") for one in messages] == ["Plan", "Re: Plan"]
    missing = bob.messages().send(userId="me", body={**raw(letter(To=ANN)), "threadId": "1234"})
    assert refusal(missing.execute)[:2] == (404, "notFound")


def test_a_draft_is_gone_once_it_is_sent(ann: Any, bob: Any) -> None:
    drafts = ann.drafts()
    made = drafts.create(
        userId="me", body={"message": raw(letter(To=BOB, Subject="One"))}
    ).execute()
    assert made["message"]["labelIds"] == ["DRAFT"]
    body = {"message": raw(letter(To=BOB, Subject="Two"))}
    changed = drafts.update(userId="me", id=made["id"], body=body).execute()
    assert changed["id"] == made["id"]
    assert changed["message"]["id"] != made["message"]["id"]
    sent = drafts.send(userId="me", body={"id": made["id"]}).execute()
    assert sent["labelIds"] == ["SENT"]
    again = drafts.send(userId="me", body={"id": made["id"]})
    assert refusal(again.execute) == (404, "notFound", "Requested entity was not found.")
    assert drafts.list(userId="me").execute() == {"resultSizeEstimate": 0}
    subjects = [header(newest(gmail), "Subject") for gmail in (ann, bob)]
    assert subjects == ["Two", "Two"]


def test_a_draft_may_lack_a_recipient_but_not_hold_a_wrong_one(ann: Any) -> None:
    drafts = ann.drafts()
    drafts.create(userId="me", body={"message": raw(letter(Subject="Later"))}).execute()
    wrong = drafts.create(userId="me", body={"message": raw(b"To: human@f\n\nHi")})
    assert refusal(wrong.execute) == (400, "invalidArgument", "Invalid To header")


def test_the_daily_cap_stops_with_the_time_when_to_go_on() -> None:
    data = {**DATA, "gmail": {"daily_cap": 2}}
    now = [NOW]
    with serving("google", data=data, clock=lambda: now[0]) as google, Clients(google) as clients:
        ann = clients.gmail(ANN)
        send(ann, letter(To=BOB))
        send(ann, letter(To=BOB))
        text = "User-rate limit exceeded.  Retry after 2026-03-15T11:00:00.000Z (Mail sending)"
        refused = refusal(lambda: send(ann, letter(To=BOB)))
        assert refused == (429, "rateLimitExceeded", text)
        assert len(google.state()["gmail"]["deliveries"]) == 2
        now[0] += timedelta(days=1, seconds=1)
        send(ann, letter(To=BOB))


@pytest.mark.parametrize(("user", "cap"), [("ann@gmail.com", 500), (ANN, 2000)])
def test_without_a_word_in_the_data_the_cap_is_that_of_the_account(user: str, cap: int) -> None:
    sent = [int(NOW.timestamp() * 1000)] * (cap - 1)
    data = {"users": [user], "mailboxes": [{"email": user, "sent": sent}]}
    with serving("google", data=data, clock=lambda: NOW) as google, Clients(google) as clients:
        gmail = clients.gmail(user)
        send(gmail, letter(To=BOB))
        assert refusal(lambda: send(gmail, letter(To=BOB)))[0] == 429


def test_a_mailbox_is_its_owners_alone(clients: Clients, ann: Any) -> None:
    refused = refusal(lambda: ann.getProfile(userId=BOB).execute())
    assert refused == (403, "forbidden", f"Delegation denied for {ANN}")
    robot = clients.gmail(ROBOT)
    with pytest.raises(HttpError, match="Precondition check failed") as caught:
        robot.getProfile(userId="me").execute()
    assert caught.value.error_details[0]["reason"] == "failedPrecondition"
    assert b"FAILED_PRECONDITION" in caught.value.content


def test_filters_see_to_mail_that_arrives(ann: Any, bob: Any) -> None:
    label = bob.labels().create(userId="me", body={"name": "From Ann"}).execute()["id"]
    action = {"addLabelIds": [label], "removeLabelIds": ["INBOX"]}
    body = {"criteria": {"from": ANN, "subject": "plan"}, "action": action}
    filters = bob.settings().filters()
    made = filters.create(userId="me", body=body).execute()
    assert filters.list(userId="me").execute() == {"filter": [{"id": made["id"], **body}]}
    send(ann, letter(To=BOB, Subject="The plan"))
    assert set(newest(bob)["labelIds"]) == {label, "UNREAD", "CATEGORY_PERSONAL"}
    send(ann, letter(To=BOB, Subject="Other"))
    assert "INBOX" in newest(bob, q="subject:other")["labelIds"]
    filters.delete(userId="me", id=made["id"]).execute()
    assert filters.list(userId="me").execute() == {}


def test_parts_and_attachments_come_back_as_they_were_sent(ann: Any) -> None:
    sent = send(ann, letter("Plain <text> & more\n", To=BOB, file="plan.pdf"))
    message = ann.messages().get(userId="me", id=sent["id"]).execute()
    assert message["snippet"] == "Plain &lt;text&gt; &amp; more"
    text, file = message["payload"]["parts"]
    assert base64.urlsafe_b64decode(text["body"]["data"]) == b"Plain <text> & more\r\n"
    assert (file["partId"], file["filename"], file["mimeType"]) == (
        "1",
        "plan.pdf",
        "application/pdf",
    )
    ids = {"messageId": sent["id"], "id": file["body"]["attachmentId"]}
    got = ann.messages().attachments().get(userId="me", **ids).execute()
    assert (base64.urlsafe_b64decode(got["data"]), got["size"]) == (b"\x00data", 5)


def test_each_form_of_a_message_holds_what_it_should(ann: Any) -> None:
    sent = send(ann, letter(To=BOB, Subject="Forms"))
    minimal, whole = (
        ann.messages().get(userId="me", id=sent["id"], format=form).execute()
        for form in ("minimal", "raw")
    )
    assert "payload" not in minimal
    assert base64.urlsafe_b64decode(whole["raw"]).endswith(b"\r\n\r\nHello there\r\n")
    asked = {"format": "metadata", "metadataHeaders": ["subject", "To"]}
    metadata = ann.messages().get(userId="me", id=sent["id"], **asked).execute()
    assert {one["name"]: one["value"] for one in metadata["payload"]["headers"]} == {
        "To": BOB,
        "Subject": "Forms",
    }
