"""Products as they are, row for row: what undo compares with and goes back to."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model

from catalog.models import Product, SpecValue, Variant
from catalog.models.importing import ExactEncoder

# Written by the shop itself, or of no account to an import.
DERIVED = (
    *("created_at", "updated_at", "price_from", "is_available", "label", "product_id"),
    *("was_price", "reduced_at", "rating_sum", "review_count"),
)
# Staff may put what an import added into the window without making it theirs.
WINDOW = ("is_published", "published_from", "published_until", "is_featured")
Row = dict[str, Any]


def columns(model: type[Model]) -> list[str]:
    return [column.attname for column in model._meta.concrete_fields if column.attname not in DERIVED]


@dataclass
class State:
    """One product: its columns, its variants by id, and its spec values by id."""

    product: Row
    variants: dict[str, Row] = field(default_factory=dict)
    values: dict[str, Row] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {"product": self.product, "variants": self.variants, "values": self.values}

    def digest(self, *, was_added: bool) -> str:
        window = WINDOW if was_added else ()
        product = {name: value for name, value in self.product.items() if name not in window}
        text = json.dumps([product, self.variants, self.values], cls=ExactEncoder)
        return hashlib.sha256(text.encode()).hexdigest()


def states(product_ids: Iterable[int]) -> dict[int, State]:
    """By product id; three queries."""
    ids = list(product_ids)
    found = {row["id"]: State(row) for row in Product.objects.filter(pk__in=ids).values(*columns(Product))}
    variants = Variant.objects.filter(product__in=ids).order_by("pk")
    for row in variants.values("product_id", *columns(Variant)):
        found[row.pop("product_id")].variants[str(row["id"])] = row
    values = SpecValue.objects.filter(product__in=ids).order_by("pk")
    for row in values.values("product_id", *columns(SpecValue)):
        found[row.pop("product_id")].values[str(row["id"])] = row
    return found
