"""Puts the goods into the database that DATABASE_URL names, which must be empty of products."""

from __future__ import annotations

from django.utils.text import slugify

from benchmarks.search.goods import Good, goods
from catalog.models import Brand, Category, Product, ProductType, Variant
from catalog.publishing import rebuild

BATCH = 2_000


def load(number: int) -> None:
    category = Category.objects.add_root({"name": "Electronics", "slug": "electronics"})
    product_type = ProductType.objects.create(key="electronics", name="Electronics")
    some = list(goods(number))
    names = sorted({good.brand for good in some})
    brands = {name: Brand(name=name, slug=f"{slugify(name)}-{number}") for number, name in enumerate(names)}
    Brand.objects.bulk_create(brands.values())
    Product.objects.bulk_create(
        (_product(good, brands[good.brand], category, product_type) for good in some), batch_size=BATCH
    )
    ids = dict(Product.objects.values_list("slug", "pk"))
    Variant.objects.bulk_create((_variant(good, ids[_slug(good)]) for good in some), batch_size=BATCH)
    rebuild()


def numbers() -> dict[int, int]:
    """A good's number by its product's id."""
    return {pk: int(slug.removeprefix("good-")) for pk, slug in Product.objects.values_list("pk", "slug")}


def _slug(good: Good) -> str:
    return f"good-{good.number}"


def _product(good: Good, brand: Brand, category: Category, product_type: ProductType) -> Product:
    return Product(
        name=good.title, slug=_slug(good), brand=brand, category=category, product_type=product_type,
        description=good.body, mpn=good.mpn, is_published=True, price_from=good.price, is_available=True,
    )  # fmt: skip


def _variant(good: Good, product_id: int) -> Variant:
    return Variant(product_id=product_id, sku=f"SKU-{good.number}", gtin=good.gtin, price=good.price)
