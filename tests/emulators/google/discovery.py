"""Google's own discovery documents: which paths, parameters and bodies there are.

They are those that google-api-python-client ships.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any
from urllib.parse import unquote

SERVED = {
    "sheets": "v4",
    "drive": "v3",
    "calendar": "v3",
    "gmail": "v1",
    "forms": "v1",
    "docs": "v1",
}

Json = dict[str, Any]


@cache
def document(api: str, version: str) -> Json:
    """The discovery document as shipped; raises KeyError where there is none."""
    folder = resources.files("googleapiclient.discovery_cache") / "documents"
    file = folder / f"{api}.{version}.json"
    if not file.is_file():
        raise KeyError(f"{api}.{version}")
    loaded: Json = json.loads(file.read_text(encoding="utf-8"))
    return loaded


def local_document(api: str, version: str, address: str) -> Json:
    """The document with its addresses pointing at `address` ("http://127.0.0.1:8801")."""
    here = copy.deepcopy(document(api, version))
    root = address.rstrip("/") + "/"
    here["rootUrl"] = root
    here["baseUrl"] = root + here["servicePath"]
    here.pop("mtlsRootUrl", None)
    return here


@dataclass(frozen=True)
class Method:
    """One method of an API, with the pattern of its path."""

    id: str
    service: str
    verb: str
    pattern: re.Pattern[str]
    literal: int
    """How many characters of the path are fixed: of two patterns that fit, the longer wins."""
    parameters: Json
    request: str
    response: str
    scopes: frozenset[str]
    upload: bool = False
    max_upload: int = 0
    download: bool = False
    names: Json = field(default_factory=dict)
    """Every accepted spelling of a query parameter -> its name."""


def _pattern(template: str) -> re.Pattern[str]:
    def place(match: re.Match[str]) -> str:
        name = match[2].replace("-", "_")
        return f"(?P<{name}>.+)" if match[1] else f"(?P<{name}>[^/]+)"

    parts = re.split(r"(\{\+?[\w-]+\})", template)
    text = "".join(
        re.sub(r"\{(\+?)([\w-]+)\}", place, part) if part.startswith("{") else re.escape(part)
        for part in parts
    )
    return re.compile("/" + text + "$")


def snake(name: str) -> str:
    """valueInputOption -> value_input_option, as errors of newer services name a field."""
    return re.sub(r"(?<=[a-z0-9])([A-Z])", lambda m: "_" + m[1].lower(), name)


def camel(name: str) -> str:
    """value_input_option -> valueInputOption."""
    return re.sub(r"_([a-z0-9])", lambda m: m[1].upper(), name)


def _methods_below(resource: Json) -> Iterator[Json]:
    yield from resource.get("methods", {}).values()
    for inner in resource.get("resources", {}).values():
        yield from _methods_below(inner)


def _method(service: str, base: str, one: Json) -> Iterator[Method]:
    parameters = one.get("parameters", {})
    queries = {n: p for n, p in parameters.items() if p.get("location") == "query"}
    upload = one.get("mediaUpload", {})
    known = {
        "id": one["id"],
        "service": service,
        "verb": one["httpMethod"],
        "parameters": parameters,
        "request": one.get("request", {}).get("$ref", ""),
        "response": one.get("response", {}).get("$ref", ""),
        "scopes": frozenset(one.get("scopes", ())),
        "names": {spelled: n for n in queries for spelled in (snake(n), n)},
    }
    literal = len(re.sub(r"\{[^}]*\}", "", base + one["path"]))
    download = bool(one.get("supportsMediaDownload"))
    yield Method(pattern=_pattern(base + one["path"]), literal=literal, download=download, **known)
    for protocol in upload.get("protocols", {}).values():
        path = protocol["path"].lstrip("/")
        size = int(upload.get("maxSize", 0))
        yield Method(
            pattern=_pattern(path), literal=len(path), upload=True, max_upload=size, **known
        )


@cache
def methods() -> tuple[Method, ...]:
    """Every method of the served APIs; one that takes uploads comes once per upload path."""
    found: list[Method] = []
    for service, version in SERVED.items():
        described = document(service, version)
        for one in _methods_below(described):
            found += _method(service, described["servicePath"], one)
    return tuple(sorted(found, key=lambda one: -one.literal))


def find(verb: str, raw_path: str) -> tuple[Method, dict[str, str]] | None:
    """The method that this verb and still encoded path mean, with its path parameters."""
    path = plain(raw_path)
    for one in methods():
        if one.verb != verb:
            continue
        match = one.pattern.match(path)
        if match:
            return one, {name: unquote(text) for name, text in match.groupdict().items()}
    return None


def plain(raw_path: str) -> str:
    """A path without the slashes that the service does not mind: at the end, and before a ":".

    Some clients write `/v4/spreadsheets/{id}/:batchUpdate` and `/drive/v3/files/{id}/`.
    """
    return raw_path.replace("/:", ":").rstrip("/")


def verbs(raw_path: str) -> set[str]:
    """The verbs under which this path is known."""
    return {one.verb for one in methods() if one.pattern.match(plain(raw_path))}


def schema(service: str, name: str) -> Json:
    """A schema of the service's document."""
    found: Json = document(service, SERVED[service])["schemas"][name]
    return found
