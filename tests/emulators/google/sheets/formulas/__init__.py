"""Formulas: reading them, working them out, and moving them with rows and columns.

calculate(source)                 the effective values of a whole spreadsheet
moved(formula, operation, home)   the text after rows or columns were inserted, deleted, moved
copied(formula, rows, columns)    the text after copying so far down and to the right
read(formula)                     its tree; raises Unreadable
format_of(tree, format_at)        the number format its result brings along
"""

from . import functions
from .calculating import Place, Source, calculate
from .kinds import format_of
from .moving import Cut, Deleted, Inserted, Moved, Operation, Renamed, copied, moved, moved_ends
from .reading import Unreadable, read
from .references import Area

__all__ = [
    "Area",
    "Cut",
    "Deleted",
    "Inserted",
    "Moved",
    "Operation",
    "Place",
    "Renamed",
    "Source",
    "Unreadable",
    "calculate",
    "copied",
    "format_of",
    "functions",
    "moved",
    "moved_ends",
    "read",
]
