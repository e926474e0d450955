"""How acts on the catalog fail. Their text may be shown to the buyer as it is."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _


class CatalogError(Exception):
    """Base of everything the catalog refuses."""


@dataclass(frozen=True)
class Shortage:
    """A variant of which fewer units are available than wanted."""

    variant_id: int
    wanted: int
    available: int


class InsufficientStock(CatalogError):
    """Not all of what was wanted can be had; `shortages` says what is missing."""

    def __init__(self, shortages: list[Shortage]) -> None:
        self.shortages = shortages
        super().__init__("Not enough in stock")


class StillPromised(CatalogError):
    """`units` are promised beyond what is on hand, more than the new limit allows."""

    def __init__(self, units: int) -> None:
        words = _("%(n)d units are promised beyond what is on hand. With %(n)d as the limit, no more are promised.")
        super().__init__(words % {"n": units})


class CountRefused(CatalogError):
    """A stock take, or an entry of it, that cannot be taken; the text says why."""


class SpecError(CatalogError):
    """A spec value that cannot be taken; the text names the field and the accepted forms."""


class ImageError(CatalogError):
    """An upload that is not taken as a picture; the text says why."""


class TrayError(CatalogError):
    """A device that cannot be taken into the comparison's tray; the text says why."""
