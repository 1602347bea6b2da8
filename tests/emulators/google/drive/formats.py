"""Which formats there are: what can be exported to what, what is imported as what, and how large
things are.
"""

from collections.abc import Mapping

from tests.emulators.google.drive.opendocument import ODS, ODS_AS_ASKED
from tests.emulators.google.world import DOCUMENT, FOLDER, FORM, SPREADSHEET, DriveFile

CSV, TSV, PDF = "text/csv", "text/tab-separated-values", "application/pdf"
TEXT, HTML, MARKDOWN = "text/plain", "text/html", "text/markdown"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ZIP = "application/zip"

# What the emulator can export, of the table "Export MIME types for Google Workspace documents".
EXPORTS: Mapping[str, tuple[str, ...]] = {
    SPREADSHEET: (XLSX, ODS, ODS_AS_ASKED, PDF, CSV, TSV, ZIP),
    DOCUMENT: (PDF, TEXT, MARKDOWN, HTML),
}
IMPORTS: Mapping[str, tuple[str, ...]] = {
    CSV: (SPREADSHEET,),
    TSV: (SPREADSHEET,),
    XLSX: (SPREADSHEET,),
    TEXT: (DOCUMENT,),
    MARKDOWN: (DOCUMENT,),
    HTML: (DOCUMENT,),
}
EDITORS = frozenset({SPREADSHEET, DOCUMENT, FORM})
_EDITORS_SIZE = 1024  # bytes; what Drive says of a small Docs editors file


def size_of(file: DriveFile) -> int:
    """Bytes: of a blob its own, of a Docs editors file a nominal one, of a folder none."""
    if file.content is not None:
        return len(file.content)
    return 0 if file.mime_type == FOLDER or file.document is None else _EDITORS_SIZE
