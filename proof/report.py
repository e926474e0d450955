"""The table of findings: on the terminal as they come, and in docs/proof.md with date and machine."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from proof.finding import Finding

BEGIN, END = "<!-- findings -->\n", "<!-- end of findings -->\n"


def say(finding: Finding) -> None:
    mark = {"holds": "ok", "BROKEN": "BROKEN", "not here": "--"}[finding.verdict]
    print(f"[{mark}] {finding.promise} · {finding.what} · {finding.engine} ({finding.seconds:.0f} s)", flush=True)
    print(f"     {finding.found}", flush=True)


def write(findings: Sequence[Finding], path: Path, *, is_long: bool) -> None:
    """Put the table between the two marks of the page, whose other words stay."""
    before, _mark, rest = path.read_text(encoding="utf-8").partition(BEGIN)
    _old, _mark, after = rest.partition(END)
    path.write_text(f"{before}{BEGIN}\n{table(findings, is_long)}\n{END}{after}", encoding="utf-8")


def table(findings: Sequence[Finding], is_long: bool) -> str:
    length = "`make prove-long`" if is_long else "`make prove`"
    head = [
        f"{length}, {datetime.now(UTC):%-d %B %Y}, {os.cpu_count()} cores, Python {platform.python_version()}.",
        "",
        "| promise | experiment | target | database | found | |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    return "\n".join([*head, *map(_row, findings)]) + "\n"


def _row(finding: Finding) -> str:
    cells = (finding.promise, finding.what, finding.target, finding.engine, finding.found, finding.verdict)
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"
