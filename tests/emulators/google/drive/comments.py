"""Drive v3: comments on files and replies to them."""

import html
from typing import Any

from tests.emulators.google.calls import Call, method
from tests.emulators.google.drive.access import drive_file, invalid, moment, required
from tests.emulators.google.drive.holding import held
from tests.emulators.google.drive.paging import page
from tests.emulators.google.drive.resource import user_resource
from tests.emulators.google.errors import ApiError
from tests.emulators.google.state import stamp
from tests.emulators.google.world import ID_ALPHABET

Json = dict[str, Any]
_USUAL_PAGE = 20
_MOST = 100  # on a page
_ACTIONS = ("resolve", "reopen")


def fields_named(call: Call) -> None:
    """These methods answer only to callers that say what they want. Raises ApiError."""
    if not call.names_fields:
        text = "The 'fields' parameter is required for this method."
        raise required(text, "fields")


def _remark(call: Call, kind: str) -> Json:
    """What a comment and a reply have in common, newly made."""
    now, content = stamp(call.now), call.body.get("content", "")
    author = user_resource(call.world, call.user, call.user)
    shown = ("kind", "displayName", "me")
    return {
        "id": "AAAB" + "".join(call.world.chance.choices(ID_ALPHABET[:62], k=7)),
        "kind": f"drive#{kind}",
        "createdTime": now,
        "modifiedTime": now,
        "author": {key: author[key] for key in shown},
        "by": call.user,
        "deleted": False,
        "content": content,
        "htmlContent": html.escape(content),
    }


def _seen(call: Call, one: Json) -> Json:
    """A comment or reply as this caller sees it; a deleted one has no content."""
    inner = {key: value for key, value in one.items() if key not in ("by", "replies")}
    inner["author"] = {**one["author"], "me": one["by"] == call.user}
    if one["deleted"]:
        gone = ("content", "htmlContent", "quotedFileContent", "author")
        inner = {key: value for key, value in inner.items() if key not in gone}
    if "replies" in one:
        inner["replies"] = [_seen(call, reply) for reply in one["replies"]]
    return inner


def _comments(call: Call, role: str = "commenter") -> list[Json]:
    file = drive_file(call, role)
    return held(call.world).comments.setdefault(file.id, [])


def _found(call: Call, among: list[Json], name: str) -> Json:
    """The comment or reply of the path. Raises ApiError when it is not there or is deleted."""
    wanted = call.path[name]
    kind = name.removesuffix("Id").capitalize()
    for one in among:
        if one["id"] == wanted and (not one["deleted"] or call.query.get("includeDeleted")):
            return one
    raise ApiError(404, "notFound", f"{kind} not found: {wanted}.", location=name)


def _page(call: Call, among: list[Json], kind: str) -> Json:
    size = call.query.get("pageSize", _USUAL_PAGE)
    if not 1 <= size <= _MOST:
        text = f"Invalid value '{size}'. Values must be within the range: [1, {_MOST}]"
        raise ApiError(400, "invalidParameter", text, location="pageSize")
    chosen, token = page(among, call.query, _USUAL_PAGE, about=repr(call.path))
    found = {"kind": f"drive#{kind}List", f"{kind[:-1]}ies" if kind == "reply" else f"{kind}s": []}
    found[[*found][1]] = [_seen(call, one) for one in chosen]
    return {**found, "nextPageToken": token} if token else found


def _rewrite(call: Call, one: Json) -> None:
    """New content by its author. Raises ApiError for anybody else."""
    if one["by"] != call.user:
        text = "The user does not have sufficient permissions for this comment."
        raise ApiError(403, "insufficientFilePermissions", text)
    content = call.body.get("content", "")
    if not content:
        raise required("Comment content is required.", "content")
    one |= {
        "content": content,
        "htmlContent": html.escape(content),
        "modifiedTime": stamp(call.now),
    }


@method("drive.comments.create")
def create(call: Call) -> Json:
    """A comment on a file."""
    fields_named(call)
    among = _comments(call)
    if not call.body.get("content"):
        raise required("Comment content is required.", "content")
    made = _remark(call, "comment") | {"resolved": False, "replies": []}
    made |= {key: call.body[key] for key in ("anchor", "quotedFileContent") if key in call.body}
    among.append(made)
    return _seen(call, made)


@method("drive.comments.get")
def get(call: Call) -> Json:
    """One comment with its replies."""
    fields_named(call)
    return _seen(call, _found(call, _comments(call, "reader"), "commentId"))


@method("drive.comments.list")
def list_comments(call: Call) -> Json:
    """The comments on a file, the last touched first."""
    fields_named(call)
    since = _since(call.query.get("startModifiedTime"))
    among = [
        one
        for one in _comments(call, "reader")
        if (not one["deleted"] or call.query.get("includeDeleted")) and one["modifiedTime"] >= since
    ]
    return _page(call, sorted(among, key=lambda one: one["modifiedTime"], reverse=True), "comment")


def _since(text: str | None) -> str:
    return stamp(moment(text, "startModifiedTime")) if text else ""


@method("drive.comments.update")
def update(call: Call) -> Json:
    """Another wording, by the comment's author."""
    fields_named(call)
    one = _found(call, _comments(call), "commentId")
    _rewrite(call, one)
    return _seen(call, one)


@method("drive.comments.delete")
def delete(call: Call) -> None:
    """A comment is marked as deleted and loses its content."""
    one = _found(call, _comments(call), "commentId")
    one |= {"deleted": True, "modifiedTime": stamp(call.now)}


@method("drive.replies.create")
def reply(call: Call) -> Json:
    """A reply, which may resolve the comment or open it again."""
    fields_named(call)
    comment = _found(call, _comments(call), "commentId")
    action = call.body.get("action", "")
    if action and action not in _ACTIONS:
        raise invalid("action")
    if not action and not call.body.get("content"):
        raise required("Reply content is required.", "content")
    made = _remark(call, "reply") | ({"action": action} if action else {})
    comment["replies"].append(made)
    comment |= {"modifiedTime": made["modifiedTime"]}
    if action:
        comment["resolved"] = action == "resolve"
    return _seen(call, made)


def _replies(call: Call, role: str = "commenter") -> list[Json]:
    found: list[Json] = _found(call, _comments(call, role), "commentId")["replies"]
    return found


@method("drive.replies.get")
def get_reply(call: Call) -> Json:
    """One reply."""
    fields_named(call)
    return _seen(call, _found(call, _replies(call, "reader"), "replyId"))


@method("drive.replies.list")
def list_replies(call: Call) -> Json:
    """The replies to a comment, the oldest first."""
    fields_named(call)
    among = _replies(call, "reader")
    kept = [one for one in among if not one["deleted"] or call.query.get("includeDeleted")]
    return _page(call, kept, "reply")


@method("drive.replies.update")
def update_reply(call: Call) -> Json:
    """Another wording, by the reply's author."""
    fields_named(call)
    one = _found(call, _replies(call), "replyId")
    _rewrite(call, one)
    return _seen(call, one)


@method("drive.replies.delete")
def delete_reply(call: Call) -> None:
    """A reply is marked as deleted and loses its content."""
    one = _found(call, _replies(call), "replyId")
    one |= {"deleted": True, "modifiedTime": stamp(call.now)}
