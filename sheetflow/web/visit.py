"""One request: who is here, what they filled in, and whether they may do what they ask for."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from sheetflow.errors import LedgerBusy, SetupError, SheetflowError, TableBusy
from sheetflow.web.access import Role, is_loopback, is_own_name, was_forwarded
from sheetflow.web.hardening import LARGEST_BODY
from sheetflow.web.keeping import proof_of
from sheetflow.web.pages import problem, shown_refusal
from sheetflow.web.sessions import LIFETIME, Said, Session, Undo
from sheetflow.web.site import Busy, Site
from sheetflow.web.users import User

COOKIE = "sheetflow"
FIELDS = 50
"""Fields of a form; ours have a handful."""
OWNER = "whoever sits at this machine"
"""What somebody is called who came in without a name, from the machine itself."""

_log = logging.getLogger("sheetflow.web")


class Refused(Exception):
    """What is asked for is not done; `status` is HTTP's."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.text = text


@dataclass
class Visit:
    """One request of one browser, with what was filled in."""

    site: Site
    request: Request
    session: Session
    form: Mapping[str, str]

    @property
    def who(self) -> str:
        """Under which name decisions are kept."""
        return self.session.name or OWNER

    @property
    def role(self) -> Role | None:
        """What the visitor may do; None for a stranger."""
        return self.session.role

    @property
    def path(self) -> Mapping[str, str]:
        """What stands in the address where the route has a name."""
        return self.request.path_params

    def asked(self, name: str) -> str:
        """One word of the query, or ""."""
        return self.request.query_params.get(name, "")[:200]

    def may(self, role: Role) -> bool:
        """Whether the visitor may do what needs this role."""
        return self.session.role is not None and self.session.role >= role

    def done(
        self, path: str, text: str, undo: Undo | None = None, *, bad: bool = False
    ) -> Response:
        """Go to a page that then says what happened."""
        self.session.said.append(Said(text, undo, bad))
        return RedirectResponse(path, 303)


View = Callable[[Visit], Response]
Endpoint = Callable[[Request], Awaitable[Response]]


def guarded(site: Site, view: View, needs: Role | None = Role.VIEWER) -> Endpoint:
    """A view as Starlette calls it: nobody reaches it who may not. None is for everybody."""

    async def endpoint(request: Request) -> Response:
        form = await _form(request) if request.method == "POST" else {}
        return await run_in_threadpool(_answer, site, view, needs, request, form)

    return endpoint


def _answer(
    site: Site, view: View, needs: Role | None, request: Request, form: Mapping[str, str] | Refused
) -> Response:
    session = _session(site, request)
    if isinstance(form, Refused):
        return _with_cookie(shown_refusal(session, form.status, form.text), session, request)
    visit = Visit(site, request, session, form)
    try:
        _must_be_text(request)
        if request.method == "POST":
            _must_be_ours(visit)
        response = _let_in(visit, needs) or view(visit)
    except Refused as refused:
        response = shown_refusal(visit.session, refused.status, refused.text)
    except SheetflowError as error:
        response = problem(visit.session, error, _status_of(error))
    except Exception as error:  # noqa: BLE001 - the border: whatever it is, say it in words
        _log.error("%s %s", type(error).__name__, places_of(error))
        response = shown_refusal(session, 500, "Sorry, Sheetflow made a mistake on this page.")
    return _with_cookie(response, visit.session, request)


def _status_of(error: SheetflowError) -> int:
    return 503 if isinstance(error, LedgerBusy | TableBusy | Busy) else 409


def places_of(error: BaseException) -> str:
    """Where an error happened, without what it says: that may repeat somebody's cell."""
    frames = traceback.extract_tb(error.__traceback__)
    return " ".join(f"{frame.filename}:{frame.lineno}" for frame in frames[-4:])


def _let_in(visit: Visit, needs: Role | None) -> Response | None:
    if needs is None or visit.may(needs):
        return None
    if visit.role is not None:
        what = f"This needs the role {needs.name.lower()}; yours is {visit.role.name.lower()}."
        raise Refused(403, f"{what} Ask whoever gave you your login.")
    if visit.request.method == "POST":
        raise Refused(403, "You are not logged in any more. Log in, and do it again.")
    return RedirectResponse("/login", 303)


def _must_be_text(request: Request) -> None:
    """Raise Refused for an address with a NUL: no page has one, and PostgreSQL takes none."""
    if "\0" in request.scope["path"] or b"%00" in request.scope["query_string"]:
        raise Refused(404, "There is no such page.")


def _must_be_ours(visit: Visit) -> None:
    """Raise Refused for a form that is not one of our own pages', sent by this very browser."""
    headers = visit.request.headers
    site = headers.get("sec-fetch-site", "same-origin")
    origin = headers.get("origin")
    if site != "same-origin" or (origin is not None and not _is_of(origin, headers["host"])):
        raise Refused(403, "This form was sent from another site. Nothing was done.")
    if not visit.session.is_its_own(visit.form.get("csrf", "")):
        raise Refused(403, "This page was too old. Nothing was done. Open it again, and retry.")


def _is_of(origin: str, host: str) -> bool:
    """Whether the origin of a page is this host."""
    try:
        return urlsplit(origin).netloc.lower() == host.lower()
    except ValueError:
        return False


async def _form(request: Request) -> Mapping[str, str] | Refused:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        return Refused(415, "This is not one of our forms.")
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > LARGEST_BODY:
            return Refused(413, "This is too much for a form.")
    try:
        text = body.decode("ascii")
        fields = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=FIELDS)
    except ValueError:
        return Refused(400, "This form cannot be read.")
    if any("\0" in part for field in fields for part in field):
        return Refused(400, "This form cannot be read.")
    return dict(fields)


def _session(site: Site, request: Request) -> Session:
    """Whose browser it is; a stranger's while the list of users cannot be read."""
    try:
        return _recognised(site, request)
    except SetupError:
        return site.sessions.open()


def _recognised(site: Site, request: Request) -> Session:
    """The browser's session if it still holds, or a new one of whoever the door lets in."""
    token = request.cookies.get(cookie_name(request), "")
    session = site.sessions.found(token) if token else None
    user = _by_proxy(site, request)
    if session is not None and user is None and _still(site, request, session):
        return session
    if user is not None:
        if session is not None and (session.name, session.proof) == (user.name, "proxy"):
            session.role = user.role
            return session
        return site.sessions.open(user.name, user.role, "proxy")
    if session is not None:
        site.sessions.close(session)
    if _is_at_home(site, request):
        return site.sessions.open("", Role.ADMIN, "home")
    return site.sessions.open()


def _still(site: Site, request: Request, session: Session) -> bool:
    """Whether what let the session in would let it in now."""
    if session.proof == "proxy":
        return False
    if session.proof == "home":
        return _is_at_home(site, request)
    if session.role is None:
        return not _is_at_home(site, request)
    user = site.users.named(session.name)
    if user is None or proof_of(user.password) != session.proof:
        return False
    session.role = user.role
    return True


def _by_proxy(site: Site, request: Request) -> User | None:
    """Whom a reverse proxy on this machine says it has let in, if they are on our list."""
    header = site.access.proxy_header
    if not header or request.client is None or not is_loopback(request.client.host):
        return None
    named = request.headers.getlist(header)
    return site.users.named(named[0]) if len(named) == 1 else None


def _is_at_home(site: Site, request: Request) -> bool:
    """Whether nobody needs to log in: no users, and a browser of this very machine."""
    return (
        site.access.is_local
        and not site.access.proxy_header
        and all(map(is_own_name, site.access.hosts))
        and request.client is not None
        and is_loopback(request.client.host)
        and is_own_name(request.headers["host"])
        and not was_forwarded(request.headers)
        # a proxy may say nothing of itself, and use our own name
        and not site.is_public
        and not site.users.path.exists()
    )


def peer(request: Request) -> str:
    """Where a request comes from: as a proxy on this machine says it, or as it is."""
    host = request.client.host if request.client is not None else ""
    # what a client claims stands before what the proxy adds, in the same line or in one before it
    forwarded = request.headers.getlist("x-forwarded-for")[-1:]
    return forwarded[0].rpartition(",")[2].strip() if is_loopback(host) and forwarded else host


def is_secure(request: Request) -> bool:
    """Whether the browser came by TLS, to us or to a proxy on this machine."""
    if request.url.scheme == "https":
        return True
    local = request.client is not None and is_loopback(request.client.host)
    return local and request.headers.get("x-forwarded-proto", "").strip().lower() == "https"


def cookie_name(request: Request) -> str:
    """With TLS a name that no other site, and no page without TLS, can set."""
    return f"__Host-{COOKIE}" if is_secure(request) else COOKIE


def _with_cookie(response: Response, session: Session, request: Request) -> Response:
    if request.cookies.get(cookie_name(request)) != session.token:
        response.set_cookie(
            cookie_name(request),
            session.token,
            max_age=int(LIFETIME.total_seconds()),
            path="/",
            secure=is_secure(request),
            httponly=True,
            samesite="lax",
        )
    return response
