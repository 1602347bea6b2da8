"""Somebody agrees in a browser once; what is kept signs in by itself from then on."""

from __future__ import annotations

import json
import threading
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from sheetflow_plugins._google_signin import SignsIn

from sheetflow.errors import NotAllowed, SetupError
from sheetflow.secrets import Secret
from tests.network.service import Reply, Scripted, door, scripted

SCOPE = "https://www.googleapis.com/auth/spreadsheets"


class Tables(SignsIn):
    agreed_to: ClassVar = (SCOPE,)


@pytest.fixture
def service():
    with scripted() as running:
        yield running


@pytest.fixture(autouse=True)
def _no_browser(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")  # the look-alike speaks plain HTTP
    monkeypatch.setattr("webbrowser._tryorder", [])


def program(service: Scripted) -> Secret:
    client = {
        "client_id": "123.apps.googleusercontent.com",
        "client_secret": "GOCSPX-hidden",
        "auth_uri": "https://accounts.google.com/o/oauth2/auth",
        "token_uri": f"{service.url}/token",
    }
    return Secret(json.dumps({"installed": client}))


class Person:
    """Opens the page they are told of, and answers on it."""

    def __init__(self, **answer: str) -> None:
        self.answer = answer
        self.pages: list[dict[str, list[str]]] = []
        self._browser: threading.Thread | None = None

    def __call__(self, text: str) -> None:
        query = parse_qs(urlsplit(text.partition("\n")[2]).query)
        self.pages.append(query)
        back = query["redirect_uri"][0], {**self.answer, "state": query["state"][0]}
        self._browser = threading.Thread(target=self._go, args=back)
        self._browser.start()

    def _go(self, url: str, query: dict[str, str]) -> None:
        requests.get(url, params=query, timeout=5)

    def closes_the_browser(self) -> None:
        assert self._browser is not None
        self._browser.join()


def granted(**more: str) -> Reply:
    body = {"access_token": "ya29.one", "expires_in": 3599, "token_type": "Bearer", **more}
    return Reply(body=json.dumps(body).encode())


def test_what_somebody_agreed_to_is_kept_as_gspread_keeps_it(service: Scripted):
    service.replies = [granted(refresh_token="1//again", scope=SCOPE)]
    person = Person(code="4/yes")
    kept = Tables.sign_in(program(service), door(may_write=False), person)
    person.closes_the_browser()
    assert json.loads(kept.reveal()) == {
        "type": "authorized_user",
        "refresh_token": "1//again",
        "token_uri": f"{service.url}/token",
        "client_id": "123.apps.googleusercontent.com",
        "client_secret": "GOCSPX-hidden",
        "scopes": [SCOPE],
        "universe_domain": "googleapis.com",
        "account": "",
    }
    (page,) = person.pages
    assert page["scope"] == [SCOPE]
    assert page["access_type"] == ["offline"]
    assert page["code_challenge_method"] == ["S256"]
    (_, path, body) = service.asked[0]
    sent = parse_qs(body.decode())
    assert (path, sent["code"], sent["grant_type"]) == (
        "/token",
        ["4/yes"],
        ["authorization_code"],
    )


def test_who_does_not_agree_is_not_signed_in(service: Scripted):
    person = Person(error="access_denied")
    with pytest.raises(NotAllowed, match=r"Nobody is signed in: access_denied\."):
        Tables.sign_in(program(service), door(may_write=False), person)
    person.closes_the_browser()
    assert service.asked == []


def test_without_a_way_to_sign_in_again_nothing_is_kept(service: Scripted):
    service.replies = [granted()]
    person = Person(code="4/yes")
    with pytest.raises(NotAllowed, match="how to sign in again later"):
        Tables.sign_in(program(service), door(may_write=False), person)
    person.closes_the_browser()


@pytest.mark.parametrize(
    "text", ['{"type": "service_account"}', '{"refresh_token": "x"}', "{} {}", "nonsense", "[]"]
)
def test_anything_else_is_kept_as_it_is(text: str):
    given = Secret(text)
    assert Tables.sign_in(given, door(), lambda _: None) is given


@pytest.mark.parametrize("elsewhere", ["auth_uri", "token_uri"])
def test_a_file_that_sends_tokens_elsewhere_is_refused(elsewhere: str):
    usual = dict.fromkeys(("auth_uri", "token_uri"), "https://oauth2.googleapis.com/token")
    given = {elsewhere: "https://evil.example/token"}
    client = {"client_id": "1", "client_secret": "2", **usual, **given}
    with pytest.raises(SetupError, match="elsewhere than to Google"):
        Tables.sign_in(Secret(json.dumps({"installed": client})), door(), lambda _: None)


@pytest.mark.parametrize("cut", [{}, [], {"client_id": "1", "client_secret": 2}])
def test_a_file_that_is_cut_short_is_told_in_words(cut: object):
    with pytest.raises(SetupError, match="not whole"):
        Tables.sign_in(Secret(json.dumps({"installed": cut})), door(), lambda _: None)


def test_the_file_of_a_web_application_is_told_apart():
    with pytest.raises(SetupError, match="of the kind Desktop app"):
        Tables.sign_in(Secret('{"web": {}}'), door(), lambda _: None)
