"""Forms in the data file and in /_state."""

from typing import Any

from tests.emulators.google.calls import dumps, loads
from tests.emulators.google.forms.items import completed
from tests.emulators.google.forms.model import Form
from tests.emulators.google.forms.responses import loaded
from tests.emulators.google.state import dump_file, load_file
from tests.emulators.google.world import FORM, World

Json = dict[str, Any]


@loads("forms")
def load(world: World, entries: list[Json]) -> None:
    """Each entry has `title`, `items` as the API has them (a text alone is a question of that
    title, answered in words) and `responses` (`answers` by title or question id)."""
    for entry in entries:
        file = load_file(world, entry, FORM, document=Form(""))
        info = entry.get("info", {})
        form = Form(file.id, {"title": file.name, "documentTitle": file.name, **info})
        form.settings = entry.get("settings", {})
        form.published = entry.get("published", True)
        form.accepts = entry.get("acceptsResponses", True)
        form.linked_sheet = entry.get("linkedSheetId", "")
        form.revision = entry.get("revision", 1)
        form.watches = {one["id"]: one for one in entry.get("watches", ())}
        for item in entry.get("items", ()):
            form.items.append(completed(form, _item(item)))
        for response in entry.get("responses", ()):
            form.responses.append(loaded(form, response, world.now()))
        file.document = form


def _item(given: Any) -> Json:
    if isinstance(given, dict):
        return given
    return {"title": given, "questionItem": {"question": {"textQuestion": {}}}}


@dumps("forms")
def dump(world: World) -> list[Json]:
    """Each form as `load` reads it."""
    return [
        {
            **dump_file(file),
            "info": file.document.info,
            "items": file.document.items,
            "settings": file.document.settings,
            "published": file.document.published,
            "acceptsResponses": file.document.accepts,
            "linkedSheetId": file.document.linked_sheet,
            "revision": file.document.revision,
            "responses": file.document.responses,
            "watches": list(file.document.watches.values()),
        }
        for file in world.files.values()
        if isinstance(file.document, Form)
    ]
