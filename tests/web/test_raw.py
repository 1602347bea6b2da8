"""What no browser sends: bytes that try to get between the lines of HTTP."""

from __future__ import annotations

import re
import socket
from contextlib import suppress

import pytest

from sheetflow.clock import Clock
from sheetflow.web.access import Access
from tests.conftest import BERLIN, NOON
from tests.web.conftest import PASSWORD, serving, write_campaign


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """One dashboard for all that is sent here, for nothing of it is taken."""
    folder = write_campaign(tmp_path_factory.mktemp("raw") / "campaign")
    with serving(folder, Clock.at(NOON, BERLIN)) as address:
        yield address


@pytest.fixture
def raw(served):
    """Sends bytes as they are, and gives all that comes back."""
    place = re.fullmatch(r"http://(.+):(\d+)", served)
    assert place is not None

    def send(data: bytes) -> bytes:
        with socket.create_connection((place[1], int(place[2])), timeout=5) as client:
            client.sendall(data)
            found = b""
            with suppress(TimeoutError):
                while part := client.recv(65_536):
                    found += part
                    client.settimeout(0.2)
        return found

    return send


def heads(answer: bytes) -> list[bytes]:
    """The first line of each answer, and none that stands in a page."""
    return re.findall(rb"^HTTP/1\.1 \d+", answer, re.MULTILINE)


@pytest.mark.parametrize(
    "path",
    [
        b"/%0d%0aSet-Cookie:%20a=b",
        b"/recipes/%0d%0aSet-Cookie:%20a=b",
        b"/people/x%0aSet-Cookie:%20a=b?next=%0d%0aSet-Cookie:%20a=b",
        b"/login?next=//evil.example/%0d%0aLocation:%20//evil.example",
    ],
)
def test_a_path_puts_no_line_of_its_own_among_the_headers(raw, path):
    answer = raw(b"GET " + path + b" HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
    head = answer.partition(b"\r\n\r\n")[0].lower()
    assert b"a=b" not in head
    assert b"evil.example" not in head


@pytest.mark.parametrize(
    "lines",
    [
        b"Host: 127.0.0.1\r\nHost: 127.0.0.1\r\n",
        b"Host: 127.0.0.1, evil.example\r\n",
        b"Host: 127.0.0.1\r\nHost: evil.example\r\n",
        b"Host: 127.0.0.1@evil.example\r\n",
        b"Host: evil.example#127.0.0.1\r\n",
        b"",
    ],
)
def test_a_host_that_says_two_things_is_refused(raw, lines):
    answer = raw(b"GET / HTTP/1.1\r\n" + lines + b"Connection: close\r\n\r\n")
    assert heads(answer)[0] in (b"HTTP/1.1 400", b"HTTP/1.1 421")


def test_a_second_request_cannot_be_hidden_in_the_body_of_the_first(raw):
    hidden = b"GET /runs HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    both = b"Content-Length: %d\r\nTransfer-Encoding: chunked\r\n\r\n" % (len(hidden) + 5)
    answer = raw(b"POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\n" + both + b"0\r\n\r\n" + hidden)
    assert b"HTTP/1.1 200" not in heads(answer)


@pytest.mark.parametrize(
    "length", [b"-1", b"+5", b"0x10", b"5, 6", b"99999999999999999999", b"\xb2"]
)
def test_a_length_that_is_none_is_refused(raw, length):
    answer = raw(
        b"POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: " + length + b"\r\n\r\n12345"
    )
    assert heads(answer) in ([b"HTTP/1.1 400"], [b"HTTP/1.1 413"])


def test_a_body_that_never_says_how_long_it_is_is_read_to_a_limit(raw):
    chunk = b"8000\r\n" + b"a" * 0x8000 + b"\r\n"
    form = b"Content-Type: application/x-www-form-urlencoded\r\n"
    answer = raw(
        b"POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n"
        + form
        + b"\r\n"
        + chunk * 4
        + b"0\r\n\r\n"
    )
    assert heads(answer)[0] == b"HTTP/1.1 413"


def test_headers_without_end_are_not_kept(raw):
    try:
        answer = raw(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"a" * 200_000)
    except OSError:
        return  # hung up on while still talking
    assert heads(answer) in ([], [b"HTTP/1.1 400"])


@pytest.mark.parametrize("claim", [{"x-forwarded-proto": "https"}, {"forwarded": "proto=https"}])
def test_a_stranger_who_claims_tls_gets_no_cookie_of_tls(users, opened, claim):
    access = Access("0.0.0.0", frozenset({"flow.example.org"}))
    browser = opened(access=access, peer="203.0.113.9", url="http://flow.example.org")
    cookie = browser.get("/login", headers=claim).headers["set-cookie"]
    assert cookie.startswith("sheetflow=")
    assert "Secure" not in cookie


def test_a_claimed_host_changes_no_address_that_we_name(users, opened):
    browser = opened()
    claims = {"x-forwarded-host": "evil.example", "x-original-url": "/runs", "x-rewrite-url": "/"}
    page = browser.get("/login", headers=claims)
    assert "evil.example" not in page.text
    went = browser.client.get("/runs", headers=claims, follow_redirects=False)
    assert went.headers["location"] == "/login"


def test_what_a_proxy_may_name_a_client_may_not_add_to(users, opened):
    access = Access(hosts=frozenset({"localhost"}), proxy_header="x-user")
    browser = opened(access=access)
    twice = [("x-user", "ada"), ("x-user", "vi")]
    assert browser.client.get("/", headers=twice).url.path == "/login"


def test_a_login_gives_a_new_cookie_and_the_old_one_is_worth_nothing(users, opened):
    browser = opened()
    browser.get("/login")
    before = browser.client.cookies["sheetflow"]
    browser.post("/login", page="/login", name="ada", password=PASSWORD)
    after = browser.client.cookies["sheetflow"]
    assert before != after
    stranger = opened()
    stranger.client.cookies.set("sheetflow", before, domain="localhost.local", path="/")
    assert stranger.get("/").url.path == "/login"


def test_no_answer_is_kept_by_anybody_between(browser, ran):
    for path in ("/", "/runs", "/pictures", "/people", "/login", "/nothing"):
        assert browser.get(path).headers["cache-control"] == "no-store"
