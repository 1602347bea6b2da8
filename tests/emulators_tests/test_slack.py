"""The emulated Slack: its answers, its words for failures, its pages and limits."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import requests
from hypothesis import given, strategies as st

from tests.emulators.serving import Emulator, serving
from tests.emulators.slack.calls import METHODS
from tests.emulators.slack.texts import called, formatted, stored
from tests.emulators.slack.world import Token

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
ANA, BO, BOT = "U0PERSON001", "U0PERSON002", "U0SHEETFLOW"
GENERAL, RANDOM, BOARD = "C0CHANNEL01", "C0CHANNEL02", "C0CHANNEL03"
TOKEN = "xoxb-1-1-abc"
HOOK = "/services/T0RIVERSIDE/B0HOOK/secret"
DATA: dict[str, Any] = {
    "users": [
        {"email": "ana@example.org", "real_name": "Ana", "tz": "Europe/Berlin"},
        {"email": "bo@example.org", "real_name": "Bo", "deleted": True},
        {"id": BOT, "name": "sheetflow", "is_bot": True, "bot_id": "B0SHEETFLOW"},
    ],
    "channels": [
        {"name": "general", "is_general": True, "members": [ANA, BOT]},
        {"name": "random", "members": [ANA]},
        {"name": "board", "is_private": True, "members": [ANA]},
    ],
    "apps": [
        {
            "client_id": "1.2",
            "client_secret": "s",
            "codes": {"abc": {"scopes": ["chat:write"], "user": ANA}},
        }
    ],
    "webhooks": [{"path": HOOK, "channel": GENERAL}],
}
SPEC = Path(__file__).parents[3] / "shared" / "specs" / "slack" / "slack_web_openapi_v2.json"
NOT_IN_SPEC = {"api.test"}
"""It gives back whatever it was given."""


@pytest.fixture
def slack() -> Iterator[Emulator]:
    with serving("slack", data=DATA) as running:
        yield running


def ask(slack: Emulator, method: str, /, token: str = TOKEN, **arguments: Any) -> dict[str, Any]:
    """Call a method with a JSON body, or with a query where it takes none."""
    url, headers = f"{slack.url}/api/{method}", {"Authorization": f"Bearer {token}"}
    if METHODS[method].takes_json:
        return requests.post(url, json=arguments, headers=headers).json()
    return requests.get(url, params=arguments, headers=headers).json()


def error(slack: Emulator, method: str, /, **arguments: Any) -> str:
    found = ask(slack, method, **arguments)
    assert found["ok"] is False, found
    return found["error"]


def post(slack: Emulator, text: str = "Hello", **more: Any) -> str:
    found = ask(slack, "chat.postMessage", **{"channel": GENERAL, "text": text, **more})
    assert found["ok"], found
    return found["ts"]


# how it is asked ---------------------------------------------------------------------------------


def test_a_token_may_come_in_the_header_the_form_or_the_query(slack: Emulator):
    url = f"{slack.url}/api/auth.test"
    header = requests.post(url, headers={"Authorization": f"Bearer {TOKEN}"}).json()
    assert requests.post(url, data={"token": TOKEN}).json() == header
    assert requests.get(url, params={"token": TOKEN}).json() == header
    assert header["user_id"] == BOT


def test_arguments_may_come_as_json_or_as_a_form(slack: Emulator):
    url, headers = f"{slack.url}/api/chat.postMessage", {"Authorization": f"Bearer {TOKEN}"}
    blocks = [{"type": "divider"}]
    form = {"channel": "#general", "text": "x", "blocks": json.dumps(blocks)}
    one = requests.post(url, data=form, headers=headers).json()
    two = requests.post(url, json={**form, "blocks": blocks}, headers=headers).json()
    assert (
        one["message"]["blocks"]
        == two["message"]["blocks"]
        == [{"block_id": "b0", "type": "divider"}]
    )


@pytest.mark.parametrize(
    ("how", "word"),
    [
        ({"data": b"{", "headers": {"Content-Type": "application/json"}}, "invalid_json"),
        ({"data": b"[]", "headers": {"Content-Type": "application/json"}}, "json_not_object"),
        ({"data": b"x", "headers": {"Content-Type": "text/plain"}}, "invalid_post_type"),
        ({"data": b"x"}, "missing_post_type"),
        ({}, "not_authed"),
        ({"data": {"token": "nonsense"}}, "invalid_auth"),
    ],
)
def test_what_cannot_be_read_or_let_in_is_told_by_its_word(
    slack: Emulator, how: dict[str, Any], word: str
):
    answer = requests.post(f"{slack.url}/api/chat.postMessage", **how)
    assert (answer.status_code, answer.json()) == (200, {"ok": False, "error": word})


def test_an_unknown_method_is_told_with_its_name(slack: Emulator):
    answer = requests.get(f"{slack.url}/api/chat.shout").json()
    assert answer == {"ok": False, "error": "unknown_method", "req_method": "chat.shout"}
    assert requests.get(f"{slack.url}/nothing").status_code == 404


def test_a_token_without_the_scope_is_told_which_one_is_needed():
    token = {"token": TOKEN, "scopes": ["users:read", "channels:read"]}
    with serving("slack", data={**DATA, "tokens": [token]}) as slack:
        found = ask(slack, "chat.postMessage", channel=GENERAL, text="x")
        assert found == {
            "ok": False,
            "error": "missing_scope",
            "needed": "chat:write",
            "provided": "users:read,channels:read",
        }
        listed = ask(slack, "conversations.list", types="public_channel,private_channel")
        assert listed["needed"] == "groups:read"
        people = ask(slack, "users.list")["members"]
        assert [one["profile"].get("email") for one in people] == [None, None, None]
        headers = {"Authorization": f"Bearer {TOKEN}"}
        answer = requests.get(f"{slack.url}/api/users.list", headers=headers)
        assert answer.headers["X-OAuth-Scopes"] == "users:read,channels:read"
        assert answer.headers["X-Accepted-OAuth-Scopes"] == "users:read"


def test_tokens_end(slack: Emulator):
    slack.world.tokens[TOKEN] = Token(TOKEN, BOT)
    assert ask(slack, "auth.revoke") == {"ok": True, "revoked": True}
    assert error(slack, "auth.test") == "token_revoked"
    slack.world.tokens[TOKEN].revoked = False
    slack.service.expire_tokens()
    assert error(slack, "auth.test") == "token_expired"
    slack.world.tokens[TOKEN].expired = False
    slack.service.edit({"deactivate": BOT})
    assert error(slack, "auth.test") == "account_inactive"


def test_a_code_becomes_a_token_once(slack: Emulator):
    url, form = f"{slack.url}/api/oauth.v2.access", {"code": "abc"}
    assert requests.post(url, data=form).json()["error"] == "invalid_client_id"
    assert requests.post(url, data=form, auth=("1.2", "x")).json()["error"] == "bad_client_secret"
    found = requests.post(url, data=form, auth=("1.2", "s")).json()
    assert (found["scope"], found["bot_user_id"]) == ("chat:write", BOT)
    assert ask(slack, "auth.test", token=found["access_token"])["user_id"] == BOT
    assert requests.post(url, data=form, auth=("1.2", "s")).json()["error"] == "invalid_code"


# messages ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ({"text": "x"}, "invalid_arguments"),
        ({"channel": GENERAL}, "no_text"),
        ({"channel": GENERAL, "text": "x" * 40_001}, "msg_too_long"),
        ({"channel": "C0NOTHING", "text": "x"}, "channel_not_found"),
        ({"channel": "#nothing", "text": "x"}, "channel_not_found"),
        ({"channel": BOARD, "text": "x"}, "channel_not_found"),
        ({"channel": BO, "text": "x"}, "user_disabled"),
        ({"channel": GENERAL, "text": "x", "thread_ts": "1.000001"}, "thread_not_found"),
        ({"channel": GENERAL, "blocks": "{"}, "invalid_blocks_format"),
        ({"channel": GENERAL, "blocks": [{}]}, "invalid_blocks"),
        ({"channel": GENERAL, "text": "x", "metadata": {"a": 1}}, "invalid_metadata_format"),
        (
            {
                "channel": GENERAL,
                "text": "x",
                "metadata": {"event_type": "a", "event_payload": {"a": "x" * 20_000}},
            },
            "metadata_too_large",
        ),
    ],
)
def test_a_message_that_cannot_be_posted_is_told_why(
    slack: Emulator, arguments: dict[str, Any], word: str
):
    assert error(slack, "chat.postMessage", **arguments) == word
    assert [one.messages for one in slack.world.conversations.values()] == [[], [], []]


def test_who_may_not_post_anywhere_must_be_in_the_channel():
    token = {"token": TOKEN, "scopes": ["chat:write"]}
    with serving("slack", data={**DATA, "tokens": [token]}) as slack:
        assert error(slack, "chat.postMessage", channel=RANDOM, text="x") == "not_in_channel"
        slack.service.edit({"archive": GENERAL})
        assert error(slack, "chat.postMessage", channel=GENERAL, text="x") == "is_archived"


def test_a_message_is_found_with_its_metadata_only_where_that_is_asked_for(slack: Emulator):
    mark = {"event_type": "mark", "event_payload": {"keys": "a b"}}
    ts = post(slack, metadata=mark)
    plain = ask(slack, "conversations.history", channel=GENERAL)["messages"]
    whole = ask(slack, "conversations.history", channel=GENERAL, include_all_metadata=True)
    assert [one.get("metadata") for one in plain] == [None]
    assert [(one["ts"], one["metadata"]) for one in whole["messages"]] == [(ts, mark)]


def test_replies_stand_in_their_thread_and_are_counted(slack: Emulator):
    first = post(slack, "first")
    replies = [post(slack, f"reply {n}", thread_ts=first) for n in range(3)]
    assert error(slack, "chat.postMessage", channel=GENERAL, text="x", thread_ts=replies[0]) == (
        "cannot_reply_to_message"
    )
    (top,) = ask(slack, "conversations.history", channel=GENERAL)["messages"]
    assert (top["reply_count"], top["latest_reply"], top["thread_ts"]) == (3, replies[-1], first)
    pages = []
    cursor = ""
    while True:
        more = {"cursor": cursor} if cursor else {}
        found = ask(slack, "conversations.replies", channel=GENERAL, ts=first, limit=2, **more)
        pages.append([one["ts"] for one in found["messages"]])
        if not found["has_more"]:
            break
        cursor = found["response_metadata"]["next_cursor"]
    assert pages == [[first, *replies[:2]], [first, replies[2]]]
    assert error(slack, "conversations.replies", channel=GENERAL, ts="1.0") == "thread_not_found"


def test_history_is_the_newest_first_within_its_bounds(slack: Emulator):
    every = [post(slack, str(n)) for n in range(5)]

    def history(**more: Any) -> list[str]:
        found = ask(slack, "conversations.history", channel=GENERAL, **more)
        return [one["ts"] for one in found["messages"]]

    assert history() == every[::-1]
    assert history(oldest=every[1], latest=every[3]) == [every[2]]
    assert history(oldest=every[1], latest=every[3], inclusive=True) == every[3:0:-1]
    assert history(limit=2) == [every[4], every[3]]
    assert error(slack, "conversations.history", channel=GENERAL, oldest="x") == "invalid_ts_oldest"
    assert error(slack, "conversations.history", channel=RANDOM) == "not_in_channel"


def test_only_ones_own_messages_are_changed_and_deleted(slack: Emulator):
    ts = post(slack, "mine")
    slack.service.edit({"post": {"channel": "general", "user": ANA, "text": "hers"}})
    hers = slack.world.conversations[GENERAL].messages[-1].ts
    assert ask(slack, "chat.update", channel=GENERAL, ts=ts, text="new")["text"] == "new"
    for name, word in (("update", "cant_update_message"), ("delete", "cant_delete_message")):
        assert error(slack, f"chat.{name}", channel=GENERAL, ts=hers, text="x") == word
        assert error(slack, f"chat.{name}", channel=GENERAL, ts="1.0", text="x") == (
            "message_not_found"
        )
    assert ask(slack, "chat.delete", channel=GENERAL, ts=ts)["ok"]
    assert [one.ts for one in slack.world.conversations[GENERAL].messages] == [hers]


def test_a_message_for_later_is_posted_when_its_time_has_come():
    now = [NOON]
    with serving("slack", data=DATA, clock=lambda: now[0]) as slack:
        at = int(NOON.timestamp()) + 60
        made = ask(slack, "chat.scheduleMessage", channel=GENERAL, text="later", post_at=at)
        other = ask(slack, "chat.scheduleMessage", channel=GENERAL, text="never", post_at=at)
        listed = ask(slack, "chat.scheduledMessages.list")["scheduled_messages"]
        assert [one["text"] for one in listed] == ["later", "never"]
        gone = {"channel": GENERAL, "scheduled_message_id": other["scheduled_message_id"]}
        assert ask(slack, "chat.deleteScheduledMessage", **gone) == {"ok": True}
        assert error(slack, "chat.deleteScheduledMessage", **gone) == "invalid_scheduled_message_id"
        assert made["post_at"] == at
        now[0] += timedelta(seconds=61)
        found = ask(slack, "conversations.history", channel=GENERAL)["messages"]
        assert [one["text"] for one in found] == ["later"]
        past = {"channel": GENERAL, "text": "x", "post_at": at}
        assert error(slack, "chat.scheduleMessage", **past) == "time_in_past"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a & b < c > d", "a &amp; b &lt; c &gt; d"),
        ("&lt;!here&gt;", "&lt;!here&gt;"),
        ("<!here> <@U1> <https://a.b|x>", "<!here> <@U1> <https://a.b|x>"),
        ("see https://a.b/c_d?e=1.", "see <https://a.b/c_d?e=1>."),
        ("ana@example.org", "<mailto:ana@example.org|ana@example.org>"),
        ("@here", "@here"),
    ],
)
def test_a_text_is_kept_as_slack_keeps_it(text: str, found: str):
    assert stored(text) == found


def test_who_is_called_and_what_is_formatted():
    text = stored("<!channel> @here *bold* a_b_c _it_ ~no~ `x`", link_names=True)
    assert called(text) == ["channel", "here"]
    assert sorted(formatted(text)) == ["*bold*", "_it_", "`x`", "~no~"]


@given(st.text(max_size=50))
def test_a_text_that_was_kept_once_is_kept_as_it_is(text: str):
    assert stored(stored(text)) == stored(text)


@pytest.mark.parametrize(
    ("payload", "status", "says"),
    [
        ({"text": "Hi"}, 200, "ok"),
        ({"text": ""}, 400, "no_text"),
        ([], 400, "invalid_payload"),
    ],
)
def test_a_webhook_answers_in_a_word(slack: Emulator, payload: Any, status: int, says: str):
    answer = requests.post(slack.url + HOOK, json=payload)
    assert (answer.status_code, answer.text) == (status, says)
    posted = [one.fields["text"] for one in slack.world.conversations[GENERAL].messages]
    assert posted == (["Hi"] if status == 200 else [])


def test_a_webhook_that_is_not_there_or_leads_nowhere_says_so(slack: Emulator):
    assert requests.post(f"{slack.url}/services/x", json={"text": "x"}).text == "no_service"
    slack.service.edit({"archive": GENERAL})
    answer = requests.post(slack.url + HOOK, json={"text": "x"})
    assert (answer.status_code, answer.text) == (410, "channel_is_archived")


# conversations, people, reactions ----------------------------------------------------------------


def test_a_channel_is_made_filled_renamed_and_archived(slack: Emulator):
    made = ask(slack, "conversations.create", name="new-people")["channel"]["id"]
    assert error(slack, "conversations.create", name="new-people") == "name_taken"
    assert error(slack, "conversations.create", name="New") == "invalid_name_specials"
    assert ask(slack, "conversations.invite", channel=made, users=ANA)["ok"]
    assert error(slack, "conversations.invite", channel=made, users=ANA) == "already_in_channel"
    assert ask(slack, "conversations.members", channel=made)["members"] == [BOT, ANA]
    renamed = ask(slack, "conversations.rename", channel=made, name="newcomers")["channel"]
    assert (renamed["name"], renamed["previous_names"]) == ("newcomers", ["new-people"])
    topic = ask(slack, "conversations.setTopic", channel=made, topic="Hello")["channel"]["topic"]
    assert (topic["value"], topic["creator"]) == ("Hello", BOT)
    assert ask(slack, "conversations.archive", channel=made) == {"ok": True}
    assert error(slack, "conversations.archive", channel=made) == "already_archived"
    assert error(slack, "conversations.archive", channel=GENERAL) == "cant_archive_general"
    names = [one["name"] for one in ask(slack, "conversations.list")["channels"]]
    kept = ask(slack, "conversations.list", exclude_archived=True)["channels"]
    assert sorted(names) == ["general", "newcomers", "random"]
    assert sorted(one["name"] for one in kept) == ["general", "random"]


def test_somebody_joins_and_leaves(slack: Emulator):
    joined = ask(slack, "conversations.join", channel=RANDOM)
    assert joined["channel"]["is_member"]
    assert ask(slack, "conversations.join", channel=RANDOM)["warning"] == "already_in_channel"
    assert ask(slack, "conversations.leave", channel=RANDOM) == {"ok": True}
    assert ask(slack, "conversations.leave", channel=RANDOM)["not_in_channel"]
    assert error(slack, "conversations.join", channel=BOARD) == "channel_not_found"


def test_a_direct_conversation_is_opened_once(slack: Emulator):
    first = ask(slack, "conversations.open", users=ANA)
    again = ask(slack, "conversations.open", users=[ANA], return_im=True)
    assert again["already_open"]
    assert again["channel"]["id"] == first["channel"]["id"]
    assert again["channel"]["user"] == ANA
    (mine,) = ask(slack, "users.conversations", types="im")["channels"]
    assert mine["id"] == first["channel"]["id"]
    assert error(slack, "conversations.open", users=BO) == "user_disabled"
    assert error(slack, "conversations.open", users="U1") == "user_not_found"


def test_people_are_listed_in_pages_and_found(slack: Emulator):
    seen, cursor = [], ""
    for _ in range(3):
        found = ask(slack, "users.list", limit=1, cursor=cursor)
        seen += [one["id"] for one in found["members"]]
        cursor = found["response_metadata"]["next_cursor"]
    assert (seen, cursor) == ([ANA, BO, BOT], "")
    assert error(slack, "users.list", cursor="x") == "invalid_cursor"
    assert ask(slack, "users.lookupByEmail", email="ANA@example.org")["user"]["id"] == ANA
    assert error(slack, "users.lookupByEmail", email="bo@example.org") == "users_not_found"
    assert ask(slack, "users.info", user=BO)["user"]["deleted"]
    assert error(slack, "users.info", user="U1") == "user_not_found"
    assert ask(slack, "users.profile.get", user=ANA)["profile"]["email"] == "ana@example.org"


def test_a_reaction_is_there_once_for_each_person(slack: Emulator):
    item = {"channel": GENERAL, "timestamp": post(slack), "name": "tada"}
    assert ask(slack, "reactions.add", **item) == {"ok": True}
    assert error(slack, "reactions.add", **item) == "already_reacted"
    found = ask(slack, "reactions.get", channel=GENERAL, timestamp=item["timestamp"])
    assert found["message"]["reactions"] == [{"name": "tada", "users": [BOT], "count": 1}]
    assert ask(slack, "reactions.remove", **item) == {"ok": True}
    assert error(slack, "reactions.remove", **item) == "no_reaction"
    assert error(slack, "reactions.add", **{**item, "name": "No!"}) == "invalid_name"


# limits and state --------------------------------------------------------------------------------


def test_each_method_has_its_own_limit_and_says_how_long_to_wait():
    now = [NOON]
    with serving("slack", data=DATA, quotas=True, clock=lambda: now[0]) as slack:
        assert [ask(slack, "users.list")["ok"] for _ in range(20)] == [True] * 20
        headers = {"Authorization": f"Bearer {TOKEN}"}
        answer = requests.get(f"{slack.url}/api/users.list", headers=headers)
        assert answer.status_code == 429
        assert answer.headers["Retry-After"] == "60"
        assert answer.json() == {"ok": False, "error": "ratelimited"}
        assert ask(slack, "auth.test")["ok"]
        now[0] += timedelta(seconds=60)
        assert ask(slack, "users.list")["ok"]


def test_a_channel_takes_one_message_a_second():
    now = [NOON]
    with serving("slack", data=DATA, quotas=True, clock=lambda: now[0]) as slack:
        post(slack)
        assert error(slack, "chat.postMessage", channel=GENERAL, text="x") == "ratelimited"
        post(slack, channel=RANDOM)
        now[0] += timedelta(seconds=1)
        post(slack)


def test_what_it_holds_can_be_loaded_again(slack: Emulator):
    first = post(slack, metadata={"event_type": "a", "event_payload": {}})
    post(slack, "below", thread_ts=first)
    ask(slack, "conversations.open", users=ANA)
    held = requests.get(f"{slack.url}/_state").json()
    with serving("slack", data=held) as other:
        assert other.state() == held
        assert float(post(other)) > float(first)


@pytest.mark.parametrize(
    ("do", "status", "body"),
    [
        ({"status": 200, "reason": "fatal_error"}, 200, {"ok": False, "error": "fatal_error"}),
        ({"status": 429, "retry_after": 3}, 429, {"ok": False, "error": "ratelimited"}),
    ],
)
def test_planned_faults_are_told_as_slack_tells_them(
    slack: Emulator, do: dict[str, Any], status: int, body: dict[str, Any]
):
    slack.faults.add(when={"method": "auth.test"}, do=do)
    answer = requests.get(f"{slack.url}/api/auth.test")
    assert (answer.status_code, answer.json()) == (status, body)


# the published description -----------------------------------------------------------------------


def test_every_answer_is_as_slacks_own_description_says(slack: Emulator):
    if not SPEC.exists():
        pytest.skip("Slack's published description is not there")
    spec = json.loads(SPEC.read_text(encoding="utf-8"))
    _ask_everything(slack)
    asked = {one["id"] for one in slack.exchanges}
    assert {*METHODS} - asked == set()
    complaints = [
        f"{one['id']}: {problem}"
        for one in slack.exchanges
        if one["id"] not in NOT_IN_SPEC and one["status"] == 200
        for problem in _problems(spec, one)
    ]
    assert complaints == []


def _ask_everything(slack: Emulator) -> None:
    """Each method once, in a way that succeeds."""
    ts = post(slack, attachments=[{"fallback": "x"}], blocks=[{"type": "divider"}])
    post(slack, "below", thread_ts=ts)
    direct = ask(slack, "conversations.open", users=ANA, return_im=True)["channel"]["id"]
    made = ask(slack, "conversations.create", name="made")["channel"]["id"]
    at = slack.world.seconds() + 900
    later = ask(slack, "chat.scheduleMessage", channel=GENERAL, text="x", post_at=at)
    here, item = {"channel": GENERAL}, {"channel": GENERAL, "timestamp": ts}
    calls: list[tuple[str, dict[str, Any]]] = [
        ("api.test", {}),
        ("auth.test", {}),
        ("team.info", {}),
        ("users.list", {}),
        ("users.info", {"user": ANA}),
        ("users.getPresence", {"user": ANA}),
        ("bots.info", {"bot": "B0SHEETFLOW"}),
        ("users.lookupByEmail", {"email": "ana@example.org"}),
        ("users.profile.get", {"user": ANA}),
        ("users.conversations", {}),
        ("conversations.list", {"types": "public_channel,private_channel,im,mpim"}),
        ("conversations.info", here),
        ("conversations.info", {"channel": direct}),
        ("conversations.members", here),
        ("conversations.history", here),
        ("conversations.replies", {**here, "ts": ts}),
        ("conversations.invite", {"channel": made, "users": ANA}),
        ("conversations.rename", {"channel": made, "name": "renamed"}),
        ("conversations.setTopic", {"channel": made, "topic": "x"}),
        ("conversations.archive", {"channel": made}),
        ("conversations.unarchive", {"channel": made}),
        ("conversations.join", {"channel": RANDOM}),
        ("conversations.leave", {"channel": RANDOM}),
        ("chat.meMessage", {**here, "text": "x"}),
        ("chat.postEphemeral", {**here, "user": ANA, "text": "x"}),
        ("chat.getPermalink", {**here, "message_ts": ts}),
        ("chat.update", {**here, "ts": ts, "text": "y"}),
        ("chat.scheduledMessages.list", {}),
        (
            "chat.deleteScheduledMessage",
            {**here, "scheduled_message_id": later["scheduled_message_id"]},
        ),
        ("reactions.add", {**item, "name": "tada"}),
        ("reactions.get", item),
        ("reactions.remove", {**item, "name": "tada"}),
        ("chat.delete", {**here, "ts": ts}),
        ("oauth.v2.access", {"client_id": "1.2", "client_secret": "s", "code": "abc"}),
        ("auth.revoke", {"test": True}),
    ]
    for name, arguments in calls:
        assert ask(slack, name, **arguments)["ok"], name


def _problems(spec: Mapping[str, Any], exchange: Mapping[str, Any]) -> list[str]:
    """Where an answer departs from the description, apart from what was added since."""
    (operation,) = spec["paths"][f"/{exchange['id']}"].values()
    schema = operation["responses"]["200"].get("schema", {})
    whole = _since({**schema, "definitions": spec["definitions"]})
    found = jsonschema.Draft4Validator(whole).iter_errors(exchange["response"])
    return [f"{list(one.absolute_path)}: {_told(one)}" for one in found]


def _told(problem: jsonschema.ValidationError) -> str:
    """The problem, or what keeps each alternative from fitting."""
    inner = [f"{list(one.path)} {one.message[:120]}" for one in problem.context or ()]
    return "; ".join(inner) or problem.message[:200]


def _since(schema: Any) -> Any:
    """The description without what is no longer so: fields were added, lists may be empty.

    It writes a choice as a list under `items`, which the language of schemas calls `anyOf`; and
    wants the `fields` of a profile everywhere, which its examples have nowhere. Blocks are a list.
    """
    if isinstance(schema, list):
        return [_since(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {
        key: _since(value)
        for key, value in schema.items()
        if key not in ("additionalProperties", "minItems") or not isinstance(value, bool | int)
    }
    if "blocks" in kept.get("properties", ()):
        kept["properties"]["blocks"] = {"type": "array"}
    if isinstance(kept.get("required"), list):
        kept["required"] = [name for name in kept["required"] if name != "fields"]
    if isinstance(kept.get("items"), list) and "type" not in kept:
        kept["anyOf"] = kept.pop("items")
    return kept
