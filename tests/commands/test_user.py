"""`sheetflow user`: who may open the dashboard."""

from __future__ import annotations

import io

from sheetflow.web.users import Users, fits

PASSWORD = "four words of nothing"


def test_a_user_is_added_shown_and_removed(call, workspace, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n"))
    said = call("user", "add", "Lee", "--role", "approver", "--password-stdin")
    assert (said.code, said.out) == (0, "Lee may open the dashboard as approver.\n")
    assert fits(Users(workspace).named("lee"), PASSWORD)
    assert call("user", "list").out == "Lee: approver\n"
    gone = call("user", "remove", "LEE").out
    assert gone.startswith("LEE may not open the dashboard any more.\nThere is no user, so nobody")
    assert " ".join(call("user", "list").out.split()) in " ".join(gone.split())
    assert call("user", "remove", "lee").code == 2


def test_before_there_was_a_user_this_machine_needs_no_login(call):
    said = call("user", "list").out
    assert said == "There is no user: only this machine itself can open the dashboard.\n"


def test_a_user_of_a_proxy_needs_no_password(call):
    call("user", "add", "kim", "--no-password")
    assert call("user", "list").out == "kim: viewer, through a reverse proxy only\n"


def test_a_short_password_and_an_odd_name_are_refused(call, workspace, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("short\n"))
    said = call("user", "add", "lee", "--password-stdin")
    assert (said.code, "10 to 256 characters" in said.err) == (2, True)
    assert call("user", "add", "../lee", "--no-password").code == 2
    assert not (workspace / "users.yaml").exists()


def test_nobody_is_asked_where_nobody_is(call, workspace):
    said = call("user", "add", "lee")
    assert said.code == 2
    assert not (workspace / "users.yaml").exists()
