"""The page behind the link under each mail: no GET changes anything, and a POST counts at once."""

from __future__ import annotations

import email
import email.policy
import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from sheetflow.clock import Clock
from sheetflow.ledger.records import BY_LINK, Suppression
from sheetflow.runner.linking import unsubscribe_token, who_unsubscribes
from sheetflow.runner.running import plan_recipe, run
from sheetflow.tables.handles import keyed
from sheetflow.web.app import make_app
from sheetflow.web.unsubscribing import UNDO
from sheetflow.workspace import Workspace
from tests.web.conftest import words

OUTSIDE = "https://flow.example.org"
ANA = "ana@example.org"
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def public(folder: Path) -> Path:
    """The campaign, reached from outside under a name."""
    settings = folder / "sheetflow.yaml"
    settings.write_text(settings.read_text("utf-8") + f"\npublic_url: {OUTSIDE}\n", "utf-8")
    people = "Ana Reyes,ana@example.org,North,2026-03-02,\nEve,eve@example.org,N,2026-03-02,\n"
    (folder / "people.csv").write_text(f"Name,Email,Region,Signed up,Stage\n{people}", "utf-8")
    return folder


@pytest.fixture
def workspace(public, time_now) -> Workspace:
    return Workspace.open(public, clock=Clock(read=time_now))


@pytest.fixture
def sent(workspace) -> dict[str, email.message.EmailMessage]:
    """Who got which mail by a run."""
    run(workspace.recipe("welcome"), workspace)
    files = (workspace.folder / "outbox").glob("*.eml")
    mails = [email.message_from_bytes(f.read_bytes(), policy=email.policy.SMTP) for f in files]
    return {mail["To"].addresses[0].addr_spec: mail for mail in mails}


def link_in(mail) -> str:
    """The path of the link that the header of a mail has."""
    found = re.match(rf"<{OUTSIDE}(/unsubscribe/[\w-]{{64}}\?in=en)>, <mailto:", mail[HEADER])
    assert found, mail[HEADER]
    return found[1]


HEADER = "List-Unsubscribe"


@pytest.fixture
def client(workspace, time_now) -> TestClient:
    """Somebody far away, with no cookies."""
    app = make_app(workspace.folder, clock=Clock(read=time_now))
    return TestClient(app, base_url=OUTSIDE, client=("203.0.113.9", 1))


def listed(workspace) -> dict[str, Suppression]:
    with workspace.ledger() as ledger:
        return dict(ledger.decided("", "").suppressions)


def is_listed(workspace, address: str = ANA) -> bool:
    with workspace.ledger() as ledger:
        return keyed(ledger.salt, address) in listed(workspace)


def test_each_mail_has_a_link_of_its_own_in_its_header_and_in_its_footer(sent):
    links = {who: link_in(mail) for who, mail in sent.items()}
    assert len(set(links.values())) == len(links) > 1
    for who, mail in sent.items():
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        text = mail.get_body(("plain",)).get_content()
        assert f"Get no more of these mails: {OUTSIDE}{links[who]}" in text
        assert f'<a href="{OUTSIDE}{links[who]}">' in mail.get_body(("html",)).get_content()
        assert "preview" not in mail.as_string()


def test_the_address_of_the_link_tells_nothing_of_anybody(sent, workspace):
    with workspace.ledger() as ledger:
        whom = keyed(ledger.salt, ANA)
    link = link_in(sent[ANA])
    assert whom not in link
    assert "ana" not in link.partition("?")[0].lower().replace("unsubscribe", "")[:9]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_opening_the_link_changes_nothing_however_often(client, sent, workspace, method):
    for _ in range(3):
        answer = client.request(method, link_in(sent[ANA]))
        assert answer.status_code == 200
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert "set-cookie" not in answer.headers
    assert not listed(workspace)


def test_the_page_asks_with_one_button_and_says_nothing_of_whom_it_is_about(client, sent):
    page = client.get(link_in(sent[ANA])).text
    assert words(page).startswith("Get no more mail from")
    assert page.count("<button") == 1
    assert "ana" not in words(page).lower()
    assert "noindex" in page


@pytest.mark.parametrize(
    "sending",
    [
        {"data": ONE_CLICK},
        {"files": {"List-Unsubscribe": (None, "One-Click")}},
        {"content": b"List-Unsubscribe=One-Click", "headers": {"origin": "https://evil.example"}},
    ],
    ids=["form", "multipart", "bare"],
)
def test_one_click_counts_at_once_without_cookies_origin_or_a_page(
    client, sent, workspace, sending
):
    answer = client.post(link_in(sent[ANA]), **sending)
    assert (answer.status_code, is_listed(workspace)) == (200, True)
    assert words(answer.text).startswith("You get no more mail from")
    assert not is_listed(workspace, "eve@example.org")
    [found] = listed(workspace).values()
    assert (found.channel, found.who, found.why) == ("email", BY_LINK, "unsubscribed")


def test_once_more_is_not_more(client, sent, workspace, time_now):
    client.post(link_in(sent[ANA]), data=ONE_CLICK)
    first = listed(workspace)
    time_now.move(days=1)
    assert client.post(link_in(sent[ANA]), data=ONE_CLICK).status_code == 200
    assert listed(workspace) == first


@pytest.mark.parametrize("body", [b"", b"x=1", b"List-Unsubscribe=No", b"\xff", b"=" * 8000])
def test_a_post_that_does_not_say_so_changes_nothing(client, sent, workspace, body):
    assert client.post(link_in(sent[ANA]), content=body).status_code == 404
    assert not listed(workspace)


def test_a_form_in_parts_that_cannot_be_read_changes_nothing(client, sent, workspace):
    part = "Content-Disposition: form-data; name*=List-Unsubscribe; name*0=b\r\n\r\nOne-Click"
    kind = {"content-type": "multipart/form-data; boundary=x"}
    body = f"--x\r\n{part}\r\n--x--\r\n".encode()
    assert client.post(link_in(sent[ANA]), content=body, headers=kind).status_code == 404
    assert not listed(workspace)


def test_a_huge_body_is_refused(client, sent, workspace):
    body = b"List-Unsubscribe=One-Click&" + b"x" * 10_000
    assert client.post(link_in(sent[ANA]), content=body).status_code == 413
    assert not listed(workspace)


def test_a_mistake_is_undone_by_a_button_for_a_day(client, sent, workspace, time_now):
    link = link_in(sent[ANA])
    page = client.post(link, data=ONE_CLICK).text
    assert "Was that a mistake? Go on sending me mail" in words(page)
    assert '<h1 role="status">' in page  # a screen reader says at once what happened
    assert '<button type="submit" class="quiet">' in page
    assert words(client.get(link).text) == words(page)
    assert 'role="status"' not in client.get(link).text
    assert "You go on getting mail" in words(client.post(link, data={"undo": "yes"}).text)
    assert not listed(workspace)
    client.post(link, data=ONE_CLICK)
    time_now.move(days=1, seconds=1)
    assert "mistake" not in words(client.get(link).text)
    client.post(link, data={"undo": "yes"})
    assert is_listed(workspace)
    assert UNDO.days == 1


def test_what_an_organizer_decided_is_not_undone_by_a_link(client, sent, workspace, time_now):
    with workspace.ledger(read_only=False) as ledger:
        whom = keyed(ledger.salt, ANA)
        ledger.decisions.suppress(Suppression(whom, "email", "phoned", "lee", time_now()))
    link = link_in(sent[ANA])
    assert "mistake" not in words(client.get(link).text)
    client.post(link, data={"undo": "yes"})
    client.post(link, data=ONE_CLICK)
    client.post(link, data={"undo": "yes"})
    assert listed(workspace)[whom].who == "lee"


def test_what_an_organizer_decided_after_a_link_is_not_undone_by_it(
    client, sent, workspace, time_now
):
    link = link_in(sent[ANA])
    client.post(link, data=ONE_CLICK)
    since = time_now()
    time_now.move(hours=1)
    with workspace.ledger(read_only=False) as ledger:
        whom = keyed(ledger.salt, ANA)
        asked = Suppression(whom, "email", "phoned", "lee", time_now())
        assert not ledger.decisions.suppress(asked)
    assert "mistake" not in words(client.get(link).text)
    client.post(link, data={"undo": "yes"})
    [found] = listed(workspace).values()
    assert (found.who, found.why, found.since) == ("lee", "phoned", since)


def test_it_holds_between_a_plan_and_its_run(client, workspace, sent):
    people = workspace.folder / "people.csv"
    people.write_text(people.read_text("utf-8") + "Zoe,zoe@example.org,N,2026-03-02,\n", "utf-8")
    fresh = Workspace.open(workspace.folder, clock=workspace.clock)
    recipe = fresh.recipe("welcome")
    plan = plan_recipe(recipe, fresh)
    assert any("zoe@example.org" in entry.change.to for entry in plan.changes)
    with fresh.ledger() as ledger:
        token = unsubscribe_token(ledger.salt, "zoe@example.org")
    client.post(f"/unsubscribe/{token}", data=ONE_CLICK)
    done = run(recipe, fresh, plan=plan)
    assert not list((workspace.folder / "outbox").glob("zoe-*"))
    [outcome] = [each for each in done.outcomes if each.entry.who.startswith("Zoe")][:1]
    assert "asked not to get" in outcome.status.text


def test_links_are_the_same_in_each_plan_and_work_in_none(workspace, client, sent):
    people = workspace.folder / "people.csv"
    people.write_text(people.read_text("utf-8") + "Zoe,zoe@example.org,N,2026-03-02,\n", "utf-8")
    fresh = Workspace.open(workspace.folder, clock=workspace.clock)
    one, other = (plan_recipe(fresh.recipe("welcome"), fresh) for _ in range(2))
    assert [each.content for each in one.changes] == [each.content for each in other.changes]
    [text] = [each.change.data["letter"]["text"] for each in one.changes if each.change.to]
    [link] = re.findall(rf"{OUTSIDE}(\S+)", text)
    assert link == "/unsubscribe/preview?in=en"
    before = listed(workspace)
    assert "This is a link in a preview." in words(client.post(link, data=ONE_CLICK).text)
    assert listed(workspace) == before


def test_an_old_link_works_for_as_long_as_the_ledger_lives(sent, workspace, time_now):
    link = link_in(sent[ANA])
    time_now.move(days=400)
    app = make_app(workspace.folder, clock=Clock(read=time_now))  # started anew
    TestClient(app, base_url=OUTSIDE).post(link, data=ONE_CLICK)
    assert is_listed(workspace)


def test_another_workspace_does_not_take_it(sent, workspace, tmp_path, time_now):
    other = tmp_path / "other"
    other.mkdir()
    (other / "sheetflow.yaml").write_bytes((workspace.folder / "sheetflow.yaml").read_bytes())
    client = TestClient(make_app(other, clock=Clock(read=time_now)), base_url=OUTSIDE)
    assert client.post(link_in(sent[ANA]), data=ONE_CLICK).status_code == 404
    assert not (other / "sheetflow.db").exists()  # who has no ledger has sent nothing
    theirs = Workspace.open(other)
    theirs.ledger(read_only=False).close()
    assert client.post(link_in(sent[ANA]), data=ONE_CLICK).status_code == 404
    assert not listed(theirs)


@pytest.mark.parametrize("change", [lambda t: t[:-1], lambda t: t[:-1] + "AB", lambda t: "A" * 64])
def test_forged_tokens_change_nothing_and_learn_nothing(client, sent, workspace, change):
    token = link_in(sent[ANA]).partition("?")[0].rpartition("/")[2]
    answer = client.post(f"/unsubscribe/{change(token)}", data=ONE_CLICK)
    assert answer.status_code == 404
    assert "This link does not work." in words(answer.text)
    assert not listed(workspace)
    with workspace.ledger() as ledger:
        assert who_unsubscribes(ledger.salt, token) == keyed(ledger.salt, ANA)


def test_whoever_tries_many_is_told_to_wait_and_others_are_not(client, sent, workspace, time_now):
    codes = [client.get(f"/unsubscribe/{n:064}").status_code for n in range(25)]
    assert set(codes) == {404, 429}
    assert client.get(link_in(sent[ANA])).status_code == 200
    time_now.move(minutes=2)
    assert client.get(f"/unsubscribe/{1:064}").status_code == 404


def test_pressing_again_and_again_is_bounded(client, sent):
    link = link_in(sent[ANA])
    codes = [client.post(link, data=ONE_CLICK).status_code for _ in range(25)]
    assert codes[0] == 200
    assert codes[-1] == 429


def test_no_other_verb_and_no_other_name_is_answered(client, sent):
    link = link_in(sent[ANA])
    assert client.put(link, data=ONE_CLICK).status_code == 405
    assert client.delete(link).status_code == 405
    assert client.post(link, data=ONE_CLICK, headers={"host": "evil.example"}).status_code == 421


@pytest.mark.parametrize(
    ("query", "accept", "language", "direction"),
    [
        ("?in=es-MX", "de", "es", "ltr"),
        ("", "fr-CH, fr;q=0.9", "fr", "ltr"),
        ("?in=ar", "", "ar", "rtl"),
        ("?in=xx", "de", "de", "ltr"),
        ("?in=xx", "yy", "en", "ltr"),
    ],
)
def test_it_speaks_the_readers_language(client, sent, query, accept, language, direction):
    link = link_in(sent[ANA]).partition("?")[0] + query
    page = client.get(link, headers={"accept-language": accept}).text
    assert f'<html lang="{language}" dir="{direction}">' in page


def test_a_senders_own_page_wins_and_without_a_public_url_nothing_is_said(folder, time_now):
    settings = folder / "sheetflow.yaml"
    fresh = Workspace.open(folder, clock=Clock(read=time_now))
    first = next(filter(_is_mail, plan_recipe(fresh.recipe("welcome"), fresh).changes))
    assert "unsubscribe" not in first.change.data["letter"]["text"]
    text = settings.read_text("utf-8")
    assert "    by: outbox\n" in text
    text = text.replace(
        "    by: outbox\n", "    by: outbox\n    unsubscribe: https://us.example/stop\n"
    )
    settings.write_text(f"{text}\npublic_url: {OUTSIDE}\n", "utf-8")
    fresh = Workspace.open(folder, clock=Clock(read=time_now))
    first = next(filter(_is_mail, plan_recipe(fresh.recipe("welcome"), fresh).changes))
    assert "https://us.example/stop" in first.change.data["letter"]["text"]
    assert OUTSIDE not in str(first.change.data)


def _is_mail(entry) -> bool:
    return bool(entry.change.to)
