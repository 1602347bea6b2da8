"""Logins and tries outlive the process, and hold for two copies of the dashboard."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from sheetflow.clock import Clock
from sheetflow.ledger.logins import sessions, tries
from sheetflow.web.app import make_app
from sheetflow.workspace import Workspace
from tests.web.conftest import HERE, PASSWORD, Browser, words


@pytest.fixture
def copy(folder, users, time_now, ran):
    """Another copy of the dashboard over the same ledger, as after a restart, too."""

    def opened() -> Browser:
        app = make_app(folder, clock=Clock(read=time_now))
        return Browser(TestClient(app, base_url=HERE, client=("127.0.0.1", 40_000)))

    return opened


def logged_in(browser: Browser, name: str = "ada", password: str = PASSWORD) -> Browser:
    browser.post("/login", page="/login", name=name, password=password)
    return browser


def moved(browser: Browser, other: Browser) -> Browser:
    """The same browser, sent to another copy by a balancer."""
    other.client.cookies = browser.client.cookies
    return other


def test_who_is_logged_in_stays_so_over_a_restart(copy):
    browser = moved(logged_in(copy()), copy())
    assert "ada (admin)" in browser.text("/")
    assert browser.post("/pause").status_code == 200


def test_a_form_of_one_copy_is_taken_by_the_other(copy, folder):
    one = logged_in(copy())
    form = one.csrf("/people")
    other = moved(one, copy())
    said = other.post("/people", csrf=form, person="ana@example.org")
    assert "Ana" in words(said.text)


def test_logging_out_of_one_copy_logs_out_of_the_other(copy):
    one, other = logged_in(copy()), copy()
    moved(one, other)
    token = dict(one.client.cookies)
    assert other.get("/").url.path == "/"
    other.post("/logout", page="/")
    one.client.cookies.update(token)
    assert one.get("/").url.path == "/login"


def test_a_kept_session_ends_with_its_password_and_with_time(
    copy, users, hashed_password, time_now
):
    from sheetflow.web.access import Role
    from sheetflow.web.users import User

    browser = logged_in(copy())
    time_now.move(hours=9)
    assert moved(browser, copy()).get("/").url.path == "/login"
    browser = logged_in(copy())
    users.keep(User("ada", Role.ADMIN, hashed_password + "x"))
    assert moved(browser, copy()).get("/").url.path == "/login"


def test_a_session_in_use_stays_alive_for_both_and_ends_at_last(copy, time_now):
    one, other = logged_in(copy()), copy()
    for hours in range(0, 24 * 6, 6):
        time_now.move(hours=6)
        browser = one if hours % 12 else moved(one, other)
        assert browser.get("/").url.path == "/", hours
    time_now.move(hours=6 * 5)
    assert one.get("/").url.path == "/login"


def test_a_role_that_changed_counts_in_a_session_from_before(copy, users, hashed_password):
    from sheetflow.web.access import Role
    from sheetflow.web.users import User

    browser = logged_in(copy())
    users.keep(User("ada", Role.VIEWER, hashed_password))
    other = moved(browser, copy())
    assert "ada (viewer)" in other.text("/")
    assert other.post("/pause").status_code == 403


def test_tries_count_for_every_copy_and_over_restarts(copy):
    for _ in range(5):
        logged_in(copy(), password="wrong wrong wrong")
    said = logged_in(copy()).get("/")
    assert said.url.path == "/login"
    answer = copy().post("/login", page="/login", name="ada", password=PASSWORD)
    assert answer.status_code == 429


def test_what_is_kept_names_no_token_no_name_that_tried_and_no_address(copy, folder, ran):
    browser = logged_in(copy())
    logged_in(copy(), "secretname", "wrong wrong wrong")
    with Workspace.open(folder).ledger() as ledger, ledger.database.reading() as connection:
        kept = [*connection.execute(select(sessions)), *connection.execute(select(tries))]
    said = " ".join(str(each) for line in kept for each in line)
    assert len(kept) >= 3
    for secret in (browser.client.cookies["sheetflow"], "secretname", "127.0.0.1", "argon2"):
        assert secret not in said


def test_nobody_is_locked_out_while_the_ledger_cannot_be_read(copy, folder, users):
    (folder / "sheetflow.db").write_bytes(b"this is no ledger at all" * 99)
    for name in ("sheetflow.db-wal", "sheetflow.db-shm"):
        (folder / name).unlink(missing_ok=True)
    browser = logged_in(copy())
    assert "ada (admin)" in browser.text("/people")
    for _ in range(6):
        answer = browser.post("/login", page="/people", name="vi", password="wrong wrong wrong")
    assert answer.status_code == 429
