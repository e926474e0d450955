"""The tray: the devices that a shopper has picked for comparison and that follow him from page to page.

It is a list of SKUs in a cookie of its own, so that a guest costs neither session nor row. A cookie is the visitor's
word: it is cut to size here, and nothing is shown of it that the shop does not sell.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import quote, unquote

from django.utils.translation import gettext as _

from catalog.cards import picture, with_picture
from catalog.comparison import LIMIT, address, sold
from catalog.exceptions import TrayError
from catalog.images import Srcset
from catalog.models import Variant

SKU_MAX = Variant._meta.get_field("sku").max_length or 0
SEPARATOR = "|"


@dataclass(frozen=True)
class Entry:
    variant: Variant
    image: Srcset | None


@dataclass(frozen=True)
class Tray:
    """`skus` is what the cookie says, `entries` what is sold of it: one query, none for an empty tray."""

    skus: list[str] = field(default_factory=list)

    @classmethod
    def read(cls, cookie: str) -> Tray:
        return cls(_tidied(unquote(part) for part in cookie.split(SEPARATOR)))

    def written(self) -> str:
        return SEPARATOR.join(quote(sku, safe="") for sku in self.skus)

    @cached_property
    def entries(self) -> list[Entry]:
        if not self.skus:
            return []
        found = with_picture(sold().filter(sku__in=self.skus)).select_related("product__brand")
        by_sku = {variant.sku: Entry(variant, picture(variant)) for variant in found}
        return [by_sku[sku] for sku in self.skus if sku in by_sku]

    @property
    def address(self) -> str:
        """Of the comparison that it leads to."""
        return address(entry.variant.sku for entry in self.entries)

    def only_sold(self) -> Tray:
        return Tray([entry.variant.sku for entry in self.entries])

    def adding(self, sku: str) -> Tray:
        """With one more device. Raises TrayError where there is no room, or the device is not sold."""
        if sku in self.skus:
            return self
        kept = self.only_sold()
        if len(kept.skus) >= LIMIT:
            raise TrayError(_("%(limit)d devices at most can be compared. Remove one first.") % {"limit": LIMIT})
        more = Tray(_tidied([*kept.skus, sku])).only_sold()
        if more.skus == kept.skus:
            raise TrayError(_("This device is no longer sold."))
        return more

    def removing(self, sku: str) -> Tray:
        return Tray([one for one in self.skus if one != sku])


def tray_of(skus: Iterable[str]) -> Tray:
    """A tray of these and no others, as far as they are sold."""
    return Tray(_tidied(skus)).only_sold()


def _tidied(skus: Iterable[str]) -> list[str]:
    """Each once, no more than fit, none that could not be a SKU. Escapes may hide a NUL, which databases refuse."""
    possible = (sku for sku in skus if 0 < len(sku) <= SKU_MAX and "\0" not in sku)
    return list(dict.fromkeys(possible))[:LIMIT]
