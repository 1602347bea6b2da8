"""Somebody signs in to Google once, with their browser, and may be asked for from then on.

Google gives a file for the program (an OAuth client of the kind "Desktop app"). With it a page is
opened on which a person agrees; what comes of it is kept in the form that gspread keeps it in.
"""

from __future__ import annotations

import json
import webbrowser
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar
from urllib.parse import urlsplit

from sheetflow import Door, NotAllowed, Secret, SetupError

from ._google_identities import SigningIn

PATIENCE = 300
"""Seconds in which somebody has to agree."""

_GOOGLE = ("accounts.google.com", "oauth2.googleapis.com", "127.0.0.1", "localhost", "::1")
"""Where a sign-in may lead: to Google, or to a look-alike on this machine."""
_NEEDED = ("client_id", "client_secret", "auth_uri", "token_uri")
_DONE = "Sheetflow is signed in. You can close this page."


class SignsIn:
    """What all connectors of Google have in common: how somebody signs in to them."""

    family: ClassVar[str] = "google"
    agreed_to: ClassVar[Sequence[str]] = ()
    """The scopes that a person is asked to agree to."""

    @classmethod
    def sign_in(cls, given: Secret, door: Door, tell: Callable[[str], None]) -> Secret:
        """What a person agrees to, if `given` is of a program; else `given` itself.

        Raises SetupError when it is no file of Google's, NotAllowed when nobody agreed.
        """
        client = _client_in(given)
        return given if client is None else _agreed(client, cls.agreed_to, door, tell)


def _client_in(given: Secret) -> Mapping[str, Any] | None:
    """The program's own file, if it is one and not already somebody's credentials."""
    try:
        found = json.loads(given.reveal())
    except ValueError:
        return None  # several keys one after the other, or nothing that can be read: told later
    if not isinstance(found, dict) or "installed" not in found:
        if isinstance(found, dict) and "web" in found:
            raise SetupError(
                "This is the file of a web application.",
                hint="Make an OAuth client of the kind Desktop app, and take its file.",
            )
        return None
    _must_lead_to_google(found["installed"])
    return found


def _must_lead_to_google(program: Any) -> None:
    """Raises SetupError for a file that is cut short, or that would tell others who signs in."""
    if not isinstance(program, dict) or not all(isinstance(program.get(k), str) for k in _NEEDED):
        raise SetupError("This file of Google's is not whole.", hint="Fetch it anew.")
    for what in ("auth_uri", "token_uri"):
        if urlsplit(program[what]).hostname not in _GOOGLE:
            raise SetupError(
                "This file sends tokens elsewhere than to Google.", hint="Fetch it anew."
            )


def _agreed(
    client: Mapping[str, Any], scopes: Sequence[str], door: Door, tell: Callable[[str], None]
) -> Secret:
    from google_auth_oauthlib.flow import (  # type: ignore[import-untyped]  # it has no types
        WSGITimeoutError,
    )
    from oauthlib.oauth2 import OAuth2Error  # type: ignore[import-untyped]  # it has no types

    flow = _flow(client, scopes, door, tell)
    try:
        found = flow.run_local_server(
            host="127.0.0.1",
            port=0,
            authorization_prompt_message=None,
            success_message=_DONE,
            open_browser=_has_a_browser(),
            timeout_seconds=PATIENCE,
            prompt="consent",  # without it Google gives no refresh token the second time
        )
    except (OAuth2Error, WSGITimeoutError) as error:
        why = getattr(error, "error", "") or "nobody agreed in time"
        raise NotAllowed(f"Nobody is signed in: {why}.", hint="Begin again.") from None
    kept = {"type": "authorized_user", **json.loads(found.to_json(strip=["token", "expiry"]))}
    if not kept.get("refresh_token"):
        raise NotAllowed(
            "Google did not say how to sign in again later.",
            hint="Take Sheetflow away at myaccount.google.com/permissions, then begin again.",
        )
    return Secret(json.dumps(kept))


def _flow(
    client: Mapping[str, Any], scopes: Sequence[str], door: Door, tell: Callable[[str], None]
) -> Any:
    """The library's way of signing in, on our door, saying which page to open."""
    from google_auth_oauthlib.flow import InstalledAppFlow

    class Flow(InstalledAppFlow):  # type: ignore[misc]  # the library has no types
        def authorization_url(self, **more: Any) -> tuple[str, str]:
            url, state = super().authorization_url(**more)
            tell(f"Agree on this page; it opens by itself where there is a browser:\n{url}")
            return url, state

    flow = Flow.from_client_config(client, scopes=list(scopes))
    origin = urlsplit(client["installed"]["token_uri"])
    through = door.session(SigningIn(f"{origin.scheme}://{origin.netloc}"))
    for prefix, transport in through.adapters.items():
        flow.oauth2session.mount(prefix, transport)
    return flow


def _has_a_browser() -> bool:
    try:
        webbrowser.get()
    except webbrowser.Error:
        return False
    return True
