"""post: a message in Slack for each row, once, to whom it is meant, in just its cells' words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st
from sheetflow_plugins._slack_text import JOINER, LOOK_ALIKES, as_message, as_read, as_words
from sheetflow_plugins.slack import Slack

from sheetflow.clock import Clock
from sheetflow.errors import (
    NotAllowed,
    NotFound,
    NotKnown,
    PlanningWrote,
    ProblemsFound,
    Refused,
    ServiceError,
    UsedUp,
)
from sheetflow.plugin.testing import ActionContract, OneStep
from sheetflow.plugin.testing.steps import carried
from sheetflow.secrets import Secret
from sheetflow.values import Blank, Change, Noop, Receipt, RowRef, Status, Word
from tests.emulators.serving import Emulator, serving
from tests.emulators.slack.texts import called, formatted, stored
from tests.emulators.slack.world import User
from tests.plugins._google_doors import Time
from tests.plugins._slack import (
    ANA,
    BO,
    BOARD,
    DATA,
    GENERAL,
    OLD,
    PLUGIN,
    SCOPES,
    TOKEN,
    changes,
    connected,
    one_step,
    planned,
    posted,
    texts,
)

HELLO = '- post: "Hello {{ person.name }}"\n  to: "#general"\n'
TO_HER = '- post: "Hello"\n  to: person\n'
TOGETHER = '- post: "{{ person.name }} joined"\n  to: "#general"\n  together: yes\n  heading: New\n'


class Contract(ActionContract):
    """The contract, over a workspace of Slack."""

    plugin = PLUGIN
    asks_the_network = True

    @pytest.fixture(autouse=True)
    def _slack(self) -> Iterator[None]:
        with serving("slack", data=DATA) as slack:
            self.settings = {
                "token": Secret(TOKEN),
                "url": f"{slack.url}/api",
                "messages_per_second": 1000,
            }
            yield


class TestInAChannel(Contract):
    step = HELLO


class TestToAPerson(Contract):
    step = TO_HER


class TestTogether(Contract):
    step = TOGETHER


@pytest.fixture
def slack() -> Iterator[Emulator]:
    """A workspace."""
    with serving("slack", data=DATA) as emulator:
        yield emulator


@pytest.fixture
def connection(slack: Emulator) -> Slack:
    """A connection that may post."""
    return connected(slack, may_write=True)


def apply(step: OneStep, change: Change) -> Receipt:
    """Do it, as it comes back from a plan file."""
    return step.action().apply(carried(change))


# What is planned ---------------------------------------------------------------------------------


def test_a_message_for_a_channel_reaches_nobody_in_person(
    slack: Emulator, connection: Slack, tmp_path: Path
):
    step = one_step(tmp_path, connection, HELLO)
    (change,) = changes(step)
    key = step.works()[0].key.digest
    assert change == Change(
        "post to #general: Hello Ana Reyes",
        data={
            "to": GENERAL,
            "is_person": False,
            "text": "Hello Ana Reyes",
            "thread": "",
            "key": key,
            "heading": "",
            "together": False,
        },
        gives={"post": {"link": Blank("link of the post")}},
        done=Status(Word.DONE, "posted in #general, ‹when›"),
    )
    assert texts(slack) == []


@pytest.mark.parametrize("to", ["person", '"{{ person.email }}"', '"{{ person.email | upper }}"'])
def test_guards_see_whom_a_message_reaches(connection: Slack, tmp_path: Path, to: str):
    step = one_step(tmp_path, connection, f"- post: Hello\n  to: {to}\n")
    (change,) = changes(step)
    assert change.data["to"] == ANA
    assert [address.lower() for address in change.to] == ["ana@example.org"]
    assert (change.whom, change.channel) == ((RowRef("People", "p1"),), "slack")
    assert step.kind.reaches(step.options) == ("person",)


def test_an_address_that_is_not_the_rows_own_is_counted_for_the_row(
    connection: Slack, tmp_path: Path
):
    step = one_step(
        tmp_path,
        connection,
        '- post: Hi\n  to: "{{ person.Coach }}"\n',
        {"Coach": "bo@example.org"},
    )
    (change,) = changes(step)
    assert (change.data["to"], change.to, change.whom) == (BO, ("bo@example.org",), ())


@pytest.mark.parametrize(
    ("to", "says"),
    [
        ("#nowhere", "Slack shows the app no channel #nowhere"),
        ("#board", "Slack shows the app no channel #board"),
        ("#old", "the channel #old is archived"),
        (OLD, "the channel #old is archived"),
        ("#random", "the app is not in #random: write /invite and its name there"),
        (BOARD, "Slack cannot find it: no such channel, or a private one without the app"),
        ("lee@example.org", "nobody in Slack has this e-mail address"),
        ("somebody", 'who is "somebody"? Not in "People"'),
        ("{{ person.name }}", '"Ana Reyes" is no channel of Slack, and nobody in it'),
    ],
)
def test_a_row_whose_message_has_nowhere_to_go_says_so(
    connection: Slack, tmp_path: Path, to: str, says: str
):
    (found,) = planned(one_step(tmp_path, connection, f'- post: Hello\n  to: "{to}"\n'))
    assert isinstance(found, Noop)
    assert found.word is Word.NEEDS_YOU
    assert found.reason == says


def test_who_may_post_anywhere_may_post_where_the_app_is_not(slack: Emulator, tmp_path: Path):
    slack.world.tokens[TOKEN].scopes = [*SCOPES, "chat:write.public"]
    step = one_step(tmp_path, connected(slack, may_write=True), '- post: Hi\n  to: "#random"\n')
    (change,) = changes(step)
    assert apply(step, change).reference.startswith("C0RANDOM0/")


def test_a_message_longer_than_slack_takes_stops_its_row(connection: Slack, tmp_path: Path):
    twice = '- post: "{{ person.Note }} {{ person.Note }}"\n  to: "#general"\n'
    (found,) = planned(one_step(tmp_path, connection, twice, {"Note": "x" * 20_000}))
    assert found == Noop("the message has 40,001 characters; Slack takes 40,000", Word.NEEDS_YOU)


def test_messages_that_are_long_to_read_are_told_once(connection: Slack, tmp_path: Path):
    text = '- post: "{{ person.Note }}"\n  to: "#general"\n'
    rows_ = [{"id": f"p{n}", "Note": "x" * length} for n, length in enumerate((10, 4_001, 5_000))]
    step = one_step(tmp_path, connection, text, *rows_)
    action = step.action()
    assert action.notices == ()
    assert all(isinstance(action.plan(work), Change) for work in step.works())
    told = "2 messages have more than 4,000 characters, which Slack recommends at most."
    assert action.notices == (told,)


def test_an_empty_message_is_none(connection: Slack, tmp_path: Path):
    step = one_step(
        tmp_path,
        connection,
        "- post: \"{{ 'x' if person.name == 'Bo' else ' ' }}\"\n  to: '#general'\n",
    )
    assert planned(step) == [Noop("there is nothing to post")]


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ("heading: New", "heading: goes with together: yes"),
        ("called: The post", "called: is a name of small letters"),
    ],
)
def test_options_that_do_not_go_together_are_told(
    connection: Slack, tmp_path: Path, more: str, says: str
):
    with pytest.raises(ProblemsFound, match=says):
        one_step(tmp_path, connection, f"{HELLO}  {more}\n")


def test_many_people_are_found_by_reading_the_list_once(slack: Emulator, tmp_path: Path):
    people = [{"email": f"p{n}@example.org", "real_name": f"P {n}"} for n in range(60)]
    with slack.world.lock:
        for n, one in enumerate(people):
            slack.world.users[f"U1PERSON{n:03}"] = User(f"U1PERSON{n:03}", f"p{n}", **one)
    rows = [{"id": f"p{n}", "Name": f"P {n}", "Email": f"p{n}@example.org"} for n in range(60)]
    found = changes(one_step(tmp_path, connected(slack), TO_HER, *rows))
    assert [change.data["to"] for change in found] == [f"U1PERSON{n:03}" for n in range(60)]
    assert len(slack.asked("users.lookupByEmail")) == 20
    assert len(slack.asked("users.list")) == 1


# What is posted ----------------------------------------------------------------------------------


def test_a_message_is_posted_with_its_mark_and_without_previews(
    slack: Emulator, connection: Slack, tmp_path: Path
):
    step = one_step(tmp_path, connection, HELLO)
    (change,) = changes(step)
    receipt = apply(step, change)
    (asked,) = slack.asked("chat.postMessage")
    key = change.data["key"]
    assert asked["body"] == {
        "channel": GENERAL,
        "text": "Hello Ana Reyes",
        "link_names": False,
        "unfurl_links": False,
        "unfurl_media": False,
        "metadata": {"event_type": "sheetflow", "event_payload": {"keys": key}},
    }
    ts = asked["response"]["ts"]
    link = f"https://riverside.slack.com/archives/{GENERAL}/p{ts.replace('.', '')}"
    assert receipt == Receipt(f"{GENERAL}/{ts}", gives={"post": {"link": link}})


def test_a_message_to_a_person_stands_in_a_conversation_of_their_own(
    slack: Emulator, connection: Slack, tmp_path: Path
):
    step = one_step(tmp_path, connection, TO_HER)
    for change in changes(step):
        apply(step, change)
        apply(step, change)
    (direct,) = [one for one in slack.world.conversations.values() if one.kind == "im"]
    assert sorted(direct.members) == [ANA, "U0SHEETFLOW"]
    assert texts(slack, direct.id) == ["Hello", "Hello"]
    assert len(slack.asked("conversations.open")) == 1


def test_a_reply_stands_in_the_thread_of_the_link(
    slack: Emulator, connection: Slack, tmp_path: Path
):
    first = one_step(tmp_path, connection, HELLO)
    link = apply(first, changes(first)[0]).gives["post"]["link"]
    under = '- post: Welcome\n  to: "#general"\n  thread: "{{ person.Link }}"\n'
    second = one_step(tmp_path, connection, under, {"Link": link})
    reply = apply(second, changes(second)[0])
    ts = slack.asked("chat.postMessage")[0]["response"]["ts"]
    assert [one["thread"] for one in posted(slack)] == [ts, ts]
    assert reply.gives["post"]["link"].endswith(f"?thread_ts={ts}&cid={GENERAL}")
    third = one_step(tmp_path, connection, under, {"Link": reply.gives["post"]["link"]})
    assert changes(third)[0].data["thread"] == ts


@pytest.mark.parametrize(
    ("link", "says"),
    [
        ("tomorrow", "the thread is not the link of a message in Slack"),
        (
            "https://riverside.slack.com/archives/C0RANDOM0/p1795388330472548",
            "the thread is not in #general",
        ),
    ],
)
def test_a_thread_that_is_not_there_stops_its_row(
    connection: Slack, tmp_path: Path, link: str, says: str
):
    under = '- post: Welcome\n  to: "#general"\n  thread: "{{ person.Link }}"\n'
    (found,) = planned(one_step(tmp_path, connection, under, {"Link": link}))
    assert found == Noop(says, Word.NEEDS_YOU)


def test_nothing_is_posted_while_planning(slack: Emulator, tmp_path: Path):
    step = one_step(tmp_path, connected(slack), TO_HER)
    with pytest.raises(PlanningWrote):
        apply(step, changes(step)[0])
    assert {one["id"] for one in slack.exchanges} <= {"users.lookupByEmail"}


def test_messages_to_one_channel_go_a_second_apart(slack: Emulator, tmp_path: Path):
    time = Time()
    step = one_step(tmp_path, connected(slack, may_write=True, time=time), HELLO)
    (change,) = changes(step)
    for _ in range(3):
        apply(step, change)
    assert time.seconds == pytest.approx(2.2)


# Several rows in one message ---------------------------------------------------------------------


def rows(count: int, **more: object) -> list[dict[str, object]]:
    """So many people."""
    return [{"id": f"p{n}", "Name": f"P {n}", **more} for n in range(count)]


def test_rows_of_one_run_share_a_message_and_each_is_done_with_it(
    slack: Emulator, connection: Slack, tmp_path: Path
):
    step = one_step(tmp_path, connection, TOGETHER, *rows(3))
    found = step.action().apply_many([carried(one) for one in changes(step)])
    assert texts(slack) == ["New\n• P 0 joined\n• P 1 joined\n• P 2 joined"]
    references = {one.reference for one in found if isinstance(one, Receipt)}
    assert (len(found), len(references)) == (3, 1)
    keys = [work.key.digest for work in step.works()]
    (message,) = posted(slack)
    assert message["metadata"]["event_payload"] == {"keys": " ".join(keys)}


def test_rows_of_different_channels_share_none(slack: Emulator, connection: Slack, tmp_path: Path):
    slack.world.conversations["C0RANDOM0"].members.append("U0SHEETFLOW")
    step = one_step(
        tmp_path,
        connection,
        '- post: "{{ person.name }}"\n  to: "#{{ person.Where }}"\n  together: yes\n',
        *[
            {**row, "Where": where}
            for row, where in zip(rows(3), ["general", "random", "general"], strict=True)
        ],
    )
    step.action().apply_many([carried(one) for one in changes(step)])
    assert texts(slack) == ["• P 0\n• P 2"]
    assert texts(slack, "C0RANDOM0") == ["• P 1"]


def test_a_shared_message_that_grows_too_long_is_continued(
    slack: Emulator, connection: Slack, tmp_path: Path
):
    text = '- post: "{{ person.name }} {{ person.Note }}"\n  to: "#general"\n  together: yes\n'
    step = one_step(tmp_path, connection, text, *rows(6, Note="x" * 1_500))
    step.action().apply_many([carried(one) for one in changes(step)])
    lines = [line.split()[2] for one in texts(slack) for line in one.splitlines()]
    assert lines == ["0", "1", "2", "3", "4", "5"]
    assert [one.count("•") for one in texts(slack)] == [2, 2, 2]


def test_a_line_of_a_shared_message_is_one_line(slack: Emulator, connection: Slack, tmp_path: Path):
    text = '- post: |\n    {{ person.Note }}\n  to: "#general"\n  together: yes\n'
    step = one_step(tmp_path, connection, text, {"Note": "one\n• P 9 joined"})
    step.action().apply_many([carried(one) for one in changes(step)])
    assert texts(slack) == ["• one • P 9 joined"]


def test_a_shared_message_that_is_refused_is_refused_for_each_row(
    slack: Emulator, connection: Slack, tmp_path: Path
):
    step = one_step(tmp_path, connection, TOGETHER, *rows(2))
    planned_ = [carried(one) for one in changes(step)]
    slack.world.conversations[GENERAL].is_archived = True
    found = step.action().apply_many(planned_)
    assert [type(one) for one in found] == [Refused, Refused]


# What goes wrong ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("invalid_auth", NotAllowed),
        ("not_authed", NotAllowed),
        ("token_revoked", NotAllowed),
        ("token_expired", NotAllowed),
        ("account_inactive", NotAllowed),
        ("missing_scope", NotAllowed),
        ("channel_not_found", NotFound),
        ("user_not_found", NotFound),
        ("thread_not_found", NotFound),
        ("not_in_channel", Refused),
        ("is_archived", Refused),
        ("msg_too_long", Refused),
        ("restricted_action", Refused),
        ("something_new", Refused),
        ("message_limit_exceeded", UsedUp),
        ("fatal_error", NotKnown),
        ("internal_error", NotKnown),
    ],
)
def test_each_of_slacks_words_is_one_of_our_errors(
    slack: Emulator, connection: Slack, tmp_path: Path, word: str, kind: type[ServiceError]
):
    step = one_step(tmp_path, connection, HELLO)
    (change,) = changes(step)
    slack.faults.add(when={"method": "chat.postMessage"}, do={"status": 200, "reason": word})
    with pytest.raises(kind) as caught:
        apply(step, change)
    assert caught.value.reason == word
    assert TOKEN not in str(caught.value)
    assert len(slack.asked("chat.postMessage")) == 1


def test_a_missing_scope_is_named_with_its_cure(slack: Emulator, tmp_path: Path):
    slack.world.tokens[TOKEN].scopes = [one for one in SCOPES if one != "chat:write"]
    step = one_step(tmp_path, connected(slack, may_write=True), HELLO)
    with pytest.raises(NotAllowed, match=r"the app lacks the scope chat:write .*Reinstall"):
        apply(step, changes(step)[0])


@pytest.mark.parametrize("status", [200, 429])
def test_who_is_told_to_wait_waits_and_posts_once(slack: Emulator, tmp_path: Path, status: int):
    time = Time()
    step = one_step(tmp_path, connected(slack, may_write=True, time=time), HELLO)
    (change,) = changes(step)
    busy = {"status": status, "reason": "ratelimited", "retry_after": 9}
    slack.faults.add(when={"method": "chat.postMessage"}, do=busy, times=1)
    apply(step, change)
    assert texts(slack) == ["Hello Ana Reyes"]
    assert time.seconds >= 9


@pytest.mark.parametrize("do", [{"drop": "after"}, {"drop": "before"}, {"status": 503}])
@pytest.mark.parametrize("to", ["'#general'", "person"])
def test_a_message_that_may_have_been_taken_is_never_sent_again(
    slack: Emulator, connection: Slack, tmp_path: Path, do: dict[str, Any], to: str
):
    step = one_step(tmp_path, connection, f"- post: Hello\n  to: {to}\n")
    (change,) = changes(step)
    slack.faults.add(when={"method": "chat.postMessage"}, do=do)
    with pytest.raises(NotKnown):
        apply(step, change)
    assert len(slack.asked("chat.postMessage")) == 1


def test_what_fails_before_the_message_was_surely_not_posted(
    slack: Emulator, connection: Slack, tmp_path: Path
):
    step = one_step(tmp_path, connection, TO_HER)
    (change,) = changes(step)
    slack.faults.add(when={"method": "conversations.open"}, do={"drop": "after"})
    with pytest.raises(ServiceError) as caught:
        apply(step, change)
    assert type(caught.value).__name__ == "Unreachable"
    assert slack.asked("chat.postMessage") == []


# After a crash -----------------------------------------------------------------------------------


def in_doubt(
    slack: Emulator, tmp_path: Path, text: str, *, minutes: float = 30, drop: str = "after"
) -> tuple[OneStep, Change]:
    """A message whose connection dropped, and that was last tried so many minutes ago."""
    connection = connected(slack, may_write=True)
    step = one_step(tmp_path, connection, text)
    (change,) = changes(step)
    slack.faults.add(when={"method": "chat.postMessage"}, do={"drop": drop}, times=1)
    with pytest.raises(NotKnown):
        apply(step, change)
    now = slack.world.now()
    connection.door.clock = Clock.at(now + timedelta(minutes=minutes), now.tzinfo)
    return step, replace(carried(change), tried_at=now)


@pytest.mark.parametrize("text", [HELLO, TO_HER, TOGETHER])
def test_a_message_that_was_taken_is_found_by_its_mark(slack: Emulator, tmp_path: Path, text: str):
    step, change = in_doubt(slack, tmp_path, text)
    found = step.action().reconcile(change)
    assert isinstance(found, Receipt)
    (place,) = [one for one in slack.world.conversations.values() if one.messages]
    ts = place.messages[0].ts
    link = f"https://riverside.slack.com/archives/{place.id}/p{ts.replace('.', '')}"
    assert found == Receipt(f"{place.id}/{ts}", gives={"post": {"link": link}})


def test_a_reply_that_was_taken_is_found_in_its_thread(slack: Emulator, tmp_path: Path):
    first = one_step(tmp_path, connected(slack, may_write=True), HELLO)
    link = apply(first, changes(first)[0]).gives["post"]["link"]
    step, change = in_doubt(slack, tmp_path, f'- post: Hi\n  to: "#general"\n  thread: {link}\n')
    found = step.action().reconcile(change)
    assert isinstance(found, Receipt)
    assert "?thread_ts=" in found.gives["post"]["link"]


@pytest.mark.parametrize("text", [HELLO, TO_HER])
def test_a_message_that_is_not_there_was_surely_not_taken_after_a_while(
    slack: Emulator, tmp_path: Path, text: str
):
    step, change = in_doubt(slack, tmp_path, text, drop="before")
    assert step.action().reconcile(change) is False


@pytest.mark.parametrize("minutes", [1, 60 * 24])
def test_too_soon_or_too_late_nobody_knows(slack: Emulator, tmp_path: Path, minutes: float):
    """It may still be on its way; or the workspace keeps messages for a day only."""
    step, change = in_doubt(slack, tmp_path, HELLO, drop="before", minutes=minutes)
    assert step.action().reconcile(change) is True


def test_whoever_may_not_see_the_marks_does_not_know(slack: Emulator, tmp_path: Path):
    step, change = in_doubt(slack, tmp_path, HELLO)
    scopes = [one for one in SCOPES if one != "metadata.message:read"]
    slack.world.tokens[TOKEN].scopes = scopes
    assert step.action().reconcile(change) is True


def test_what_others_wrote_meanwhile_is_not_ours(slack: Emulator, tmp_path: Path):
    step, change = in_doubt(slack, tmp_path, HELLO, drop="before")
    edit = {"channel": "general", "user": ANA, "text": "Hello Ana Reyes"}
    slack.service.edit({"post": edit})
    assert step.action().reconcile(change) is False


def test_a_mark_is_found_behind_many_pages(slack: Emulator, tmp_path: Path):
    step, change = in_doubt(slack, tmp_path, HELLO)
    for number in range(450):
        slack.service.edit({"post": {"channel": "general", "user": ANA, "text": f"{number}"}})
    assert isinstance(step.action().reconcile(change), Receipt)
    assert len(slack.asked("conversations.history")) == 3


# Cells are words ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("Ana & Bo <3", "Ana &amp; Bo &lt;3"),
        ("<!channel> <@U123> <#C1|x>", "&lt;!channel&gt; &lt;@U123&gt; &lt;#C1∣x&gt;"),
        ("<https://evil.example|Login>", "&lt;https://evil.example%7CLogin&gt;"),
        ("first_last a*b 2_000", "first_last a*b 2_000"),
        ("*bold* _i_ ~5 `x`", "∗bold∗ ˍiˍ ∼5 ˋxˋ"),
        ("https://x.example/_a_?b=1&c=*d", "https://x.example/_a_?b=1&amp;c=*d"),
        ("*https://x.example/a*", "∗https://x.example/a∗"),
        ("ana_b@example.org", "ana_b@example.org"),
        ("@here now", f"{JOINER}@{JOINER}here now"),
        ("> said", f"{JOINER}&gt; said"),
        (":wave: at 10:30:15", f":{JOINER}wave: at 10:30:15"),
    ],
)
def test_what_a_cell_holds_is_shown_and_nothing_else(cell: str, text: str):
    assert as_words(cell) == text


HOSTILE = st.text(st.sampled_from("ab1 *_~`<>&@!|#:/\n.-"), max_size=40) | st.sampled_from(
    ["<!channel>", "<!everyone|x>", "@channel", "*a*", "_a b_", "`x`", "~y~", "<@U123456>", "&lt;"]
)


@given(HOSTILE | st.sampled_from(["!channel", "@U123456", "#C1", "!everyone|x"]))
def test_no_cell_calls_anybody_from_within_a_link_of_the_authors(cell: str):
    for text in (f"<{as_words(cell)}|more>", f"<https://a.example/{as_words(cell)}|more>"):
        assert called(stored(as_message(text))) == []
    assert stored(as_message(text)).count("|") <= 1


@given(HOSTILE, HOSTILE)
def test_no_cell_calls_anybody_or_formats_anything(one: str, two: str):
    text = stored(as_message(f"x {as_words(one)} {as_words(two)} y"), link_names=True)
    assert called(text) == []
    assert formatted(text) == []


@given(st.text(st.sampled_from("ab1 *_~`<>&@!|#:"), max_size=40))
def test_a_person_reads_what_the_cell_says(cell: str):
    shown = as_read(as_message(as_words(cell)))
    for sign, alike in LOOK_ALIKES.items():
        shown = shown.replace(alike, sign)
    assert shown.split() == cell.split()


def test_what_the_author_writes_keeps_its_meaning(
    slack: Emulator, connection: Slack, tmp_path: Path
):
    text = (
        "- post: '*{{ person.name }}* & <https://example.org|more> <!here> < 3'\n  to: '#general'\n"
    )
    step = one_step(tmp_path, connection, text, {"Name": "*Ana* <!channel>"})
    apply(step, changes(step)[0])
    (found,) = texts(slack)
    assert called(found) == ["here"]
    assert "<https://example.org|more>" in found
    assert found.endswith("&lt; 3")
