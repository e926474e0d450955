"""Loading products from a file: read → clean → plan → apply.

`plan_import` reads the file and says, line by line, what would be added, changed or skipped and why; it writes
nothing. `apply_plan` carries a plan out in one transaction, all or nothing.
"""

from catalog.importing.applying import apply_plan
from catalog.importing.planning import Plan, plan_import
from catalog.importing.reading import ImportRefused

__all__ = ["ImportRefused", "Plan", "apply_plan", "plan_import"]
