"""The dashboard beside what monitors ask."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from starlette.testclient import TestClient

from sheetflow.errors import SetupError
from sheetflow.hosting import endpoints
from sheetflow.hosting.endpoints import PATHS, Endpoints, application, only_there
from sheetflow.hosting.health import Health
from sheetflow.hosting.sight import must_be_long
from sheetflow.secrets import Secret
from sheetflow.web.app import beside, make_app, make_public_app
from sheetflow.web.hardening import HEADERS
from tests.web.conftest import HERE

TOKEN = "a-token-that-nobody-would-guess"
KEPT = Secret(TOKEN)


@pytest.fixture
def asked(folder, now, monkeypatch):
    """Asks one of the addresses of monitors, of a scheduler with a trouble that is private."""
    health = Health(now, troubles=("The recipe secret-recipe hangs.",))
    serving = SimpleNamespace(
        overseer=SimpleNamespace(health=health), ready=False, trouble="secret-recipe is broken"
    )
    monkeypatch.setattr(endpoints, "_figures", lambda _: "sheetflow_healthy 0.0\n")

    def ask(path, *, peer="127.0.0.1", url=HERE, token=KEPT, **headers):
        app = beside(make_app(folder), application(serving, token), PATHS)
        client = TestClient(app, base_url=url, client=(peer, 1))
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return client.get(path, headers=named)

    return ask


def test_this_machine_is_told_everything(asked):
    assert asked("/healthz").text == "The recipe secret-recipe hangs.\n"
    assert asked("/readyz").text == "secret-recipe is broken\n"
    assert asked("/metrics").text == "sheetflow_healthy 0.0\n"


FAR = [
    {"peer": "203.0.113.9"},
    {"peer": "203.0.113.9", "url": "http://flow.example.org"},
    {"url": "http://evil.example"},
    {"x_forwarded_for": "203.0.113.9"},
    {"via": "1.1 proxy"},
    {"forwarded": "for=203.0.113.9"},
]


@pytest.mark.parametrize("far", FAR)
def test_everybody_else_is_told_one_word(asked, far):
    assert (asked("/healthz", **far).text, asked("/healthz", **far).status_code) == (
        "not well\n",
        503,
    )
    assert asked("/healthz", **far, accept="application/json").text == "not well\n"
    assert asked("/readyz", **far).text == "not ready\n"
    figures = asked("/metrics", **far)
    assert (figures.status_code, "sheetflow_" in figures.text) == (401, False)


@pytest.mark.parametrize("far", [{}, *FAR])
def test_with_the_token_everything_is_told_from_anywhere(asked, far):
    shown = {"authorization": f"Bearer {TOKEN}"}
    assert asked("/metrics", **far, **shown).text == "sheetflow_healthy 0.0\n"
    assert asked("/healthz", **far, **shown).text == "The recipe secret-recipe hangs.\n"


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("shown", ["Bearer", "Bearer ", "Bearer x", f"Basic {TOKEN}", TOKEN, "ü"])
def test_a_token_that_is_wrong_is_told_nothing(asked, path, shown):
    answer = asked(path, authorization=shown.encode())
    assert (answer.status_code, "secret" in answer.text) == (401, False)


def test_without_a_token_no_token_is_the_right_one(asked):
    for shown in ("Bearer ", "Bearer None", "Bearer ***"):
        assert asked("/metrics", token=None, authorization=shown).status_code == 401


def test_a_token_that_could_be_guessed_is_refused():
    with pytest.raises(SetupError, match="fewer than 20 characters"):
        must_be_long(Secret("short"))


@pytest.mark.parametrize("app", [make_app, make_public_app])
@pytest.mark.parametrize("path", [*PATHS, "/nothing", "/icon.svg/", "/answer/x%0a/", "/style/%0a"])
@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_every_answer_is_hardened_and_leads_to_no_name_that_was_claimed(folder, app, path, method):
    whole = beside(app(folder), only_there(), PATHS)
    client = TestClient(whole, base_url="http://evil.example", follow_redirects=False)
    answer = client.request(method, path)
    assert answer.headers.items() >= HEADERS.items()
    assert "location" not in answer.headers


@pytest.mark.parametrize("port", [99_999, -1])
def test_a_port_that_there_cannot_be_is_refused_in_words(folder, port):
    with pytest.raises(SetupError, match=f"{port} is no port"):
        Endpoints(make_app(folder), "127.0.0.1", port)


def test_the_dashboard_is_beside_them(folder):
    client = TestClient(beside(make_app(folder), make_app(folder), ("/healthz",)), base_url=HERE)
    assert client.get("/healthz/more").status_code in (303, 404)
    assert client.get("/login").status_code in (200, 303)
