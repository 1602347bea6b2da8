"""Docs v1: documents.create, get and batchUpdate."""

from typing import Any

from tests.emulators.google.calls import Call, method
from tests.emulators.google.docs.batch import updated
from tests.emulators.google.docs.document import Document
from tests.emulators.google.docs.rendering import rendered
from tests.emulators.google.drive.access import editors_file
from tests.emulators.google.drive.roots import root_id_of
from tests.emulators.google.world import DOCUMENT, DriveFile, World

Json = dict[str, Any]


def new_document(world: World, title: str, owner: str, *, parents: list[str]) -> DriveFile:
    """An empty document as a file of its owner."""
    file_id = world.new_id()
    document = Document(file_id)
    return world.add_file(
        title, DOCUMENT, owner=owner, document=document, parents=parents, file_id=file_id
    )


@method("docs.documents.create")
def create(call: Call) -> Json:
    """A blank document with a title; whatever else the body says is passed over."""
    title = call.body.get("title") or "Untitled document"
    file = new_document(call.world, title, call.user, parents=[root_id_of(call.user)])
    return rendered(file.document, file.name, with_tabs=False, may_edit=True)


@method("docs.documents.get")
def get(call: Call) -> Json:
    """The document, within tabs when the caller knows of tabs."""
    file = editors_file(call, call.path["documentId"], DOCUMENT)
    may_edit = call.world.may(call.user, file, "writer")
    with_tabs = bool(call.query.get("includeTabsContent"))
    view = call.query.get("suggestionsViewMode", "").replace("DEFAULT_FOR_CURRENT_ACCESS", "")
    return rendered(file.document, file.name, with_tabs=with_tabs, may_edit=may_edit, view=view)


@method("docs.documents.batchUpdate")
def batch_update(call: Call) -> Json:
    """All edits of a batch, or none."""
    file = editors_file(call, call.path["documentId"], DOCUMENT, "writer")
    after, replies = updated(file.document, call.body)
    if after is not file.document:
        file.document = after
        call.world.touched(file, call.user)
    control = {"requiredRevisionId": after.revision_id}
    return {"documentId": file.id, "replies": replies, "writeControl": control}
