"""/unsubscribe/TOKEN: whoever has the link gets no more mail, by a button or one click (RFC 8058).

A mail service sends `List-Unsubscribe=One-Click` here without asking anybody; that is what the
header of the mail allows it. Opening the page changes nothing: scanners open every link of a mail.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from email.message import Message
from email.parser import BytesParser
from urllib.parse import parse_qsl

from starlette.responses import Response

from sheetflow.ledger.decisions import read_suppression
from sheetflow.ledger.records import BY_LINK, Suppression
from sheetflow.ledger.store import Ledger
from sheetflow.plugin.links import PREVIEW, UNSUBSCRIBE
from sheetflow.runner.linking import who_unsubscribes
from sheetflow.web.access import neighbourhood
from sheetflow.web.hooks import FREE, Forgers
from sheetflow.web.public import Asked, PublicPage
from sheetflow.web.public_page import Button, Told, shown
from sheetflow.web.public_words import PublicWords, words_in
from sheetflow.web.visit import peer

FIELD, VALUE = "List-Unsubscribe", "One-Click"
"""What RFC 8058 has a mail service send."""
UNDO = timedelta(hours=24)
"""How long whoever has the link can take it back; a forwarded mail must not do it much later."""
LARGEST_BODY = 8 * 1024
FIELDS = 20


def page() -> PublicPage:
    """The page, with its own count of what is made up and of what is pressed too often."""
    forgers, pressers = Forgers(), Forgers()

    def unsubscribe(asked: Asked) -> Response:
        return _answer(asked, forgers.counted, pressers.counted)

    return PublicPage(f"{UNSUBSCRIBE}{{token}}", unsubscribe, ("GET", "POST"), LARGEST_BODY)


def _answer(
    asked: Asked,
    made_up: Callable[..., int],
    pressed: Callable[..., int],
) -> Response:
    workspace, now = asked.site.workspace(), asked.site.clock.now()
    organization, headers = workspace.settings.organization, asked.request.headers
    wanted = asked.request.query_params.get("in", "")
    words = words_in(wanted, headers.get("accept-language", ""), organization.language)

    def told(what: Told) -> Response:
        return shown(what, words, organization.name)

    token = asked.path["token"]
    if token == PREVIEW:
        return told(Told(words.preview, after=[words.preview_hint]))
    with workspace.ledger() as ledger:
        whom = who_unsubscribes(ledger.salt, token)
        if whom is None:
            count = made_up(neighbourhood(peer(asked.request)), now)
            return told(_too_often(words) if count > FREE else _broken(words))
        listed = _listed(ledger, whom)
    if not asked.is_post:
        return told(_as_it_is(listed, words, asked))
    if pressed(whom, now) > FREE:
        return told(_too_often(words))
    with workspace.ledger(read_only=False) as ledger:
        return told(_done(asked, ledger, whom, words))


def _done(asked: Asked, ledger: Ledger, whom: str, words: PublicWords) -> Told:
    """What was asked for is done at once, whatever runs or stands still."""
    fields, now = dict(fields_of(asked)), asked.site.clock.now()
    if fields.get("undo") == "yes":
        listed = _listed(ledger, whom)
        if listed is not None and _can_be_undone(listed, asked):
            ledger.decisions.lift(whom, put_by=BY_LINK)
            listed = _listed(ledger, whom)
        return _as_it_is(listed, words, asked, undone=listed is None)
    if fields.get(FIELD.lower(), "").lower() == VALUE.lower():
        ledger.decisions.suppress(Suppression(whom, "email", "unsubscribed", BY_LINK, now))
        return _as_it_is(_listed(ledger, whom), words, asked, done=True)
    return _broken(words)


def _as_it_is(
    listed: Suppression | None,
    words: PublicWords,
    asked: Asked,
    *,
    done: bool = False,
    undone: bool = False,
) -> Told:
    stop = Button(words.stop_button, FIELD, VALUE)
    if undone:
        return Told(words.undone, button=Button(stop.text, FIELD, VALUE, quiet=True), done=True)
    if listed is None:
        return Told(words.stop_ask, button=stop, after=[words.stop_hint])
    if not _can_be_undone(listed, asked):
        return Told(words.stopped, done=done)
    undo = Button(words.undo_button, "undo", "yes", quiet=True)
    return Told(words.stopped, "", [words.stopped_hint, words.undo_hint], undo, done=done)


def _can_be_undone(listed: Suppression, asked: Asked) -> bool:
    return listed.who == BY_LINK and asked.site.clock.now() - listed.since <= UNDO


def _listed(ledger: Ledger, whom: str) -> Suppression | None:
    with ledger.database.reading() as connection:
        return read_suppression(connection, whom)


def _broken(words: PublicWords) -> Told:
    return Told(words.broken, after=[words.broken_hint], status=404)


def _too_often(words: PublicWords) -> Told:
    return Told(words.too_often, after=[words.later], status=429)


def fields_of(asked: Asked) -> Iterator[tuple[str, str]]:
    """The fields of a form, each name in small letters: of a browser's, or in parts (RFC 7578)."""
    kind = asked.request.headers.get("content-type", "")
    if kind.lower().startswith("multipart/form-data"):
        head = f"Content-Type: {kind[:300]}\r\n\r\n".encode("latin-1", "replace")
        for part in BytesParser().parsebytes(head + asked.body).walk():
            name = _name_of(part)
            if isinstance(name, str):
                yield name.lower(), _text(part)
        return
    try:
        for name, value in parse_qsl(asked.body.decode("ascii"), max_num_fields=FIELDS):
            yield name.lower(), value
    except ValueError:
        return


def _name_of(part: Message) -> object:
    """The name of a part as it is written there; None for one that cannot be read."""
    try:
        return part.get_param("name", header="content-disposition")
    except (TypeError, ValueError):  # the library's, over parameters in pieces that do not fit
        return None


def _text(part: Message) -> str:
    content = part.get_payload(decode=True)
    return content.decode("ascii", "replace").strip() if isinstance(content, bytes) else ""
