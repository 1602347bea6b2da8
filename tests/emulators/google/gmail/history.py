"""getProfile, history.list, watch and stop: where a mailbox stands and what changed since."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.emulators.google.calls import Call, method
from tests.emulators.google.errors import not_found
from tests.emulators.google.gmail import listing
from tests.emulators.google.gmail.model import HISTORY_KEPT, Mailbox, invalid, mail

TYPES = {
    "messagesAdded": "messageAdded",
    "messagesDeleted": "messageDeleted",
    "labelsAdded": "labelAdded",
    "labelsRemoved": "labelRemoved",
}
WATCHED_FOR = timedelta(days=7)


@method("gmail.users.getProfile")
def get_profile(call: Call) -> dict[str, Any]:
    """The address, how much there is, and the newest history id."""
    box = mail(call.world).of(call)
    return {
        "emailAddress": box.email,
        "messagesTotal": len(box.messages),
        "threadsTotal": len({one.thread_id for one in box.messages.values()}),
        "historyId": str(box.history_id),
    }


@method("gmail.users.history.list")
def list_history(call: Call) -> dict[str, Any]:
    """What changed after a history id, the oldest first; 404 when that id is too old."""
    box = mail(call.world).of(call)
    start = call.query.get("startHistoryId")
    if not start:
        raise invalid("Missing or invalid required parameter: startHistoryId")
    _forget(box)
    if int(start) < box.forgotten:
        raise not_found()
    wanted = [one for one in box.history if one["id"] > int(start) and _is_asked(call, one)]
    shown, token = listing.page(call, wanted)
    records = {"history": [_record(one) for one in shown]} if shown else {}
    return {**records, **token, "historyId": str(box.history_id)}


def _forget(box: Mailbox) -> None:
    oldest = box.now() - int(HISTORY_KEPT.total_seconds() * 1000)
    gone = [one for one in box.history if one["at"] < oldest]
    if gone:
        box.forgotten = gone[-1]["id"]
        box.history = box.history[len(gone) :]


def _is_asked(call: Call, entry: dict[str, Any]) -> bool:
    types, label = call.query.get("historyTypes"), call.query.get("labelId")
    if types and TYPES[entry["kind"]] not in types:
        return False
    return not label or label in [*entry["message"]["labelIds"], *entry["labels"]]


def _record(entry: dict[str, Any]) -> dict[str, Any]:
    message = entry["message"]
    change: dict[str, Any] = {"message": message}
    if entry["labels"]:
        change["labelIds"] = entry["labels"]
    brief = {"id": message["id"], "threadId": message["threadId"]}
    return {"id": str(entry["id"]), "messages": [brief], entry["kind"]: [change]}


@method("gmail.users.watch")
def watch(call: Call) -> dict[str, Any]:
    """Have changes told to a Pub/Sub topic; kept here, nothing is published."""
    box = mail(call.world).of(call)
    topic = call.body.get("topicName", "")
    parts = topic.split("/")
    if len(parts) != 4 or (parts[0], parts[2]) != ("projects", "topics"):
        raise invalid(f"Invalid topicName does not match projects/*/topics/*: {topic}")
    until = int((call.now + WATCHED_FOR).timestamp() * 1000)
    box.settings["watch"] = {**call.body, "expiration": str(until)}
    return {"historyId": str(box.history_id), "expiration": str(until)}


@method("gmail.users.stop")
def stop(call: Call) -> None:
    """Have changes told no more."""
    mail(call.world).of(call).settings.pop("watch", None)
