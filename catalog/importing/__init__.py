"""Loading products from a file: read → clean → lay aside → plan → apply, and undo.

`plan_import` reads the file once and lays its clean rows aside. A plan then compares some products at a time with the
catalog and says, line by line, what would be added, changed or skipped and why; it writes nothing. `apply_plan`
carries a plan out in one transaction, all or nothing, and leaves a batch that `undo` takes back.
"""

from catalog.importing import pictures
from catalog.importing.applying import apply_plan
from catalog.importing.columns import OTHER_COLUMNS, check_rules
from catalog.importing.files import ImportRefused
from catalog.importing.planning import Plan, plan_import
from catalog.importing.reports import counts, lines, remarks_on_the_file, store_report
from catalog.importing.undoing import Undone, UndoRefused, batch_lines, undo

__all__ = [
    "OTHER_COLUMNS",
    "ImportRefused",
    "Plan",
    "UndoRefused",
    "Undone",
    "apply_plan",
    "batch_lines",
    "check_rules",
    "counts",
    "lines",
    "pictures",
    "plan_import",
    "remarks_on_the_file",
    "store_report",
    "undo",
]
