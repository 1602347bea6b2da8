"""googleapiclient over the door: its documents as they are shipped, its transport ours.

The library asks again by itself when a connection drops, whatever it was told, as long as httplib2
is below; so it gets a transport of ours. Its documents are trimmed before they are built, because
the help texts it makes from their schemas cost a third of a second and seventy megabytes.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from sheetflow import Door, Service, SetupError

if TYPE_CHECKING:
    from requests import Session

_OVERRIDE = "x-http-method-override"
_PAGES = ("pageToken", "nextPageToken")


def api(door: Door, service: Service, name: str, version: str) -> Any:
    """A googleapiclient resource, such as `api(door, service, "calendar", "v3").events()`.

    All it asks goes through the door; close it when it is done with. Where the service's origin is
    not Google's own, everything goes there, batches and uploads included.
    """
    from googleapiclient.discovery import (  # type: ignore[import-untyped]  # it has no types
        build_from_document,
    )

    document = _trimmed(_document(name, version))
    origin = service.origins[0].rstrip("/")
    if not (urlsplit(origin).hostname or "").endswith(".googleapis.com"):
        document["rootUrl"] = f"{origin}/"
        document["baseUrl"] = f"{origin}/{document.get('servicePath', '')}"
    return build_from_document(document, http=Transport(door.session(service), origin))


class Client:
    """A resource of googleapiclient, made by whichever thread needs it first."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make = make
        self._made: Any = None
        self._lock = threading.RLock()

    def open(self) -> Any:
        """The resource; a new one after `close`."""
        with self._lock:
            if self._made is None:
                self._made = self._make()
            return self._made

    def close(self) -> None:
        """Let its connections go, if there are any."""
        with self._lock:
            if self._made is not None:
                self._made.close()
            self._made = None


class Transport:
    """What googleapiclient takes for httplib2, on a session of the door."""

    def __init__(self, session: Session, origin: str) -> None:
        self.session = session
        self._origin = origin

    def request(
        self,
        uri: str,
        method: str = "GET",
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        **_more: Any,
    ) -> tuple[Any, bytes]:
        """One request: the answer's head as httplib2 has it, and its body.

        Raises our errors for every failure.
        """
        import httplib2  # type: ignore[import-untyped]  # it has no types

        headers = {name.lower(): text for name, text in (headers or {}).items()}
        if headers.pop(_OVERRIDE, "") == "GET":  # a GET that httplib2 would find too long
            uri, method, body = f"{uri}?{body}", "GET", None
            headers.pop("content-type", None)
        headers.pop("content-length", None)
        answer = self.session.request(
            method, self._placed(uri), data=body, headers=headers, allow_redirects=False
        )
        head = {name.lower(): text for name, text in answer.headers.items()}
        for name in ("content-encoding", "transfer-encoding"):
            head.pop(name, None)
        head |= {"content-length": str(len(answer.content)), "status": str(answer.status_code)}
        return httplib2.Response(head), answer.content

    def close(self) -> None:
        """Let the connections go."""
        self.session.close()

    def _placed(self, uri: str) -> str:
        """The address at our origin: the library insists on https for uploads."""
        here = urlsplit(self._origin)
        there = urlsplit(uri)
        if here.scheme == "http" and there.netloc == here.netloc:
            return there._replace(scheme="http").geturl()
        return uri


def _document(name: str, version: str) -> dict[str, Any]:
    from googleapiclient.discovery_cache import (  # type: ignore[import-untyped]  # as above
        get_static_doc,
    )

    text = get_static_doc(name, version)
    if text is None:
        raise SetupError(
            f"The Google client knows no {name} {version}.",
            hint="Install it anew: pip install --upgrade google-api-python-client",
        )
    found: dict[str, Any] = json.loads(text)
    return found


def _trimmed(document: dict[str, Any]) -> dict[str, Any]:
    """The document without what only the help texts are made from.

    What an answer holds is kept as far as it says that there is another page of it.
    """
    document.pop("mtlsRootUrl", None)
    schemas = document.pop("schemas", {})
    _trim(document, schemas)
    return {**document, "schemas": {}}


def _trim(node: dict[str, Any], schemas: Mapping[str, Any]) -> None:
    for method in node.get("methods", {}).values():
        if "response" in method:
            answer = schemas.get(method["response"].get("$ref"), {}).get("properties", {})
            pages = {name: {"type": "string"} for name in answer if name in _PAGES}
            method["response"] = {"type": "object", "properties": pages}
        if "request" in method:
            method["request"] = {}
    for resource in node.get("resources", {}).values():
        _trim(resource, schemas)
