"""Requests about charts and slicers, which are kept as they are given and never drawn."""

from __future__ import annotations

from tests.emulators.google.sheets.batching.colours import completed
from tests.emulators.google.sheets.batching.editing import Edit, Invalid, kind
from tests.emulators.google.sheets.batching.fields import applied, read_mask
from tests.emulators.google.sheets.model import Json, Sheet

_KINDS = ("basicChart", "pieChart", "bubbleChart", "candlestickChart", "orgChart", "histogramChart")
_USUAL = {"fontName": "Roboto", "hiddenDimensionStrategy": "SKIP_HIDDEN_ROWS_AND_COLUMNS"}
"""What a chart has that says nothing of it."""
_RARE = ("waterfallChart", "treemapChart", "scorecardChart")


def _taken(edit: Edit) -> list[int]:
    return [
        one.get("chartId", one.get("slicerId"))
        for sheet in edit.book.sheets
        for one in (*sheet.charts, *sheet.slicers)
    ]


def _check_spec(spec: Json) -> None:
    if not any(name in spec for name in (*_KINDS, *_RARE)):
        raise Invalid(
            "One of basicChart, pieChart, bubbleChart, candelstickChart, histogramChart, or "
            "orgChart must be set on chartSpec"
        )


def _spec(given: Json) -> Json:
    """A chart's spec with what the service fills in."""
    found = {**_USUAL, **completed(given)}
    family = {"fontFamily": found["fontName"], **found.get("titleTextFormat", {})}
    return {**found, "titleTextFormat": family}


def _home(edit: Edit, position: Json) -> tuple[Sheet, Json]:
    """The sheet of a position, which may be one of its own, and the position in full."""
    if position.get("newSheet"):
        number = sum(one.kind == "OBJECT" for one in edit.book.sheets) + 1
        sheet = edit.book.add_sheet(f"Chart{number}", rows=0, columns=0)
        sheet.kind = "OBJECT"
        return sheet, {"sheetId": sheet.id}
    if "sheetId" in position:
        return edit.sheet(position["sheetId"]), position
    anchor = position.get("overlayPosition", {}).get("anchorCell", {})
    sheet, row, column = edit.coordinate(anchor)
    size = {"widthPixels": 600, "heightPixels": 371}
    cell = {"sheetId": sheet.id, "rowIndex": row, "columnIndex": column}
    overlay = {**size, **position.get("overlayPosition", {}), "anchorCell": cell}
    return sheet, {"overlayPosition": overlay}


@kind("addChart")
def add_chart(edit: Edit, request: Json) -> Json:
    """A chart over the cells, or on a sheet of its own."""
    given = request.get("chart", {})
    _check_spec(given.get("spec", {}))
    number = given.get("chartId", edit.new_id(_taken(edit)))
    if number in _taken(edit):
        raise Invalid(f"An embedded object with id {number} already exists.")
    sheet, position = _home(edit, given.get("position", {}))
    spec = _spec(given.get("spec", {}))
    held = {**completed(given), "chartId": number, "position": position, "spec": spec}
    sheet.charts = [*sheet.charts, held]
    return {"chart": held}


def _find(edit: Edit, number: int | None, *, kind_of: str = "") -> tuple[Sheet, Json]:
    for sheet in edit.book.sheets:
        for one in (*sheet.charts, *sheet.slicers):
            name = "chartId" if "chartId" in one else "slicerId"
            if one[name] == number and kind_of in ("", name):
                return sheet, one
    raise Invalid(f"No embedded object with id: {number or 0}")


def _replace(sheet: Sheet, old: Json, new: Json | None) -> None:
    for name in ("charts", "slicers"):
        after = [new if one is old else one for one in getattr(sheet, name)]
        setattr(sheet, name, [one for one in after if one is not None])


@kind("updateChartSpec")
def update_chart_spec(edit: Edit, request: Json) -> None:
    """Replaces all of what a chart shows."""
    sheet, old = _find(edit, request.get("chartId"), kind_of="chartId")
    _check_spec(request.get("spec", {}))
    _replace(sheet, old, {**old, "spec": _spec(request["spec"])})


@kind("addSlicer")
def add_slicer(edit: Edit, request: Json) -> Json:
    """A slicer over the cells."""
    given = request.get("slicer", {})
    number = given.get("slicerId", edit.new_id(_taken(edit)))
    if number in _taken(edit):
        raise Invalid(f"An embedded object with id {number} already exists.")
    sheet, position = _home(edit, given.get("position", {}))
    held = {**completed(given), "slicerId": number, "position": position}
    sheet.slicers = [*sheet.slicers, held]
    return {"slicer": held}


@kind("updateSlicerSpec")
def update_slicer_spec(edit: Edit, request: Json) -> None:
    """What a slicer filters by, as the mask says."""
    mask = read_mask(request.get("fields"), "SlicerSpec")
    sheet, old = _find(edit, request.get("slicerId"), kind_of="slicerId")
    spec = applied(old.get("spec"), completed(request.get("spec", {})), mask)
    _replace(sheet, old, {**old, "spec": spec or {}})


@kind("updateEmbeddedObjectPosition")
def update_embedded_object_position(edit: Edit, request: Json) -> Json:
    """Moves a chart or slicer, or makes it larger."""
    sheet, old = _find(edit, request.get("objectId"))
    given = request.get("newPosition", {})
    overlay = old["position"].get("overlayPosition", {})
    mask = read_mask(request.get("fields") or "*", "OverlayPosition")
    if "overlayPosition" in given and overlay:
        given = {"overlayPosition": applied(overlay, given["overlayPosition"], mask)}
    home, position = _home(edit, given)
    _replace(sheet, old, None)
    moved = {**old, "position": position}
    name = "charts" if "chartId" in old else "slicers"
    setattr(home, name, [*getattr(home, name), moved])
    return {"position": position}


@kind("updateEmbeddedObjectBorder")
def update_embedded_object_border(edit: Edit, request: Json) -> None:
    """The line around a chart."""
    mask = read_mask(request.get("fields"), "EmbeddedObjectBorder")
    sheet, old = _find(edit, request.get("objectId"))
    border = applied(old.get("border"), completed(request.get("border", {})), mask)
    _replace(sheet, old, {**old, "border": border or {}})


@kind("deleteEmbeddedObject")
def delete_embedded_object(edit: Edit, request: Json) -> None:
    """A chart or slicer is gone; a chart's own sheet with it."""
    sheet, old = _find(edit, request.get("objectId"))
    _replace(sheet, old, None)
    if sheet.kind == "OBJECT":
        edit.book.sheets = [one for one in edit.book.sheets if one is not sheet]
