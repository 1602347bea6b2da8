"""Pages as HTML: one layout, one style sheet, nothing run, nothing fetched from elsewhere."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from starlette.responses import HTMLResponse, Response

from sheetflow.errors import ProblemsFound, SheetflowError
from sheetflow.ledger.backups import CURE
from sheetflow.reporting.groups import counted, one_line, when
from sheetflow.runner.answering import ANSWERS

if TYPE_CHECKING:
    from jinja2 import Environment

    from sheetflow.web.sessions import Session


def page(session: Session, template: str, *, status: int = 200, **context: Any) -> Response:
    """A page of the dashboard, with what is to be told to this browser once."""
    html = (
        _environment()
        .get_template(template)
        .render(
            session=session,
            said=session.take_said(),
            csrf=session.csrf,
            style=style_path(),
            **context,
        )
    )
    return HTMLResponse(html, status)


def public_page(status: int, **context: Any) -> Response:
    """A page that anybody may open: it knows nobody, and tells no other site where one was."""
    html = _environment().get_template("public.html").render(style=style_path(), **context)
    return HTMLResponse(html, status, headers={"referrer-policy": "no-referrer"})


def shown_refusal(session: Session, status: int, text: str) -> Response:
    """A page that says why something is not done."""
    return _told(session, status, "Not done", text)


def problem(session: Session, error: SheetflowError, status: int) -> Response:
    """A page with an error's sentence, and what to do about it."""
    if not isinstance(error, ProblemsFound):
        said, cure = asked_in(error.message), asked_in(error.hint)
        asks = said.asks or cure.asks
        return _told(session, status, "Not possible", said.text, cure.text, asks=asks)
    text, hint = "There are mistakes in the workspace's files.", "sheetflow check tells them too."
    return _told(session, status, "Not possible", text, hint, list(map(str, error.problems)))


@dataclass(frozen=True)
class InQuestion:
    """A sentence as a page says it, and whether it asks which of ledger and sheets is right."""

    text: str
    asks: bool


def asked_in(text: str) -> InQuestion:
    """The sentence without the command that a host would type: here there is a page for it."""
    if CURE in text:
        return InQuestion(text.replace(CURE, _CURE_HERE), asks=True)
    if text.endswith(_COMMAND):
        return InQuestion(f"{text.removesuffix(_COMMAND)}.", asks=True)
    return InQuestion(text, asks=False)


_COMMAND = ": sheetflow restored"
_CURE_HERE = "Put the right one back; or, if this is the latest there is, say what is right."


def _told(
    session: Session,
    status: int,
    title: str,
    text: str,
    hint: str = "",
    many: Sequence[str] = (),
    *,
    asks: bool = False,
) -> Response:
    said = {"title": title, "text": text, "hint": hint, "many": list(many), "asks": asks}
    return page(session, "problem.html", status=status, **said)


def moment(at: datetime, zone: tzinfo) -> dict[str, str]:
    """A moment as pages show it, for people and for programs."""
    local = at.astimezone(zone)
    return {"iso": local.isoformat(timespec="seconds"), "words": when(local)}


def recipe_path(name: str) -> str:
    """Where the page of a recipe is; "" for what answers are filed under, which is none."""
    return "" if name == ANSWERS else f"/recipes/{quote(name, safe='')}"


def style() -> bytes:
    """The one style sheet: that of a plan's page, and what the dashboard adds."""
    parts = (("sheetflow.reporting", "page.css"), ("sheetflow.web", "templates/site.css"))
    texts = (files(room).joinpath(name).read_text(encoding="utf-8") for room, name in parts)
    return "\n".join(texts).encode()


@lru_cache(maxsize=1)
def style_path() -> str:
    """Where it is found: under a name that changes with it, so that browsers may keep it."""
    return f"/style/{hashlib.sha256(style()).hexdigest()[:16]}.css"


def icon() -> bytes:
    """The mark in a browser's tab."""
    return files("sheetflow.web").joinpath("templates/icon.svg").read_bytes()


@lru_cache(maxsize=1)
def _environment() -> Environment:
    from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=ChoiceLoader(
            [PackageLoader("sheetflow.web", "templates"), PackageLoader("sheetflow.reporting", "")]
        ),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,  # templates come with the program: nobody changes them under it
    )
    environment.filters.update(line=one_line)
    environment.globals.update(counted=counted)
    return environment
