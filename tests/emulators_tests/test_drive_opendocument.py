"""A spreadsheet exported as an OpenDocument file."""

from __future__ import annotations

import io
import zipfile
from xml.etree import ElementTree

from tests.emulators.serving import serving
from tests.emulators_tests.people import Clients
from tests.emulators_tests.spreadsheets import DATA, ID

TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}p"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"


def test_an_exported_opendocument_holds_every_sheet_as_it_shows():
    with serving("google", data=DATA) as emulator, Clients(emulator) as clients:
        kind = "application/x-vnd.oasis.opendocument.spreadsheet"
        content = clients.of("drive").files().export(fileId=ID, mimeType=kind).execute()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.namelist()[0] == "mimetype"
        root = ElementTree.fromstring(archive.read("content.xml"))
    sheets = {
        table.get(f"{TABLE}name"): [text.text for text in table.iter(TEXT)]
        for table in root.iter(f"{TABLE}table")
    }
    assert sheets["People"][:4] == ["Name", "Town", "Age", "Ann"]
    assert sheets["Other one"] == ["Ann"]
