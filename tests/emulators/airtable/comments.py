"""Comments on records; who is mentioned in one stands in it as @[usr...]."""

from __future__ import annotations

import re
from typing import Any

from tests.emulators.airtable.calls import Call, route
from tests.emulators.airtable.errors import bad_request, forbidden, invalid, not_permitted
from tests.emulators.airtable.parameters import Parameters
from tests.emulators.airtable.world import Comment, Record, World, stamp

PAGE = 100
PATH = "/v0/{base}/{table}/{record}/comments"
READ, WRITE = "data.recordComments:read", "data.recordComments:write"


@route("comments.list", "GET", PATH, READ)
def list_comments(call: Call) -> Any:
    """The comments on a record, the newest first."""
    told = Parameters.of(call, {"pageSize", "offset"})
    comments = list(reversed(call.record(call.table()).comments))
    first, offset = 0, told.text("offset")
    if offset:
        places = [place for place, one in enumerate(comments) if one.id == offset]
        if not places:
            raise invalid("INVALID_OFFSET_VALUE", f"The value of offset {offset} is invalid")
        first = places[0]
    last = first + told.count("pageSize", PAGE, PAGE)
    more = comments[last].id if last < len(comments) else None
    return {"comments": [_json(call.world, one) for one in comments[first:last]], "offset": more}


@route("comments.create", "POST", PATH, WRITE, level="comment")
def create(call: Call) -> Any:
    """A new comment, or an answer to one."""
    record = call.record(call.table())
    body = _body(call, {"text", "parentCommentId"})
    parent = body.get("parentCommentId") or ""
    if parent and parent not in [one.id for one in record.comments]:
        raise forbidden()
    world = call.world
    made = Comment(world.new_id("com"), call.token.user, body["text"], world.now(), parent=parent)
    record.comments.append(made)
    return _json(world, made)


@route("comments.update", "PATCH", PATH + "/{comment}", WRITE, level="comment")
def update(call: Call) -> Any:
    """Another text; only the author may change it."""
    comment = _own(call, call.record(call.table()))
    comment.text = _body(call, {"text"})["text"]
    comment.updated = call.world.now()
    return _json(call.world, comment)


@route("comments.delete", "DELETE", PATH + "/{comment}", WRITE, level="comment")
def delete(call: Call) -> Any:
    """The comment goes; only the author may take it away."""
    record = call.record(call.table())
    comment = _own(call, record)
    record.comments.remove(comment)
    return {"deleted": True, "id": comment.id}


def _body(call: Call, known: set[str]) -> dict[str, Any]:
    body = call.object()
    text = body.get("text")
    if {*body} - known or not isinstance(text, str) or not text.strip():
        raise bad_request()
    return body


def _own(call: Call, record: Record) -> Comment:
    found = next((one for one in record.comments if one.id == call.path["comment"]), None)
    if found is None:
        raise forbidden()
    if found.author != call.token.user:
        raise not_permitted()
    return found


def _json(world: World, comment: Comment) -> dict[str, Any]:
    author = world.users.get(comment.author)
    found: dict[str, Any] = {
        "id": comment.id,
        "author": author.json() if author else {"id": comment.author, "email": "", "name": ""},
        "text": comment.text,
        "createdTime": stamp(comment.created),
        "lastUpdatedTime": stamp(comment.updated) if comment.updated else None,
    }
    if comment.parent:
        found["parentCommentId"] = comment.parent
    mentioned = [world.users.get(one) for one in re.findall(r"@\[(usr\w+)\]", comment.text)]
    people = {
        one.id: {"type": "user", "id": one.id, "displayName": one.name, "email": one.email}
        for one in mentioned
        if one
    }
    return found | ({"mentioned": people} if people else {})
