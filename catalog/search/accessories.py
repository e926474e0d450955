"""Things for another thing. Who searches for "laptop" wants none of them, who searches for "laptop bag" does."""

from __future__ import annotations

from catalog.search.stems import stem

NAMES = """
    adapter adaptor armband backpack bag band bracket bumper cable cap case charger cleaner clip cord cover cradle
    cushion decal dock earpad eartip faceplate film filter grip hanger hardcase harness holder holster hook housing
    keycap lanyard mount organizer pad pouch protector replacement rest shell skin sleeve stand sticker strap stylus tip
    tripod wallet wipe wristband
"""
ACCESSORIES = frozenset(stem(name) for name in NAMES.split())
