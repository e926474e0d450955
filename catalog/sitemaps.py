"""What search engines should know of: visible products, the categories and brands that have some, the info pages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse

from catalog import brands
from catalog.info import PAGES
from catalog.models import Brand, Category, Product


class ShopSitemap(Sitemap):
    """Addresses are on SITE_URL, whatever host was asked for."""

    protocol, _sep, domain = settings.SITE_URL.partition("://")

    def get_domain(self, site: Any = None) -> str:
        return self.domain


class ProductSitemap(ShopSitemap):
    def items(self) -> QuerySet[Product]:
        return Product.objects.visible().only("slug", "updated_at").order_by("pk")

    def lastmod(self, product: Product) -> datetime:
        return product.updated_at


class CategorySitemap(ShopSitemap):
    def items(self) -> QuerySet[Category]:
        inside = Product.objects.visible().filter(category__path__startswith=OuterRef("path"))
        hidden = Category.objects.filter(is_visible=False)
        below_hidden = [row.path for row in hidden.only("path")]
        shown = Category.objects.visible().filter(Exists(inside)).order_by("path")
        for path in below_hidden:
            shown = shown.exclude(path__startswith=path)
        return shown


class BrandSitemap(ShopSitemap):
    def items(self) -> QuerySet[Brand]:
        return brands.sold().order_by("slug")


class PageSitemap(ShopSitemap):
    def items(self) -> list[str]:
        return [
            reverse("catalog:home"),
            reverse("catalog:products"),
            reverse("catalog:brands"),
            *(_info(slug) for slug in PAGES),
        ]

    def location(self, address: str) -> str:
        return address


def _info(slug: str) -> str:
    return reverse("catalog:info", args=[slug])


SECTIONS = {"pages": PageSitemap, "categories": CategorySitemap, "brands": BrandSitemap, "products": ProductSitemap}
