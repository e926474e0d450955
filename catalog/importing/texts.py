"""Text of suppliers as this shop keeps it: without markup, control characters and halves of letters."""

from __future__ import annotations

import html
import re

import nh3

CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
MARKUP = re.compile(r"<[a-zA-Z!/][^<>]*>|&(?:#\d+|#x[0-9a-fA-F]+|[a-zA-Z]+\d*);")
BREAKS = re.compile(r"(?:<br\b[^>]*>|</(?:p|div|li|tr|ul|ol|table|h[1-6])\s*>)\s*", re.I)
ITEMS = re.compile(r"<li\b[^>]*>\s*", re.I)


def tidied(value: str) -> str:
    """One kind of line end, no NUL, no other control characters, no blanks around."""
    lines = value.replace("\r\n", "\n").replace("\r", "\n") if "\r" in value else value
    return CONTROL.sub(" ", lines).strip()


def plain(value: str) -> str:
    """Text without markup: suppliers' descriptions come as HTML. Text that has none stays as it is."""
    if not MARKUP.search(value):
        return value
    broken = ITEMS.sub("• ", BREAKS.sub("\n", value))
    text = html.unescape(nh3.clean(broken, tags=set()))
    return tidied(re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t]+\n", "\n", text)))


def cut(value: str, longest: int) -> str:
    """As many whole words as fit, with "…" behind them; a single endless word is cut where it must."""
    if len(value) <= longest:
        return value
    room = value[: longest - 1]
    words = room.rsplit(None, 1)[0] if not value[longest - 1].isspace() and len(room.split()) > 1 else room
    return f"{words.rstrip(' ,;:–-')}…"
