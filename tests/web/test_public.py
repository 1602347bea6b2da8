"""What anybody may open without a login, under which names, and that it opens nothing else."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient

from sheetflow.clock import Clock
from sheetflow.errors import LedgerBusy
from sheetflow.web.access import Access
from sheetflow.web.app import DONE, PUBLIC, SEEN, make_app
from sheetflow.web.pages import style_path
from sheetflow.web.public import PublicPage, public_routes
from sheetflow.web.site import Site
from tests.web.conftest import HERE

OUTSIDE = "https://flow.example.org"


@pytest.fixture
def public(folder):
    """The workspace of `folder`, reached from outside under a name."""
    settings = folder / "sheetflow.yaml"
    settings.write_text(settings.read_text("utf-8") + f"\npublic_url: {OUTSIDE}\n", "utf-8")
    return folder


def stranger(folder, url=OUTSIDE, peer="203.0.113.9"):
    return TestClient(make_app(folder), base_url=url, client=(peer, 1), follow_redirects=False)


@pytest.mark.parametrize("url", [OUTSIDE, f"{OUTSIDE}:8443", "https://FLOW.example.org.", HERE])
def test_public_pages_are_answered_under_the_public_name_and_here(public, url):
    assert stranger(public, url).get(style_path()).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "x.flow.example.org", "flow.example.org.x", ""])
def test_public_pages_are_answered_under_no_other_name(public, host):
    answer = stranger(public).get(style_path(), headers={"host": host})
    assert answer.status_code == 421


def test_without_a_public_url_no_name_is_public(folder):
    assert stranger(folder).get(style_path()).status_code == 421


@pytest.mark.parametrize("path", sorted({*SEEN, *DONE, "/", "/login", "/nothing"}))
def test_nothing_of_the_dashboard_is_opened_by_the_public_name(public, path):
    client = stranger(public, peer="127.0.0.1")
    path = path.format(recipe="welcome", person="x", run="x", cause="x", change="x")
    assert client.get(path).status_code == 421
    assert client.post(path, data={}).status_code == 421


def test_a_proxy_that_hides_itself_does_not_let_the_world_in_without_a_login(public):
    """nginx names us by our own name, and says nothing of whom it passes on, unless it is told."""
    answer = stranger(public, HERE, peer="127.0.0.1").get("/")
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")


def test_the_public_url_is_read_anew_and_outlives_a_mistake_in_the_settings(public):
    client = stranger(public)
    settings = public / "sheetflow.yaml"
    text = settings.read_text("utf-8")
    assert client.get(style_path()).status_code == 200
    settings.write_text(f"{text}nonsense: 1\n", "utf-8")
    assert client.get(style_path()).status_code == 200
    settings.write_text(text.replace("flow.example.org", "go.example.org"), "utf-8")
    assert client.get(style_path()).status_code == 421


def with_page(folder, view, **more):
    site = Site(folder, Access(), Clock())
    page = PublicPage("/it", view, ("GET", "POST"), **more)
    return TestClient(Starlette(routes=public_routes(site, [page])), base_url=HERE)


def test_a_page_is_handed_the_body_as_it_came_up_to_its_bound(folder):
    client = with_page(folder, lambda it: PlainTextResponse(it.body), largest_body=5)
    assert client.post("/it", content=b"\x00a=b&").content == b"\x00a=b&"
    assert client.post("/it", content=b"123456").status_code == 413
    assert client.post("/it", content=iter([b"1234", b"56"])).status_code == 413
    assert client.put("/it", content=b"").status_code == 405


def test_what_goes_wrong_is_not_told_to_strangers(folder):
    for error in (LedgerBusy("/srv/secret is busy"), ValueError("ana@example.org")):

        def fails(_asked, error=error):
            raise error

        answer = with_page(folder, fails).get("/it")
        assert answer.status_code == 503
        assert answer.text == "This does not work just now. Please try again later.\n"


def test_every_answer_asks_to_be_kept_out_of_lists_frames_and_caches(public):
    answer = stranger(public).get("/icon.svg")
    assert answer.headers["x-robots-tag"] == "noindex"
    assert answer.headers["x-frame-options"] == "DENY"
    assert "set-cookie" not in answer.headers
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_public_pages_take_no_path_of_the_dashboard():
    assert not {page.path for page in PUBLIC} & {*SEEN, *DONE, "/login"}
