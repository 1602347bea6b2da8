"""Forms v1: watches, which live for seven days unless renewed."""

import re
from datetime import datetime, timedelta
from typing import Any

from tests.emulators.google.calls import Call, method
from tests.emulators.google.drive.access import editors_file
from tests.emulators.google.errors import ApiError, bad_request
from tests.emulators.google.forms.model import Form
from tests.emulators.google.forms.responses import moment, nanoseconds
from tests.emulators.google.world import FORM

Json = dict[str, Any]
_LIFE = timedelta(days=7)
_ID = re.compile(r"[a-z][a-z0-9-]{3,62}")  # of a caller's own choosing
_EVENTS = ("SCHEMA", "RESPONSES")


def _form(call: Call) -> Form:
    form: Form = editors_file(call, call.path["formId"], FORM, "writer").document
    ended = [name for name, one in form.watches.items() if _ends(one) <= call.now]
    for name in ended:
        del form.watches[name]
    return form


def _ends(watch: Json) -> datetime:
    return moment(watch["expireTime"])


@method("forms.forms.watches.create")
def create(call: Call) -> Json:
    """A watch for seven days, one for each event type."""
    form, asked = _form(call), call.body.get("watch", {})
    name = call.body.get("watchId") or f"w-{call.world.new_number(18)}"
    if not _ID.fullmatch(name):
        raise bad_request(f"Invalid watch ID: {name}")
    if name in form.watches:
        raise ApiError(409, "ALREADY_EXISTS", "Requested entity already exists")
    event = asked.get("eventType", "")
    if event not in _EVENTS:
        raise bad_request("watch.event_type must be specified.")
    if not asked.get("target", {}).get("topic", {}).get("topicName"):
        raise bad_request("watch.target.topic.topic_name must be specified.")
    same = [one for one in form.watches.values() if one["eventType"] == event]
    if same:
        text = "A watch with this event type already exists for this form and project."
        raise ApiError(400, "FAILED_PRECONDITION", text)
    watch = {
        "id": name,
        "target": asked["target"],
        "eventType": event,
        "createTime": nanoseconds(call.now),
        "expireTime": nanoseconds(call.now + _LIFE),
        "state": "ACTIVE",
    }
    form.watches[name] = watch
    return watch


@method("forms.forms.watches.list")
def list_watches(call: Call) -> Json:
    """The watches that have not ended."""
    watches = list(_form(call).watches.values())
    return {"watches": watches} if watches else {}


def _watch(call: Call, form: Form) -> Json:
    if call.path["watchId"] not in form.watches:
        raise ApiError(404, "NOT_FOUND", "Requested entity was not found.")
    return form.watches[call.path["watchId"]]


@method("forms.forms.watches.renew")
def renew(call: Call) -> Json:
    """Seven more days."""
    watch = _watch(call, _form(call))
    watch |= {"expireTime": nanoseconds(call.now + _LIFE), "state": "ACTIVE"}
    return watch


@method("forms.forms.watches.delete")
def delete(call: Call) -> Json:
    """The end of a watch."""
    form = _form(call)
    del form.watches[_watch(call, form)["id"]]
    return {}
