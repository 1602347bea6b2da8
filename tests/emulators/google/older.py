"""Paths of Drive v2 that clients still use, as the calls of Drive v3 that do the same."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import urlencode

from tests.emulators.exchanging import Request

UPLOAD = re.compile(r"/upload/drive/v2/files/([^/]+)")


def modern(request: Request) -> Request:
    """The request as Drive v3 would be asked; all others as they are.

    Drive v2 replaces a file's content with PUT and `convert=true`; v3 with PATCH, and converts
    into whatever the file is.
    """
    match = UPLOAD.fullmatch(request.raw_path)
    if match is None or request.verb != "PUT":
        return request
    query = [(name, text) for name, text in request.query if name != "convert"]
    path = f"/upload/drive/v3/files/{match[1]}"
    return replace(request, verb="PATCH", raw_path=path, query_text=urlencode(query))
