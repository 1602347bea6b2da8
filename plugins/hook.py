"""hook: calls from any program that signs what it sends make recipes look at once.

    connections:
      sign-ups:
        connector: hook
        secret: {file: secrets/sign-ups-secret}
        tables: [Volunteers]
    tables:
      Volunteers: {file: volunteers.csv, key: [Email]}

The program sends a POST to /hooks/sign-ups of the address in public_url, whenever one of the
tables may have changed. Recipes that read one of them and run on change then run at once. What
the program sends is not read, only its signature.

Signed as Standard Webhooks are (standardwebhooks.com): `webhook-id`, `webhook-timestamp` and
`webhook-signature`, with a secret that begins with whsec_. With `signed_as: github`, as GitHub and
many others do: `X-Hub-Signature-256` over the body alone, which then has to be another one each
time, or it counts once.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Literal

from sheetflow import (
    Connector,
    Heard,
    Hook,
    Listener,
    NotAllowed,
    Secret,
    hookimpl,
    is_same,
    option,
    sha256_mac,
)

PREFIX = "whsec_"
MOST = 10
"""Signatures of a call that are looked at; while a secret is replaced, there are two."""

_ID = re.compile(r"[!-~]{1,256}")


class SignedHook(Listener):
    """A program that tells when tables have changed, and signs it."""

    name = "hook"

    @dataclass(frozen=True, kw_only=True)
    class Settings:
        """How the program signs, and which tables it speaks of."""

        secret: Secret = option("The secret that the program signs with.")
        tables: tuple[str, ...] = option("The tables that may have changed when it calls.")
        signed_as: Literal["standard", "github"] = option(
            "How it signs: as Standard Webhooks, or as GitHub.", default="standard"
        )

        def __post_init__(self) -> None:
            if not self.tables:
                raise ValueError("tables must name at least one table.")

    settings: Settings

    @property
    def listens(self) -> bool:
        """Always: it is there for nothing else."""
        return True

    def heard(self, hook: Hook) -> Heard:
        """That the tables may have changed. Raises NotAllowed for what is not signed."""
        check = _standard if self.settings.signed_as == "standard" else _github
        return Heard(check(hook, self.settings.secret), tables=frozenset(self.settings.tables))


def _standard(hook: Hook, secret: Secret) -> str:
    """The call's own name, which is signed together with its moment and its body."""
    moment, name = hook.seconds("webhook-timestamp"), hook.header("webhook-id")
    made = sha256_mac(_key(secret), f"{name}.{moment}.", hook.body)
    wanted, found = f"v1,{base64.b64encode(made).decode()}", False
    for given in hook.header("webhook-signature").split(" ")[:MOST]:
        found = is_same(given, wanted) or found
    if not found or not _ID.fullmatch(name):
        raise NotAllowed("This is not signed.")
    return name


def _github(hook: Hook, secret: Secret) -> str:
    """The body's digest: the headers that name a delivery are not signed."""
    wanted = f"sha256={sha256_mac(secret, hook.body).hex()}"
    if not is_same(hook.header("x-hub-signature-256"), wanted):
        raise NotAllowed("This is not signed.")
    return hook.digest


def _key(secret: Secret) -> bytes | Secret:
    """What stands after whsec_, out of Base64; another secret is a key as it is."""
    text = secret.reveal()
    if not text.startswith(PREFIX):
        return secret
    try:
        return base64.b64decode(text.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        return secret


@hookimpl
def connectors() -> list[type[Connector]]:
    """The connector `hook`."""
    return [SignedHook]
