"""Cells of a spreadsheet: what it would run is written so that it stays text, and is read back unharmed."""

from __future__ import annotations

import re

ACTIVE = re.compile(r"'*\s*[=+\-@\t\r]")


def guarded(value: object) -> str:
    """A quote goes in front of what begins like a formula, and in front of what looks guarded already."""
    text = "" if value is None else str(value)
    return f"'{text}" if ACTIVE.match(text) else text


def unguarded(text: str) -> str:
    """The exact opposite of `guarded`; other text, also with quotes in front, stays as it is."""
    return text[1:] if text.startswith("'") and ACTIVE.match(text, 1) else text
