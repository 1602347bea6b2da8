"""Signing in at the emulator of Google, and a door whose time passes without anybody waiting."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from sheetflow import Connector, Secret
from sheetflow.clock import Clock
from sheetflow.network.door import Door
from sheetflow.network.pacing import Pacer, Waiting
from sheetflow.network.retrying import Retrying

ROBOT = "robot@project.iam.gserviceaccount.com"


class Time:
    """Seconds that pass only when somebody waits."""

    def __init__(self) -> None:
        self.waited = 0.0

    def now(self) -> float:
        return self.waited

    def sleep(self, seconds: float) -> None:
        self.waited += seconds


def person(email: str) -> Secret:
    """Somebody who signed in; the emulator's user has the refresh token `for EMAIL`."""
    key = {
        "type": "authorized_user",
        "account": email,
        "client_id": "id",
        "client_secret": "program",
        "refresh_token": f"for {email}",
    }
    return Secret(json.dumps(key))


def user(email: str) -> dict[str, str]:
    """The same, as the emulator's data has it."""
    return {"email": email, "refreshToken": f"for {email}"}


@cache
def robot() -> Secret:
    """The key of a service account."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    private = rsa.generate_private_key(public_exponent=65_537, key_size=2_048).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    key = {
        "type": "service_account",
        "project_id": "project",
        "private_key_id": "1",
        "private_key": private.decode(),
        "client_email": ROBOT,
        "token_uri": "https://oauth2.googleapis.com/token",
    }
    return Secret(json.dumps(key))


def opened(
    connector: type[Connector],
    *,
    may_write: bool = True,
    time: Time | None = None,
    clock: Clock | None = None,
    **settings: Any,
) -> Any:
    """The connector behind a door of its own."""
    time = time or Time()
    door = Door(
        may_write=may_write,
        pacer=Pacer(Waiting(time.now, time.sleep)),
        retrying=Retrying(chance=lambda: 1.0),
        clock=clock,
    )
    return connector(connector.Settings(**settings), door=door, folder=Path("/nowhere"))
