"""Things for another thing. Who searches for "laptop" wants none of them, who searches for "laptop bag" does."""

from __future__ import annotations

from collections.abc import Collection

from catalog.search.stems import stem

NAMES = """
    adapter adaptor arm armband backpack bag band battery bracket bumper cable cap cartridge case charger cleaner clip
    cord cover cradle cushion decal dock earpad eartip faceplate film filter grip hanger hardcase harness holder holster
    hook housing ink keycap lanyard mount organizer pad pouch protector remote replacement rest shell skin sleeve stand
    sticker strap stylus tip toner tripod wallet wipe wristband
"""
ACCESSORIES = frozenset(stem(name) for name in NAMES.split())
# Things of their own that are called adapters, chargers or protectors besides: "portable charger power bank".
DEVICE_NAMES = "backup bank converter hub powerbank reader receiver splitter strip"
DEVICES = frozenset(stem(name) for name in DEVICE_NAMES.split())


def is_accessory(terms: Collection[str]) -> bool:
    return not ACCESSORIES.isdisjoint(terms) and DEVICES.isdisjoint(terms)
