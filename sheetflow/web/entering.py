"""Logging in and out."""

from __future__ import annotations

import math

from starlette.responses import RedirectResponse, Response

from sheetflow.reporting.groups import counted
from sheetflow.web.access import neighbourhood
from sheetflow.web.keeping import proof_of
from sheetflow.web.pages import page
from sheetflow.web.users import LONGEST, fits
from sheetflow.web.visit import Visit, peer

WRONG = "This name and this password do not belong together."
"""Said for a wrong password and for a name that nobody has, so that nobody learns who is here."""


def login(visit: Visit) -> Response:
    """The form; whoever is in already goes on."""
    if visit.role is not None:
        return RedirectResponse("/", 303)
    return _form(visit)


def log_in(visit: Visit) -> Response:
    """Let somebody in under a fresh session, or say no, later and later."""
    name = visit.form.get("name", "").strip()[:100]
    password = visit.form.get("password", "")
    address = neighbourhood(peer(visit.request))
    wait = visit.site.attempts.begin(name, address)
    if wait.total_seconds() > 0:
        return _wait(visit, math.ceil(wait.total_seconds()))
    user = visit.site.users.named(name)
    if len(password) > LONGEST or not fits(user, password) or user is None:
        return _form(visit, WRONG, status=403)
    visit.site.attempts.forgive(name, address)
    visit.site.sessions.close(visit.session)
    visit.session = visit.site.sessions.open(user.name, user.role, proof_of(user.password))
    return visit.done("/", f"You are logged in as {user.name}.")


def log_out(visit: Visit) -> Response:
    """End the session; its cookie is worth nothing from now on."""
    visit.site.sessions.close(visit.session)
    visit.session = visit.site.sessions.open()
    return visit.done("/login", "You are logged out.")


def _wait(visit: Visit, seconds: int) -> Response:
    again = counted(seconds, "second") if seconds < 120 else counted(seconds // 60 + 1, "minute")
    response = _form(visit, f"Too many tries. Try again in {again}.", status=429)
    response.headers["retry-after"] = str(seconds)
    return response


def _form(visit: Visit, error: str = "", *, status: int = 200) -> Response:
    return page(
        visit.session, "login.html", status=status, title="Log in", visit=visit, error=error
    )
