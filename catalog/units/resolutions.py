"""Names that the trade has for sizes of a picture: "4K UHD" is 3840 × 2160 px."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

# (width, height): the name that is printed, then others that are read. The exact case goes first: qHD is no QHD.
CLASSES: dict[tuple[int, int], tuple[str, ...]] = {
    (640, 480): ("VGA",),
    (960, 540): ("qHD",),
    (1024, 768): ("XGA",),
    (1280, 720): ("HD", "HD ready", "720p", "720i"),
    (1280, 800): ("WXGA",),
    (1280, 1024): ("SXGA",),
    (1600, 900): ("HD+", "900p"),
    (1600, 1200): ("UXGA",),
    (1920, 1080): ("Full HD", "FHD", "FullHD", "1080p", "1080i", "2K Full HD"),
    (1920, 1200): ("WUXGA",),
    (2560, 1080): ("UWFHD", "UW-FHD", "Ultrawide Full HD"),
    (2560, 1440): ("QHD", "WQHD", "Quad HD", "1440p", "2.5K"),
    (2560, 1600): ("WQXGA",),
    (3200, 1800): ("QHD+",),
    (3440, 1440): ("UWQHD", "UW-QHD", "WQHD Ultrawide", "Ultrawide QHD"),
    (3840, 1600): ("UWQHD+",),
    (3840, 2160): ("4K UHD", "4K", "UHD", "UHD 4K", "Ultra HD", "4K Ultra HD", "2160p"),
    (4096, 2160): ("4K DCI", "DCI 4K", "Cinema 4K"),
    (5120, 1440): ("DQHD", "Dual QHD"),
    (5120, 2160): ("5K2K", "WUHD"),
    (5120, 2880): ("5K", "5K UHD"),
    (6016, 3384): ("6K",),
    (7680, 2160): ("DUHD", "Dual UHD"),
    (7680, 4320): ("8K UHD", "8K", "UHD 8K", "8K Ultra HD", "4320p"),
}
EXACT = {name: size for size, names in CLASSES.items() for name in names}
LOOSE = {name.casefold(): size for name, size in reversed(EXACT.items()) if name != "qHD"}
USUAL = ("HD", "Full HD", "QHD", "4K UHD", "5K", "8K UHD")


def size_of(name: str) -> tuple[Decimal, ...] | None:
    """Width and height of a class by name, in any case and with any spacing."""
    words = " ".join(name.split())
    found = EXACT.get(words) or LOOSE.get(words.casefold())
    return tuple(Decimal(side) for side in found) if found else None


def class_of(numbers: Sequence[Decimal]) -> str:
    """The name of a size in px, whichever way it is turned; empty where it has none."""
    if len(numbers) != 2:
        return ""
    sides = sorted((int(number) for number in numbers), reverse=True)
    return CLASSES.get((sides[0], sides[1]), ("",))[0] if all(n == int(n) for n in numbers) else ""
