"""google_drive: which of many Google files may have changed, and the files of a folder as a table.

    connections:
      drive:
        connector: google_drive
        credentials: {file: /run/secrets/google.json}
        folder: https://drive.google.com/drive/folders/1AbCdEfGhIjKlMnOpQr
    tables:
      Local groups:
        connector: drive
        table: files

With a `folder`, the table `files` has a row for each file in it, with "Name", "Address", "Kind",
"Changed" and "Id". It can only be read.

Make a service account in the Google Cloud console (IAM and admin, Service accounts, Keys, Add key,
JSON), switch on the Google Drive API (APIs and services, Library), and share the files, or one
folder above them, with the account's address as a viewer.

A hook_secret, any long text of your own making, has Google say at once that something changed
(docs/webhooks.md).

It needs the scope https://www.googleapis.com/auth/drive.metadata.readonly, which shows names and
times of files and nothing that stands in them.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from sheetflow import (
    Changed,
    Changes,
    Connector,
    Finding,
    Row,
    Secret,
    SetupError,
    SheetflowError,
    Watcher,
    hookimpl,
    option,
    table,
)

from ._google import GoogleSettings, api, examined, google_service, identities
from ._google_drive_hooks import HearsDrive
from ._google_drive_logs import Log, folder_in
from ._google_scopes import DRIVE_METADATA
from ._google_signin import SignsIn

SCOPES = (DRIVE_METADATA,)
KINDS = {
    "application/vnd.google-apps.spreadsheet": "spreadsheet",
    "application/vnd.google-apps.document": "document",
    "application/vnd.google-apps.form": "form",
    "application/vnd.google-apps.folder": "folder",
}


COLUMNS = ("Name", "Address", "Kind", "Changed", "Id")
"""What the table of files says of each."""


class GoogleDrive(SignsIn, HearsDrive, Watcher):
    """Files of Google Drive: which may have changed, and which there are."""

    name = "google_drive"
    agreed_to = SCOPES

    @dataclass(frozen=True, kw_only=True)
    class Settings(GoogleSettings):
        """How to sign in, a folder, and how often Google may be asked."""

        folder: str = option("The folder whose files are the table `files`.", default="")
        hook_secret: Secret | None = option(
            "A secret of your own making, with which Google's calls are told from forged ones; see "
            "docs/webhooks.md.",
            default=None,
        )
        units_per_minute: int = option("Drive's units a minute for one account.", default=325_000)
        project_units_per_minute: int = option(
            "Drive's units a minute for the Google Cloud project.", default=1_000_000
        )
        project_units_per_day: int = option(
            "Drive's units a day for the Google Cloud project.", default=400_000_000
        )

        def __post_init__(self) -> None:
            super().__post_init__()
            if self.folder and not folder_in(self.folder):
                raise ValueError("folder is not the address of a folder in Google Drive.")

    settings: Settings

    def changed(
        self, since: str = "", *, among: Collection[str], seen: Mapping[str, str] | None = None
    ) -> Changes:
        """What may have changed among these files since a token; with "", everything from now on.

        Each account has a log of its own, and the token a place in each. One request an account
        when nothing happened.
        """
        tokens = _tokens_in(since)
        found: list[Changed] = []
        everything = False
        for name, log in self._logs.items():
            entries = log.since(tokens[name]) if name in tokens else None
            if entries is None:
                everything = True
                tokens[name] = log.start()
            else:
                more, tokens[name] = entries
                found += more
        if len(self._logs) > 1:  # what one account has lost, another may still have
            found = [replace(one, gone=False) for one in found]
        places = {name: tokens[name] for name in self._logs}
        files = _those(found, among, seen or {})
        return Changes(files, json.dumps(places, sort_keys=True), everything)

    def swept(
        self, since: datetime, *, among: Collection[str], seen: Mapping[str, str] | None = None
    ) -> Changes:
        """What was changed among these files at that moment or later, or up to a quarter of an
        hour before."""
        found: list[Changed] = []
        everything = False
        for log in self._logs.values():
            more, complete = log.lately(since)
            found += more
            everything = everything or not complete
        return Changes(_those(found, among, seen or {}), everything=everything)

    def sees(self, among: Collection[str]) -> frozenset[str]:
        """Those that at least one account sees; what is not shared with it is never told."""
        known: set[str] = set()
        for log in self._logs.values():
            known |= log.seen()
        return frozenset(among) & known

    @table(columns=COLUMNS)
    def files(self) -> Iterator[Row]:
        """The files in the folder, each by its id. Raises SetupError without a folder."""
        folder = folder_in(self.settings.folder)
        if not folder:
            raise SetupError("No folder is named.", hint="Write folder: in the connection.")
        shown: set[str] = set()
        for log in self._logs.values():
            for file in log.within(folder, "id,name,mimeType,modifiedTime,webViewLink"):
                if file["id"] not in shown:
                    shown.add(file["id"])
                    yield _row(file)

    def examine(self) -> Iterable[Finding]:
        """For each account, whether it is let in, and whose it is."""
        try:
            yield from examined(self._identities, SCOPES)
            for log in self._logs.values():
                user = log.user()
                who = str(user.get("emailAddress") or user.get("displayName") or "somebody")
                yield Finding("Google Drive", True, f"sees the files of {who}")
        except SheetflowError as error:
            yield Finding.amiss("Google Drive", error)

    def close(self) -> None:
        """Let the connections go."""
        for log in self.__dict__.pop("_logs", {}).values():
            log.drive.close()

    @cached_property
    def _identities(self) -> Any:
        return identities(self.settings, SCOPES, self.door)

    @property
    def logs(self) -> Mapping[str, Log]:
        """A log for each account."""
        return self._logs

    @cached_property
    def _logs(self) -> dict[str, Log]:
        """A log for each account: never one account's token in another's hands."""
        found = {}
        for identity in self._identities:
            service = google_service("drive", self.settings, (identity,))
            found[identity.name] = Log(api(self.door, service, "drive", "v3"))
        return found


def _those(
    found: Iterable[Changed], among: Collection[str], seen: Mapping[str, str]
) -> tuple[Changed, ...]:
    """The files of ours that nobody has read in this state, each once, in its latest one."""
    ours = set(among)
    by_id: dict[str, Changed] = {}
    for one in found:
        if one.id in ours and (one.id not in by_id or by_id[one.id].as_of < one.as_of):
            by_id[one.id] = one
    return tuple(one for one in by_id.values() if not one.as_of or seen.get(one.id) != one.as_of)


def _tokens_in(text: str) -> dict[str, str]:
    """The places in each account's log; none in what is not a token of ours."""
    with suppress(ValueError):
        found = json.loads(text or "{}")
        if isinstance(found, dict):
            return {str(name): str(token) for name, token in found.items()}
    return {}


def _row(file: Mapping[str, Any]) -> Row:
    kind = str(file.get("mimeType", ""))
    return Row(
        str(file["id"]),
        {
            "Name": str(file.get("name", "")),
            "Address": str(file.get("webViewLink", "")),
            "Kind": KINDS.get(kind, kind),
            "Changed": datetime.fromisoformat(file["modifiedTime"]),
            "Id": str(file["id"]),
        },
    )


@hookimpl
def connectors() -> list[type[Connector]]:
    """The connector of this file."""
    return [GoogleDrive]
