"""Logging in and out: with a password, through a proxy, too often, and for how long."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher, extract_parameters
from hypothesis import given, strategies as st

from sheetflow.clock import Clock
from sheetflow.errors import SetupError
from sheetflow.web import users as users_module
from sheetflow.web.access import Access, Role
from sheetflow.web.attempts import FREE, LONGEST_WAIT, Attempts
from sheetflow.web.users import FILE, User, Users, fits, hashed
from tests.web.conftest import PASSWORD, token, words

WRONG = "This name and this password do not belong together."
HEADER = "X-Remote-User"


def try_to_log_in(browser, name="ada", password="not it at all"):
    return browser.post("/login", page="/login", name=name, password=password)


def test_somebody_logs_in_and_out(logged_in):
    browser = logged_in("ada")
    assert "ada (admin)" in browser.text("/")
    before = browser.client.cookies["sheetflow"]
    assert "You are logged out." in words(browser.post("/logout").text)
    assert browser.client.cookies["sheetflow"] != before
    browser.client.cookies.set("sheetflow", before)
    assert browser.get("/").url.path == "/login"


def test_a_wrong_password_and_a_name_that_nobody_has_get_the_same_answer(users, browser):
    answers = [try_to_log_in(browser), try_to_log_in(browser, name="nobody-here")]
    assert [answer.status_code for answer in answers] == [403, 403]
    assert [WRONG in words(answer.text) for answer in answers] == [True, True]


def test_a_name_that_nobody_has_takes_as_long_to_refuse(users):
    usual = extract_parameters(hashed("a long enough one"))
    assert extract_parameters(users_module._NOBODYS) == usual
    assert not fits(None, PASSWORD)
    assert not fits(User("x", Role.VIEWER), "")


def test_names_are_the_same_in_capitals(users, browser):
    assert "logged in as ada" in words(try_to_log_in(browser, "ADA", PASSWORD).text)


def test_who_tries_too_often_waits_longer_and_longer(users, browser, time_now):
    for _ in range(FREE):
        assert try_to_log_in(browser).status_code == 403
    answer = try_to_log_in(browser, password=PASSWORD)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "2")
    assert "Too many tries. Try again in 2 seconds." in words(answer.text)
    time_now.move(seconds=3)
    assert try_to_log_in(browser).status_code == 403
    assert try_to_log_in(browser).headers["retry-after"] == "4"
    time_now.move(seconds=5)
    assert "You are logged in as ada." in words(try_to_log_in(browser, password=PASSWORD).text)


@pytest.fixture
def many_users(users, hashed_password) -> Users:
    """Users name0 to name9, whose passwords are cheap to check."""
    for n in range(10):
        users.keep(User(f"name{n}", Role.VIEWER, hashed_password))
    return users


def test_many_names_from_one_address_are_counted_too(many_users, browser):
    found = [try_to_log_in(browser, name=f"name{n}").status_code for n in range(FREE + 1)]
    assert found == [403] * FREE + [429]


def test_one_name_from_many_addresses_is_counted_too(users, opened):
    access = Access("0.0.0.0", frozenset({"localhost"}))
    found = [
        try_to_log_in(opened(access=access, peer=f"203.0.113.{n}")).status_code
        for n in range(FREE + 1)
    ]
    assert found == [403] * FREE + [429]


def test_a_forwarded_address_is_believed_from_this_machine_alone(many_users, opened):
    access = Access("0.0.0.0", frozenset({"localhost"}))
    browser = opened(access=access, peer="203.0.113.7")
    for n in range(FREE):
        browser.client.headers["x-forwarded-for"] = f"198.51.100.{n}"
        assert try_to_log_in(browser, name=f"name{n}").status_code == 403
    assert try_to_log_in(browser, name="other").status_code == 429


def test_what_a_client_claims_before_a_proxy_adds_its_line_counts_for_nothing(many_users, opened):
    browser = opened()  # some proxies add a line of their own, and leave those of the client
    found = []
    for n in range(FREE + 1):
        claimed = [("x-forwarded-for", f"198.51.100.{n}"), ("x-forwarded-for", "203.0.113.7")]
        browser.client.headers = {}
        page = browser.client.get("/login", headers=claimed)
        fields = {"csrf": token(page.text), "name": f"name{n}", "password": "wrong"}
        found.append(browser.client.post("/login", data=fields, headers=claimed).status_code)
    assert found == [403] * FREE + [429]


def test_ones_own_login_does_not_wipe_out_tries_at_other_names(clock):
    attempts = Attempts(clock)
    for n in range(FREE):
        assert not attempts.begin(f"name{n}", "here").total_seconds() > 0
        if n < FREE - 1:
            assert not attempts.begin("me", "here").total_seconds() > 0
            attempts.forgive("me", "here")
    assert attempts.begin("another", "here").total_seconds() > 0


@given(st.integers(FREE, 200))
def test_nobody_waits_for_longer_than_the_longest_wait(count):
    from datetime import UTC, datetime

    moments = [datetime(2026, 3, 14, tzinfo=UTC)]
    attempts = Attempts(Clock(read=lambda: moments[0]))
    for _ in range(count):
        moments[0] += LONGEST_WAIT
        assert not attempts.begin("ada", "here").total_seconds() > 0
    assert attempts.begin("ada", "here") <= LONGEST_WAIT


def test_a_session_ends_when_nobody_uses_it_and_at_last_anyhow(logged_in, time_now):
    browser = logged_in("ada")
    for _ in range(23):
        time_now.move(hours=7)
        assert browser.get("/").url.path == "/"
    time_now.move(hours=7.5)
    assert browser.get("/").url.path == "/login"
    other = logged_in("ada")
    time_now.move(hours=9)
    assert other.get("/").url.path == "/login"


def test_a_session_ends_with_its_password_and_its_user(logged_in, users):
    browser, other = logged_in("ada"), logged_in("vi")
    users.keep(User("ada", Role.ADMIN, PasswordHasher(1, 8, 1).hash("something else")))
    assert browser.get("/").url.path == "/login"
    users.remove("vi")
    assert other.get("/").url.path == "/login"


def test_a_role_that_is_taken_away_is_gone_at_once(logged_in, users, hashed_password):
    browser = logged_in("ada")
    users.keep(User("ada", Role.VIEWER, hashed_password))
    assert browser.post("/recipes/welcome/off").status_code == 403


@pytest.mark.parametrize("content", [b"users: [", b"\xff", b"users: 1", None])
def test_a_list_of_users_that_cannot_be_read_lets_nobody_in(folder, browser, content):
    if content is None:
        (folder / FILE).mkdir()
    else:
        (folder / FILE).write_bytes(content)
    answer = browser.get("/", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")
    answer = try_to_log_in(browser)
    assert "users.yaml cannot be read, so nobody can log in." in words(answer.text)
    assert str(folder) not in answer.text


def test_who_is_in_is_out_while_the_list_of_users_cannot_be_read(logged_in, folder):
    browser = logged_in("ada")
    (folder / FILE).write_text("users: [", "utf-8")
    assert browser.get("/").url.path == "/login"


@pytest.fixture
def through(users, opened):
    """Somebody as a reverse proxy on this machine lets them in."""
    access = Access(proxy_header=HEADER, hosts=frozenset({"flow.example.org"}))

    def come(name: str, peer: str = "127.0.0.1"):
        url = "http://flow.example.org"
        browser = opened(access=access, peer=peer, url=url)
        if name:
            browser.client.headers[HEADER] = name
        return browser

    return come


def test_a_reverse_proxy_lets_in_whom_it_names(through):
    assert "vi (viewer)" in through("vi").text("/")
    assert "ada (admin)" in through("Ada").text("/")


@pytest.mark.parametrize("name", ["", "nobody", "ada, vi", "ada\u00e9"])
def test_a_proxy_lets_in_nobody_else(through, name):
    headers = {HEADER: name.encode()} if name else {}
    assert through("").get("/", headers=headers).url.path == "/login"


def test_the_header_of_a_stranger_is_not_believed(through):
    assert through("ada", peer="203.0.113.9").get("/").url.path == "/login"


def test_a_session_through_a_proxy_is_of_whom_it_names_now(through):
    browser = through("ada")
    assert "ada (admin)" in browser.text("/")
    browser.client.headers[HEADER] = "vi"
    assert "vi (viewer)" in browser.text("/")
    del browser.client.headers[HEADER]
    assert browser.get("/").url.path == "/login"


def test_without_the_header_asked_for_it_means_nothing(users, browser):
    browser.client.headers[HEADER] = "ada"
    assert browser.get("/").url.path == "/login"


def test_users_are_kept_hashed_in_a_file_of_their_owner_alone(users, folder):
    path = folder / FILE
    assert path.stat().st_mode & 0o777 == 0o600
    assert PASSWORD not in path.read_text("utf-8")
    assert {name: user.role for name, user in Users(folder).all().items()} == {
        "vi": Role.VIEWER,
        "app": Role.APPROVER,
        "ada": Role.ADMIN,
    }


@pytest.mark.parametrize("name", ["", "a b", "../x", "x\n", "-x", "x" * 65, "é"])
def test_odd_names_of_users_are_refused(users, name):
    with pytest.raises(SetupError, match="cannot be the name of a user"):
        users.keep(User(name, Role.VIEWER))


@pytest.mark.parametrize("password", ["", "short", "x" * 257])
def test_a_password_has_a_length(password):
    with pytest.raises(SetupError, match="10 to 256 characters"):
        hashed(password)
