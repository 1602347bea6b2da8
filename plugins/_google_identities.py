"""As whom Google is asked: service accounts and people who signed in, by google-auth.

Tokens are fetched through the door, as reads of a service of their own: signing in changes nothing.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

from sheetflow import (
    Answer,
    Call,
    Door,
    Fault,
    Finding,
    Identity,
    Nature,
    NotAllowed,
    Secret,
    Service,
    SetupError,
    SheetflowError,
)

from ._google_faults import fault_in

if TYPE_CHECKING:
    from requests import PreparedRequest, Session

TOKENS = "https://oauth2.googleapis.com/token"
"""Where Google gives tokens (the token_uri of every key)."""

_USUAL = ("service_account.json", "authorized_user.json")


class SignIn(Protocol):
    """The settings that signing in needs; `GoogleSettings` has them."""

    @property
    def credentials(self) -> Secret | None:
        """A key, or several."""

    @property
    def acts_as(self) -> str:
        """The person it acts as, or ""."""

    @property
    def url(self) -> str:
        """The one address for all of Google, or ""."""


class SigningIn(Service):
    """Google's token endpoint."""

    def __init__(self, url: str) -> None:
        origin = urlsplit(url or TOKENS)
        super().__init__("Google's sign-in", (f"{origin.scheme}://{origin.netloc}",))

    def nature(self, call: Call) -> Nature:  # noqa: ARG002 - whatever is asked for a token
        """Nothing there changes by it, so it may happen while planning and be repeated."""
        return "read"

    def fault(self, answer: Answer) -> Fault:
        """Google's own words, with the cure."""
        return fault_in(answer)


@dataclass(frozen=True)
class _Token:
    """An answer as google-auth reads it."""

    status: int
    headers: Mapping[str, str]
    data: bytes


@dataclass(frozen=True)
class _Asking:
    """google-auth's way to a server: our door's."""

    door: Door
    service: SigningIn

    def __call__(
        self,
        url: str,
        method: str = "GET",
        body: Any = None,
        headers: Any = None,
        timeout: Any = None,  # noqa: ARG002 - the door has its own
        **_more: Any,
    ) -> _Token:
        session: Session = self.door.session(self.service)
        with session:
            answer = session.request(method, url, data=body, headers=headers)
        return _Token(answer.status_code, answer.headers, answer.content)


class GoogleIdentity(Identity):
    """One account. `address` is whom files are shared with; `project` whose quota it uses."""

    def __init__(
        self, name: str, credentials: Any, asking: _Asking, *, address: str = "", project: str = ""
    ) -> None:
        self.name = name
        self.address = address
        self.project = project
        self._credentials = credentials
        self._asking = asking
        self._lock = threading.Lock()

    def sign(self, request: PreparedRequest) -> None:
        """Put a token into the headers that lasts a while yet."""
        with self._lock:
            if not self._credentials.valid:
                self._fetch()
            token = self._credentials.token
        request.headers["Authorization"] = f"Bearer {token}"

    def renew(self) -> bool:
        """Fetch a new token, whatever the old one says of itself."""
        with self._lock:
            self._fetch()
        return True

    @property
    def until(self) -> str:
        """The moment at which the token must be fetched again, in UTC, or ""."""
        expiry = self._credentials.expiry
        return f"{expiry.replace(tzinfo=UTC):%H:%M} UTC" if expiry else ""

    def _fetch(self) -> None:
        from google.auth.exceptions import GoogleAuthError

        try:
            self._credentials.refresh(self._asking)
        except GoogleAuthError as error:
            raise NotAllowed(
                f"Google does not let {self.name} in: {type(error).__name__}.",
                hint="Make a new key, or sign in again: sheetflow connect google",
            ) from None


def identities(settings: SignIn, scopes: Sequence[str], door: Door) -> tuple[Identity, ...]:
    """Everybody as whom Google may be asked; nobody, for an emulator without credentials.

    Raises SetupError when there are no credentials, or none that can be read.
    """
    found = list(_keys(settings))
    if not found:
        if settings.url:
            return (Identity(),)
        raise SetupError(
            "There are no credentials for Google.",
            hint="Write credentials: {file: key.json} in the connection; see docs/google.md.",
        )
    asking = _Asking(door, SigningIn(settings.url))
    known = [_identity(key, settings, scopes, asking) for key in found]
    return tuple({identity.name: identity for identity in known}.values())


def addresses(known: Sequence[Identity]) -> str:
    """Whom a file has to be shared with, in words."""
    found = [one.address for one in known if isinstance(one, GoogleIdentity) and one.address]
    return " and ".join(found) or "the account that Sheetflow signs in with"


def acts_for_nobody(known: Sequence[Identity]) -> bool:
    """Whether a service account asks as itself: it has no mailbox, and may invite no guests."""
    return any(
        isinstance(one, GoogleIdentity) and one.address.endswith(".gserviceaccount.com")
        for one in known
    )


def examined(known: Sequence[Identity], scopes: Sequence[str]) -> Iterator[Finding]:
    """For each account, whether it is let in with these scopes, and until when."""
    may = ", ".join(scope.rpartition("/")[2] for scope in scopes)
    for identity in known:
        if not isinstance(identity, GoogleIdentity):
            yield Finding("credentials", True, "none are needed at this address")
            continue
        try:
            identity.renew()
        except SheetflowError as error:
            yield Finding.amiss(identity.name, error)
        else:
            until = f" until {identity.until}, then signed in again" if identity.until else ""
            yield Finding(identity.name, True, f"signed in{until}; may use: {may}")


def _keys(settings: SignIn) -> Iterator[Mapping[str, Any]]:
    """The keys that are declared, else the one in gspread's place. Never that one for a `url`."""
    if settings.credentials is not None:
        text = settings.credentials.reveal()
        if text:
            yield from _documents(text, "The credentials of Google")
        return
    if settings.url:
        return
    from gspread.auth import get_config_dir

    for name in _USUAL:
        path = get_config_dir() / name
        if path.is_file():
            yield from _documents(path.read_text("utf-8"), str(path))
            return


def _documents(text: str, what: str) -> Iterator[Mapping[str, Any]]:
    """JSON documents that stand one after the other, or in a list."""
    decoder = json.JSONDecoder()
    rest = text.strip()
    while rest:
        try:
            found, end = decoder.raw_decode(rest)
        except ValueError:
            raise _unreadable(what) from None
        rest = rest[end:].lstrip(" \t\r\n,")
        for one in found if isinstance(found, list) else [found]:
            if not isinstance(one, dict):
                raise _unreadable(what)
            yield one


def _unreadable(what: str) -> SetupError:
    return SetupError(
        f"{what} cannot be read.",
        hint="They must be the JSON file that Google gave you, unchanged; see docs/google.md.",
    )


def _identity(
    key: Mapping[str, Any], settings: SignIn, scopes: Sequence[str], asking: _Asking
) -> GoogleIdentity:
    uri = f"{settings.url.rstrip('/')}/token" if settings.url else TOKENS
    key = {**key, "token_uri": uri}
    try:
        if key.get("type") == "service_account":
            return _service_account(key, settings.acts_as, scopes, asking)
        return _person(key, asking)
    except (ValueError, KeyError):
        raise _unreadable("The credentials of Google") from None


def _service_account(
    key: Mapping[str, Any], acts_as: str, scopes: Sequence[str], asking: _Asking
) -> GoogleIdentity:
    from google.oauth2.service_account import Credentials

    found = Credentials.from_service_account_info(  # type: ignore[no-untyped-call]  # google-auth has no types
        key, scopes=list(scopes), subject=acts_as or None
    )
    account = str(key["client_email"])
    name = f"{account} as {acts_as}" if acts_as else account
    project = str(key.get("project_id", ""))
    return GoogleIdentity(name, found, asking, address=acts_as or account, project=project)


def _person(key: Mapping[str, Any], asking: _Asking) -> GoogleIdentity:
    """Somebody who signed in, with the scopes that were agreed to then."""
    from google.oauth2.credentials import Credentials

    if "installed" in key or "web" in key:
        raise SetupError(
            "These credentials are of the program, and not yet of a person who signed in.",
            hint="Sign in: sheetflow connect google",
        )
    wanted = ("refresh_token", "client_id", "client_secret", "token_uri")
    found = Credentials(None, **{name: key[name] for name in wanted})  # type: ignore[no-untyped-call]  # google-auth has no types
    who = str(key.get("account") or "") or "the person who signed in"
    return GoogleIdentity(who, found, asking, address=str(key.get("account") or ""))
