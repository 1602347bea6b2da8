"""setDataValidation: which values cells take, and what people are shown."""

from __future__ import annotations

from tests.emulators.google.sheets.batching.editing import Edit, Invalid, kind
from tests.emulators.google.sheets.batching.protecting import check
from tests.emulators.google.sheets.model import Json

_COUNTS = {
    "BOOLEAN": (0, 2),
    "BLANK": (0, 0),
    "NOT_BLANK": (0, 0),
    "TEXT_IS_EMAIL": (0, 0),
    "TEXT_IS_URL": (0, 0),
    "DATE_IS_VALID": (0, 0),
    "ONE_OF_LIST": (1, 500),
    "ONE_OF_RANGE": (1, 1),
    "CUSTOM_FORMULA": (1, 1),
    "NUMBER_BETWEEN": (2, 2),
    "NUMBER_NOT_BETWEEN": (2, 2),
    "DATE_BETWEEN": (2, 2),
    "DATE_NOT_BETWEEN": (2, 2),
}
"""How many values each type of condition takes; all others take one."""
_NEITHER = ("CONDITION_TYPE_UNSPECIFIED", "FILTER_EXPRESSION")
MANY = ("TEXT_EQ", "TEXT_NOT_EQ", "DATE_EQ", "DATE_NOT_EQ", "NUMBER_EQ", "NUMBER_NOT_EQ")


def check_condition(condition: Json) -> None:
    """Raises Invalid for a condition without a type, or with too few or too many values."""
    kind_of = condition.get("type")
    if not kind_of or kind_of in _NEITHER:
        raise Invalid("A condition type must be specified.")
    least, most = _COUNTS.get(kind_of, (1, 500 if kind_of in MANY else 1))
    given = len(condition.get("values", ()))
    if not least <= given <= most:
        wanted = f"{least}" if least == most else f"between {least} and {most}"
        raise Invalid(
            f"ConditionType '{kind_of}' requires exactly {wanted} ConditionValues, but {given} "
            "values were supplied."
        )


@kind("setDataValidation")
def set_data_validation(edit: Edit, request: Json) -> None:
    """A rule for each cell of a range; without one, the rules there are removed."""
    block = edit.block(request.get("range"))
    check(edit, block)
    rule = request.get("rule")
    if rule is not None:
        check_condition(rule.get("condition", {}))
    for row, column in block.places():
        if rule is None and block.sheet.cell(row, column).validation is None:
            continue
        edit.fresh(block.sheet, row, column).validation = rule
