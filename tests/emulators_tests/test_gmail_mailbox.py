"""Gmail: labels, bin, threads, history, settings and state of a mailbox."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.emulators.google.state import BadData
from tests.emulators.serving import Emulator, serving
from tests.emulators_tests.letters import letter, raw
from tests.emulators_tests.people import Clients, Moment, refusal

NOW = datetime(2026, 3, 14, 11, tzinfo=UTC)
ANN, BOB = "ann@example.org", "bob@example.org"


@pytest.fixture
def google(moment: Moment) -> Iterator[Emulator]:
    with serving("google", data={"users": [ANN, BOB]}, clock=moment) as emulator:
        yield emulator


@pytest.fixture
def ann(clients: Clients) -> Any:
    return clients.gmail(ANN)


def insert(gmail: Any, *labels: str, **fields: str) -> str:
    body = {**raw(letter(**fields)), "labelIds": list(labels)}
    return gmail.messages().insert(userId="me", body=body).execute()["id"]


def labels_of(gmail: Any, name: str) -> list[str]:
    message = gmail.messages().get(userId="me", id=name, format="minimal").execute()
    return message.get("labelIds", [])


def test_labels_are_counted_renamed_and_come_off_when_deleted(ann: Any) -> None:
    labels = ann.labels()
    made = labels.create(userId="me", body={"name": "Team"}).execute()
    first = insert(ann, made["id"], "UNREAD", Subject="one")
    insert(ann, made["id"], Subject="two")
    counted = labels.get(userId="me", id=made["id"]).execute()
    counts = ("messagesTotal", "messagesUnread", "threadsTotal", "threadsUnread")
    assert [counted[name] for name in counts] == [2, 1, 2, 1]
    labels.patch(userId="me", id=made["id"], body={"name": "Team North"}).execute()
    listed = labels.list(userId="me").execute()["labels"]
    assert [one["name"] for one in listed if one["type"] == "user"] == ["Team North"]
    same = labels.create(userId="me", body={"name": "team north"})
    assert refusal(same.execute) == (409, "aborted", "Label name exists or conflicts")
    system = labels.delete(userId="me", id="INBOX")
    assert refusal(system.execute) == (400, "invalidArgument", "Invalid delete request")
    labels.delete(userId="me", id=made["id"]).execute()
    assert labels_of(ann, first) == ["UNREAD"]


def test_a_label_has_colours_of_the_palette_only(ann: Any) -> None:
    color = {"backgroundColor": "#16a766", "textColor": "#ffffff"}
    labels = ann.labels()
    made = labels.create(userId="me", body={"name": "Green", "color": color}).execute()
    assert made["color"] == color
    other = {"color": {**color, "textColor": "#123456"}}
    text = "Label color #123456, is not on the allowed color palette"
    wrong = labels.patch(userId="me", id=made["id"], body=other)
    assert refusal(wrong.execute) == (400, "invalidArgument", text)


def test_modifying_adds_and_removes_and_refuses_what_is_no_label(ann: Any) -> None:
    name = insert(ann, "INBOX", "UNREAD")
    body = {"addLabelIds": ["STARRED"], "removeLabelIds": ["UNREAD"]}
    changed = ann.messages().modify(userId="me", id=name, body=body).execute()
    assert changed == {"id": name, "threadId": name, "labelIds": ["INBOX", "STARRED"]}
    for label in ("Label_99", "SENT"):
        wrong = ann.messages().modify(userId="me", id=name, body={"addLabelIds": [label]})
        assert refusal(wrong.execute) == (400, "invalidArgument", f"Invalid label: {label}")
    missing = ann.messages().modify(userId="me", id="abc123", body=body)
    assert refusal(missing.execute)[:2] == (404, "notFound")


def test_many_are_changed_or_deleted_at_once(ann: Any) -> None:
    names = [insert(ann, "INBOX", Subject=str(n)) for n in range(3)]
    body = {"ids": names[:2], "removeLabelIds": ["INBOX"]}
    assert ann.messages().batchModify(userId="me", body=body).execute() == ""
    assert [labels_of(ann, name) for name in names] == [[], [], ["INBOX"]]
    gone = {"ids": [*names[1:], "abcdef"]}
    ann.messages().batchDelete(userId="me", body=gone).execute()
    assert ann.getProfile(userId="me").execute()["messagesTotal"] == 1


def test_the_bin_takes_a_message_out_of_the_inbox_and_gives_it_back_beside_it(ann: Any) -> None:
    name = insert(ann, "INBOX", "STARRED")
    ann.messages().trash(userId="me", id=name).execute()
    assert labels_of(ann, name) == ["STARRED", "TRASH"]
    assert ann.messages().list(userId="me").execute() == {"resultSizeEstimate": 0}
    ann.messages().untrash(userId="me", id=name).execute()
    assert labels_of(ann, name) == ["STARRED"]
    ann.messages().delete(userId="me", id=name).execute()
    assert refusal(ann.messages().get(userId="me", id=name).execute)[:2] == (404, "notFound")
    odd = refusal(ann.messages().get(userId="me", id="no-id").execute)
    assert odd == (400, "invalidArgument", "Invalid id value")


def test_a_thread_is_changed_as_a_whole(ann: Any) -> None:
    first = insert(ann, "INBOX", Subject="Plan", Message_ID="<m1@ours>")
    body = {**raw(letter(Subject="Re: Plan", References="<m1@ours>")), "labelIds": ["INBOX"]}
    second = ann.messages().insert(userId="me", body={**body, "threadId": first}).execute()
    assert second["threadId"] == first
    [thread] = ann.threads().list(userId="me").execute()["threads"]
    assert (thread["id"], thread["snippet"]) == (first, "Hello there")
    add = {"addLabelIds": ["STARRED"]}
    changed = ann.threads().modify(userId="me", id=first, body=add).execute()
    assert [one["labelIds"] for one in changed["messages"]] == [["INBOX", "STARRED"]] * 2
    ann.threads().trash(userId="me", id=first).execute()
    assert ann.threads().list(userId="me").execute() == {"resultSizeEstimate": 0}
    ann.threads().untrash(userId="me", id=first).execute()
    ann.threads().delete(userId="me", id=first).execute()
    assert refusal(ann.threads().get(userId="me", id=first).execute)[:2] == (404, "notFound")


def test_each_part_of_a_batch_counts_and_answers_on_its_own() -> None:
    data = {"users": [ANN]}
    answers: list[str] = []
    with (
        serving("google", data=data, quotas=True, clock=lambda: NOW) as google,
        Clients(google) as clients,
    ):
        service = clients.of("gmail", ANN)
        batch = service.new_batch_http_request(
            callback=lambda _, answer, error: answers.append(error.reason if error else "sent")
        )
        for number in range(61):  # 100 of 6,000 units a minute each
            body = raw(letter(To="mia@else.org", Subject=str(number)))
            batch.add(service.users().messages().send(userId="me", body=body))
        batch.execute()
        assert len(google.state()["gmail"]["deliveries"]) == 60
    assert answers[:60] == ["sent"] * 60
    assert answers[60].startswith("Quota exceeded")


def test_history_tells_each_change_once_and_forgets_after_a_week(ann: Any, moment: Moment) -> None:
    start = ann.getProfile(userId="me").execute()["historyId"]
    name = insert(ann, "INBOX")
    body = {"addLabelIds": ["STARRED"], "removeLabelIds": ["INBOX"]}
    ann.messages().modify(userId="me", id=name, body=body).execute()
    ann.messages().modify(userId="me", id=name, body={"addLabelIds": ["STARRED"]}).execute()
    ann.messages().delete(userId="me", id=name).execute()
    ask = {"userId": "me", "startHistoryId": start}
    answer = ann.history().list(**ask).execute()
    kinds = [[key for key in one if key not in ("id", "messages")] for one in answer["history"]]
    assert kinds == [["messagesAdded"], ["labelsRemoved"], ["labelsAdded"], ["messagesDeleted"]]
    assert answer["history"][2]["labelsAdded"] == [
        {
            "message": {"id": name, "threadId": name, "labelIds": ["STARRED"]},
            "labelIds": ["STARRED"],
        }
    ]
    only = ann.history().list(**ask, historyTypes=["messageAdded"], labelId="INBOX").execute()
    assert len(only["history"]) == 1
    latest = {"userId": "me", "startHistoryId": answer["historyId"]}
    assert ann.history().list(**latest).execute() == {"historyId": answer["historyId"]}
    moment.now += timedelta(days=8)
    assert refusal(ann.history().list(**ask).execute)[:2] == (404, "notFound")
    assert ann.history().list(**latest).execute() == {"historyId": answer["historyId"]}


def test_imported_mail_has_the_date_of_its_header(ann: Any) -> None:
    body = raw(letter(Subject="Old", Date="Fri, 01 Mar 2024 10:00:00 +0100"))
    name = ann.messages().import_(userId="me", body=body).execute()["id"]
    message = ann.messages().get(userId="me", id=name).execute()
    assert message["internalDate"] == "1709283600000"


def test_addresses_to_send_from_have_one_default(ann: Any) -> None:
    send_as = ann.settings().sendAs()
    made = send_as.create(userId="me", body={"sendAsEmail": "Office@example.org"}).execute()
    assert made == {"sendAsEmail": "office@example.org", "verificationStatus": "pending"}
    patch = {"isDefault": True, "displayName": "Office"}
    send_as.patch(userId="me", sendAsEmail="office@example.org", body=patch).execute()
    listed = send_as.list(userId="me").execute()["sendAs"]
    assert [(one["sendAsEmail"], one.get("isDefault", False)) for one in listed] == [
        (ANN, False),
        ("office@example.org", True),
    ]
    send_as.delete(userId="me", sendAsEmail="office@example.org").execute()
    assert send_as.get(userId="me", sendAsEmail=ANN).execute()["isDefault"] is True


def test_plain_settings_are_kept(ann: Any) -> None:
    settings = ann.settings()
    assert settings.getVacation(userId="me").execute() == {"enableAutoReply": False}
    away = {"enableAutoReply": True, "responseSubject": "Away"}
    assert settings.updateVacation(userId="me", body=away).execute() == away
    assert settings.getVacation(userId="me").execute() == away
    empty = settings.updateVacation(userId="me", body={"enableAutoReply": True})
    assert refusal(empty.execute)[:2] == (400, "failedPrecondition")
    assert settings.getLanguage(userId="me").execute() == {"displayLanguage": "en"}
    assert settings.getImap(userId="me").execute()["enabled"] is True
    assert settings.getPop(userId="me").execute()["accessWindow"] == "disabled"


def test_mail_is_forwarded_only_to_an_address_that_was_accepted(ann: Any, clients: Clients) -> None:
    forward = {"enabled": True, "emailAddress": BOB, "disposition": "leaveInInbox"}
    update = ann.settings().updateAutoForwarding(userId="me", body=forward)
    assert refusal(update.execute)[:2] == (400, "failedPrecondition")
    addresses = ann.settings().forwardingAddresses()
    body = {"forwardingEmail": BOB}
    assert addresses.create(userId="me", body=body).execute()["verificationStatus"] == "accepted"
    assert update.execute()["enabled"] is True
    bob = clients.gmail(BOB)
    bob.messages().send(userId="me", body=raw(letter(To=ANN, Subject="Over"))).execute()
    assert bob.messages().list(userId="me", q="in:inbox subject:over").execute()["messages"]


def test_a_watch_needs_a_topic(ann: Any) -> None:
    answer = ann.watch(userId="me", body={"topicName": "projects/p/topics/t"}).execute()
    assert answer["expiration"] == str(int((NOW + timedelta(days=7)).timestamp() * 1000))
    assert ann.stop(userId="me").execute() == ""
    assert refusal(ann.watch(userId="me", body={"topicName": "t"}).execute)[0] == 400


def test_the_state_can_be_loaded_again(google: Emulator, ann: Any) -> None:
    label = ann.labels().create(userId="me", body={"name": "Team"}).execute()["id"]
    ann.messages().send(userId="me", body=raw(letter(To=BOB, Subject="Plan"))).execute()
    ann.drafts().create(userId="me", body={"message": raw(letter(Subject="Later"))}).execute()
    insert(ann, label, Subject="Kept")
    state = google.state()
    with serving("google", data=state, clock=lambda: NOW) as other:
        again = other.state()
    assert again["mailboxes"] == state["mailboxes"]
    assert again["gmail"] == state["gmail"]


def test_the_data_file_can_give_messages_by_their_fields() -> None:
    message = {"from": "mia@else.org", "to": ANN, "subject": "Grüße", "text": "Hi Ann"}
    message |= {"date": "Fri, 13 Mar 2026 10:00:00 +0000", "labelIds": ["INBOX", "Team"]}
    box = {"email": ANN, "labels": ["Team"], "messages": [{"id": "abc1", **message}]}
    box["sendAs"] = [{"sendAsEmail": "Office@example.org", "displayName": "Office"}]
    data = {"mailboxes": [box]}
    with serving("google", data=data, clock=lambda: NOW) as google, Clients(google) as clients:
        ann = clients.gmail(ANN)
        found = ann.messages().list(userId="me", q="label:team subject:grüße").execute()
        assert found["messages"] == [{"id": "abc1", "threadId": "abc1"}]
        read = ann.messages().get(userId="me", id="abc1").execute()
        assert (read["snippet"], read["internalDate"]) == ("Hi Ann", "1773396000000")
        one = ann.settings().sendAs().get(userId="me", sendAsEmail="office@example.org").execute()
        assert (one["displayName"], one["verificationStatus"]) == ("Office", "accepted")


def test_what_no_mailbox_has_is_named() -> None:
    data = {"mailboxes": [{"email": ANN, "message": []}]}
    told = "unknown in a mailbox in the data: message"
    with pytest.raises(BadData, match=told), serving("google", data=data):
        pass
