"""How costs grow from one size to another: python -m benchmarks.growth 1k.json 50k.json

Both files come from `benchmarks.pages`, or both from `benchmarks.saves`.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from benchmarks import report

FIGURES = ("total_ms", "cpu_ms", "database_ms")


def growth(before: dict[str, Any], after: dict[str, Any]) -> dict[str, report.Figures]:
    """For the rows that both have: the medians of both, and the second as a multiple of the first."""
    return {name: _row(row, after["rows"][name]) for name, row in before["rows"].items() if name in after["rows"]}


def _row(before: report.Figures, after: report.Figures) -> report.Figures:
    row: report.Figures = {"queries": f"{before['queries']:g} → {after['queries']:g}"}
    for figure in FIGURES:
        row[figure] = f"{before[figure]:,.1f} → {after[figure]:,.1f}"
        row[f"× {figure}"] = after[figure] / before[figure] if before[figure] else "–"
    return row


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("before", type=Path)
    parser.add_argument("after", type=Path)
    options = parser.parse_args()
    before, after = (json.loads(path.read_text(encoding="utf-8")) for path in (options.before, options.after))
    sizes = " → ".join(f"{found['products']:,} products on {found['database']}" for found in (before, after))
    report.show(sizes, growth(before, after))


if __name__ == "__main__":
    main()
