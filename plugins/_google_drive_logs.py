"""Drive's log of changes as one account sees it, and its search by the time of the last change.

An entry in the log means that a file is worth a look, no more: there is one for a file that was
merely opened or shared, and one for what we wrote ourselves. Nothing is left out for having been
changed by us last, because somebody else may have changed it just before. Entries come late, some
perhaps never; so a search for what was changed lately goes over the same time once more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sheetflow import Changed, NotFound, Refused

PAGE = 1_000
"""Entries of a page: as many as Google gives at most."""
OVERLAP = timedelta(minutes=15)
"""How far a search goes back behind the moment that was asked for: changes were seen to show
minutes late."""

_FOLDER = re.compile(r"https://drive\.google\.com/drive/(?:u/\d+/)?folders/([\w-]+)(?:[/?#].*)?")
_ID = re.compile(r"[\w-]{10,200}|root")
_FILE = "id,modifiedTime,trashed"
_EVERYWHERE = {"supportsAllDrives": True, "includeItemsFromAllDrives": True}


@dataclass(frozen=True)
class Log:
    """One account's view of Drive, by the Drive API."""

    drive: Any

    def start(self) -> str:
        """The token for what changes from now on."""
        found = self.drive.changes().getStartPageToken(supportsAllDrives=True).execute()
        return str(found["startPageToken"])

    def since(self, token: str) -> tuple[list[Changed], str] | None:
        """The files with entries since a token, and the next one; None if the token is none here.

        A token belongs to the account that got it.
        """
        found: dict[str, Changed] = {}
        while True:
            try:
                page = self._page(token)
            except (Refused, NotFound):
                return None
            for entry in page.get("changes", ()):
                if entry.get("fileId"):
                    found[entry["fileId"]] = _changed(entry)
            if not page.get("nextPageToken"):
                return list(found.values()), str(page["newStartPageToken"])
            token = str(page["nextPageToken"])

    def lately(self, since: datetime) -> tuple[list[Changed], bool]:
        """The files changed at that moment or later, and whether Google has looked everywhere."""
        asked: dict[str, Any] = {
            "q": f"modifiedTime >= '{_stamp(since - OVERLAP)}'",
            "corpora": "allDrives",
            "fields": f"nextPageToken,incompleteSearch,files({_FILE})",
        }
        found: dict[str, Changed] = {}
        complete = True
        for page in self._pages(asked):
            complete = complete and not page.get("incompleteSearch")
            found |= {file["id"]: _state(file) for file in page.get("files", ())}
        return list(found.values()), complete

    def seen(self) -> set[str]:
        """The ids of all files that the account sees: a request for each thousand."""
        asked = {
            "q": "trashed = false",
            "corpora": "allDrives",
            "fields": "nextPageToken,files(id)",
        }
        return {file["id"] for page in self._pages(asked) for file in page.get("files", ())}

    def within(self, folder: str, fields: str) -> Iterator[Mapping[str, Any]]:
        """Every file in a folder that was not thrown away, by name."""
        quoted = folder.replace("\\", "\\\\").replace("'", "\\'")
        asked = {
            "q": f"'{quoted}' in parents and trashed = false",
            "fields": f"nextPageToken,files({fields})",
            "orderBy": "name",
        }
        for page in self._pages(asked):
            yield from page.get("files", ())

    def watch(self, channel: Mapping[str, Any]) -> Mapping[str, Any]:
        """Have Google call an address when the log has something new; gives the channel."""
        asked = self.drive.changes().watch(pageToken=self.start(), body=channel, **_EVERYWHERE)
        found: Mapping[str, Any] = asked.execute()
        return found

    def stop(self, channel: Mapping[str, Any]) -> None:
        """Have Google call no more."""
        self.drive.channels().stop(body=channel).execute()

    def user(self) -> Mapping[str, Any]:
        """Whose account it is."""
        found: Mapping[str, Any] = self.drive.about().get(fields="user").execute()["user"]
        return found

    def _page(self, token: str) -> Mapping[str, Any]:
        found: Mapping[str, Any] = (
            self.drive.changes()
            .list(
                pageToken=token,
                pageSize=PAGE,
                includeRemoved=True,
                restrictToMyDrive=False,
                fields=f"nextPageToken,newStartPageToken,changes(fileId,removed,file({_FILE}))",
                **_EVERYWHERE,
            )
            .execute()
        )
        return found

    def _pages(self, asked: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        more: dict[str, Any] = {}
        while True:
            page = self.drive.files().list(pageSize=PAGE, **_EVERYWHERE, **asked, **more).execute()
            yield page
            if not page.get("nextPageToken"):
                return
            more = {"pageToken": page["nextPageToken"]}


def _changed(entry: Mapping[str, Any]) -> Changed:
    if entry.get("removed") or "file" not in entry:
        return Changed(entry["fileId"], gone=True)
    return _state({"id": entry["fileId"], **entry["file"]})


def _state(file: Mapping[str, Any]) -> Changed:
    """What is in the trash is gone for us; its time does not tell, so that it is never left out."""
    if file.get("trashed"):
        return Changed(file["id"], gone=True)
    return Changed(file["id"], str(file.get("modifiedTime", "")))


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")


def folder_in(text: str) -> str:
    """The id in a folder's address, or the id itself, "" when it is neither."""
    text = text.strip()
    if found := _FOLDER.fullmatch(text):
        return found[1]
    return text if _ID.fullmatch(text) else ""
