"""Forms v1: forms.create, get, batchUpdate and setPublishSettings."""

from typing import Any

from tests.emulators.google.calls import Call, method
from tests.emulators.google.drive.access import editors_file
from tests.emulators.google.drive.roots import root_id_of
from tests.emulators.google.errors import bad_request
from tests.emulators.google.forms.batch import updated
from tests.emulators.google.forms.model import Form
from tests.emulators.google.world import FORM, DriveFile, World

Json = dict[str, Any]


def new_form(world: World, title: str, owner: str, *, parents: list[str]) -> DriveFile:
    """An empty form as a file of its owner."""
    file_id = world.new_id()
    form = Form(file_id, {"title": "Untitled form", "documentTitle": title})
    return world.add_file(title, FORM, owner=owner, document=form, parents=parents, file_id=file_id)


def form_resource(form: Form, title: str) -> Json:
    """The `Form` resource."""
    found: Json = {
        "formId": form.id,
        "info": {**form.info, "documentTitle": title},
        "settings": {"emailCollectionType": "DO_NOT_COLLECT", **form.settings},
        "revisionId": form.revision_id,
        "responderUri": f"https://docs.google.com/forms/d/e/1FAIpQLS{form.id[:48]}/viewform",
    }
    if form.items:
        found["items"] = form.items
    if form.linked_sheet:
        found["linkedSheetId"] = form.linked_sheet
    if form.published is not None:
        found["publishSettings"] = {"publishState": publish_state(form)}
    return found


def publish_state(form: Form) -> Json:
    """Whether a form can be seen, and whether it takes answers."""
    return {
        "isPublished": bool(form.published),
        "isAcceptingResponses": bool(form.published and form.accepts),
    }


@method("forms.forms.create")
def create(call: Call) -> Json:
    """A form with a title and nothing else."""
    unknown = {*call.body} - {"info"}
    info = call.body.get("info", {})
    if unknown or "description" in info:
        raise bad_request(
            "Only info.title can be set when creating a form. "
            "To add items and change settings, call batchUpdate."
        )
    if not info.get("title"):
        raise bad_request("Invalid value at 'form.info.title': title is required.")
    title = info.get("documentTitle") or "Untitled form"
    file = new_form(call.world, title, call.user, parents=[root_id_of(call.user)])
    file.document.info["title"] = info["title"]
    file.document.published = not call.query.get("unpublished", False)
    return form_resource(file.document, file.name)


@method("forms.forms.get")
def get(call: Call) -> Json:
    """The form with its items."""
    file = editors_file(call, call.path["formId"], FORM, "writer")
    return form_resource(file.document, file.name)


@method("forms.forms.batchUpdate")
def batch_update(call: Call) -> Json:
    """All updates of a batch, or none."""
    file = editors_file(call, call.path["formId"], FORM, "writer")
    file.document, replies = updated(file.document, call.body)
    call.world.touched(file, call.user)
    control = {"requiredRevisionId": file.document.revision_id}
    answer: Json = {"replies": replies, "writeControl": control}
    if call.body.get("includeFormInResponse"):
        answer["form"] = form_resource(file.document, file.name)
    return answer


@method("forms.forms.setPublishSettings")
def set_publish_settings(call: Call) -> Json:
    """Whether people can see the form, and whether it takes responses."""
    file = editors_file(call, call.path["formId"], FORM, "writer")
    form: Form = file.document
    if form.published is None:
        raise bad_request("Publish settings cannot be set on legacy forms.")
    state = call.body.get("publishSettings", {}).get("publishState")
    if state is None:
        raise bad_request("publish_settings.publish_state must be specified.")
    form.published = bool(state.get("isPublished"))
    form.accepts = bool(form.published and state.get("isAcceptingResponses"))
    call.world.touched(file, call.user)
    settings = {"publishState": publish_state(form)}
    return {"formId": form.id, "publishSettings": settings}
