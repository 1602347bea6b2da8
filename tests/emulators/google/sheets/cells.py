"""One cell: what was entered, what it is worth, how it looks."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


class Cell:
    """One cell; `entered` and `effective` are ExtendedValues or None, `format` a CellFormat."""

    __slots__ = ("effective", "entered", "extra", "format", "hyperlink", "note", "validation")

    def __init__(self, entered: Json | None = None, effective: Json | None = None) -> None:
        self.entered = entered
        self.effective = entered if effective is None else effective
        self.format: Json | None = None
        self.note = ""
        self.validation: Json | None = None
        self.hyperlink = ""
        self.extra: Json | None = None
        """textFormatRuns, chipRuns, pivotTable ... by their API names."""

    def set(self, entered: Json | None) -> None:
        """A new value; a formula shows nothing until it is calculated."""
        self.entered = entered
        self.effective = None if entered and "formulaValue" in entered else entered
        self.hyperlink = ""
        if self.extra:
            self.extra = {k: v for k, v in self.extra.items() if k not in VALUE_EXTRAS} or None

    @property
    def number_format(self) -> Json | None:
        """The cell's own NumberFormat."""
        return self.format.get("numberFormat") if self.format else None

    @property
    def blank(self) -> bool:
        """Whether it shows nothing, whatever its format and note."""
        return self.entered is None and self.effective is None

    @property
    def bare(self) -> bool:
        """Whether there is nothing at all to it."""
        return self.blank and not (
            self.format or self.note or self.validation or self.hyperlink or self.extra
        )

    def copy(self) -> Cell:
        """Another cell with the same in it."""
        twin = Cell(self.entered, self.effective)
        twin.effective = self.effective
        twin.format, twin.note, twin.validation = self.format, self.note, self.validation
        twin.hyperlink, twin.extra = self.hyperlink, self.extra
        return twin


VALUE_EXTRAS = frozenset({"textFormatRuns", "chipRuns", "pivotTable", "dataSourceFormula"})
EMPTY = Cell()  # stands for every cell that was never touched; never to be changed
